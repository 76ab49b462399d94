#include "sim/client/requester.hpp"

#include <utility>

namespace lingerd::sim {

task<requester::reply> requester::ask(std::string request, instant longest) {
  reply answer;
  bool is_ok = connection_.is_open();
  if (!is_ok) is_ok = co_await connection_.open();
  if (is_ok) {
    ++context_.counted.requests;
    is_ok = co_await connection_.send(std::move(request));
  }
  if (is_ok) is_ok = co_await connection_.receive_answer(longest);
  if (is_ok) {
    answer.status = connection_.answer().status;
    answer.body = connection_.answer().body;
    connection_.release_answer();
  } else {
    answer.why = connection_.why();
    connection_.close();
  }
  co_return answer;
}

}  // namespace lingerd::sim
