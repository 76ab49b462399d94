#include "sim/world/users/websocket_sender.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "http/protocol/response.hpp"

namespace lingerd::sim {

namespace json = boost::json;

namespace {

const json::object* object_at(const json::object& o, std::string_view name) {
  const json::value* v = o.if_contains(name);
  return v ? v->if_object() : nullptr;
}

std::string text_at(const json::object& o, std::string_view name) {
  const json::value* v = o.if_contains(name);
  return v && v->is_string() ? std::string(v->get_string()) : std::string();
}

// The status that HTTP has for an error's code.
int status_of_code(std::string_view code) {
  for (int i = 0; i <= static_cast<int>(error::storage_full); ++i) {
    const auto e = static_cast<error>(i);
    if (code_of(e) == code) return status_of(e);
  }
  return 400;
}

}  // namespace

websocket_sender::spoken_ptr websocket_sender::say(client& client, std::string cid,
                                                   const std::string& message) {
  auto what = std::make_shared<sent_message>(loop_, std::move(cid));
  unanswered_.push_back(what);
  client.send(R"({"send":)" + message + "}");
  return what;
}

task<requester::reply> websocket_sender::answer_to(spoken_ptr what, instant longest) {
  what->asleep.set_deadline(loop_.now() + longest);
  co_await what->asleep.wait(wake::done | wake::timeout);
  what->asleep.clear_deadline();
  if (what->answer) co_return std::move(*what->answer);
  requester::reply none;
  none.why = "no answer in time";
  co_return none;
}

bool websocket_sender::heard(std::string_view text) {
  json::error_code ec;
  const json::value v = json::parse({text.data(), text.size()}, ec);
  if (ec || !v.is_object() || unanswered_.empty()) return false;
  const json::object* const sent = object_at(v.get_object(), "sent");
  const json::object* const refused = object_at(v.get_object(), "refused");
  const json::object* const answer = sent ? sent : refused;
  const spoken_ptr what = unanswered_.front();
  if (!answer || text_at(*answer, "cid") != what->cid) return false;
  unanswered_.pop_front();
  requester::reply r;
  r.status = 201;
  if (!sent) {
    const json::object* const why = object_at(*answer, "error");
    r.status = status_of_code(why ? text_at(*why, "code") : std::string());
  }
  r.body = json::serialize(*answer);
  what->answer = std::move(r);
  what->asleep.signal(wake::done);
  return true;
}

void websocket_sender::ended() {
  for (const spoken_ptr& what : std::exchange(unanswered_, {})) {
    requester::reply none;
    none.why = "the WebSocket ended";
    what->answer = std::move(none);
    what->asleep.signal(wake::done);
  }
}

}  // namespace lingerd::sim
