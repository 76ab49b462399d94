#include "sim/world/users/websocket_sender.hpp"

#include <boost/json/serialize.hpp>
#include <utility>

#include "http/protocol/response.hpp"
#include "sim/world/check/json_fields.hpp"

namespace lingerd::sim {

namespace json = boost::json;

namespace {

// The HTTP status of an error's code.
int status_of_code(std::string_view code) {
  for (int i = 0; i <= static_cast<int>(error::storage_full); ++i) {
    const auto e = static_cast<error>(i);
    if (code_of(e) == code) return status_of(e);
  }
  return 400;
}

}  // namespace

websocket_sender::message_ptr websocket_sender::send(client& client, std::string cid,
                                                     const std::string& message) {
  auto pending = std::make_shared<pending_message>(loop_, std::move(cid));
  unanswered_.push_back(pending);
  client.send(R"({"send":)" + message + "}");
  return pending;
}

task<requester::reply> websocket_sender::wait_for_answer(message_ptr message, instant timeout) {
  message->sleeper.set_deadline(loop_.now() + timeout);
  co_await message->sleeper.wait(wake::done | wake::timeout);
  message->sleeper.clear_deadline();
  if (message->answer) co_return std::move(*message->answer);
  requester::reply none;
  none.why = "no answer in time";
  co_return none;
}

bool websocket_sender::take_answer(std::string_view text) {
  const json::object frame = parse_object(text);
  if (unanswered_.empty()) return false;
  const json::object* const sent = object_field(frame, "sent");
  const json::object* const answer = sent ? sent : object_field(frame, "refused");
  const message_ptr message = unanswered_.front();
  if (!answer || text_field(*answer, "cid") != message->cid) return false;
  unanswered_.pop_front();
  requester::reply r;
  r.status = 201;
  if (!sent) {
    const json::object* const refusal = object_field(*answer, "error");
    r.status = status_of_code(refusal ? text_field(*refusal, "code") : std::string());
  }
  r.body = json::serialize(*answer);
  message->answer = std::move(r);
  message->sleeper.signal(wake::done);
  return true;
}

void websocket_sender::fail_all() {
  for (const message_ptr& message : std::exchange(unanswered_, {})) {
    requester::reply none;
    none.why = "the WebSocket ended";
    message->answer = std::move(none);
    message->sleeper.signal(wake::done);
  }
}

}  // namespace lingerd::sim
