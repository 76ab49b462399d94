#include "sim/client/requester.hpp"

#include <utility>

namespace lingerd::sim {

task<asker::reply> asker::ask(std::string request, instant longest) {
  reply r;
  bool is_good = line_.is_open();
  if (!is_good) is_good = co_await line_.open();
  if (is_good) {
    ++host_.counted.requests;
    is_good = co_await line_.say(std::move(request));
  }
  if (is_good) is_good = co_await line_.hear_answer(longest);
  if (is_good) {
    r.status = line_.answer().status;
    r.body = line_.answer().body;
    line_.done_with_answer();
  } else {
    r.why = line_.why();
    line_.close();
  }
  co_return r;
}

}  // namespace lingerd::sim
