#include <algorithm>
#include <utility>

#include "sim/client/client_requests.hpp"
#include "sim/world/check/response_checker.hpp"
#include "sim/world/users/payloads.hpp"
#include "sim/world/users/user.hpp"

// What he says: over HTTP, with the tutorial's form, and on the WebSockets that his devices listen
// on; again and again until he knows what became of it.
namespace lingerd::sim {

using namespace std::chrono_literals;

namespace {

constexpr auto pause_most = 5s;

std::string text(std::uint64_t n) { return std::to_string(n); }

}  // namespace

std::uint32_t user::try_to_say(conversation conversation, bool once) {
  attempt a;
  a.from = id_;
  a.target = conversation;
  const auto number = static_cast<std::uint32_t>(context_.oracle.all_tried().size());
  const bool is_long = says_long_ || below(4) == 0;
  const std::size_t length = is_long ? below(context_.recipe.text_bytes_max) : below(40);
  a.text = oracle::text_of(number, length);
  if (!once) a.cid = "cid-" + text(number);
  a.began = context_.now();
  context_.oracle.try_to_say(a);
  context_.count(once ? "said_once" : "said");
  return number;
}

// One of his devices that is on a WebSocket now; null where none is.
device* user::some_socket() {
  std::vector<device*> on;
  for (device& d : devices_) {
    if (d.is_on_websocket()) on.push_back(&d);
  }
  return on.empty() ? nullptr : on[below(on.size())];
}

// Says it one time, by one of the ways there are for it, and hears what comes of that.
task<user::heard_back> user::speak(std::uint32_t number) {
  const attempt a = context_.oracle.tried(number);
  heard_back h;
  if (a.cid.empty()) {
    if (below(2) == 0) {
      h.by = sent_by::form;
      context_.count("said_by_form");
      std::string request = payloads::form_message(a, context_.clients.host, account_.token);
      h.answer = co_await hand_.ask(std::move(request), answer_time);
      co_return h;
    }
  } else if (device* const on = below(2) == 0 ? some_socket() : nullptr) {
    h.by = sent_by::websocket;
    context_.count("said_on_websocket");
    std::string message = payloads::message(a);
    h.answer = co_await on->say(a.cid, std::move(message));
    if (h.answer.status == 0) context_.count("unanswered_on_websocket");
    co_return h;
  }
  const std::string body = payloads::message(a);
  h.answer = co_await ask("POST /api/messages", body, answer_time);
  co_return h;
}

// Says it until an answer tells what became of it, or, without a cid, once.
task<void> user::say_until_known(std::uint32_t number, bool may_be_known) {
  const bool once = context_.oracle.tried(number).cid.empty();
  instant wait = 50ms;
  for (bool is_again = may_be_known;; is_again = true) {
    const heard_back h = co_await speak(number);
    const int status = h.answer.status;
    if (check_message(context_, name_, number, h.by, h.answer, is_again)) break;
    if (status == 507) context_.count("told_disk_full");
    if (once && status != 401) co_return;  // nobody knows what became of it
    if (context_.is_over || hand_.is_closing()) co_return;
    if (status == 401) {
      account_.token = co_await sign_in(hand_);
      if (account_.token.empty()) co_return;
      continue;
    }
    context_.count("said_again");
    co_await pause(wait);
    wait = std::min<instant>(wait * 2, pause_most);
  }
  if (!once && context_.oracle.tried(number).is_acknowledged) said_.push_back(number);
}

task<void> user::say(conversation to, bool once) {
  const std::uint32_t number = try_to_say(to, once);
  const bool is_impatient = !once && below(1000) < context_.recipe.of(fault_kind::repeat);
  if (is_impatient && !context_.is_healed && beside_) {
    context_.count("repeated_before_answer");
    ++repeating_;
    const instant after = std::chrono::milliseconds(below(40));
    beside_->spawn(say_again(number, after));
  }
  co_await say_until_known(number, is_impatient);
}

// A few messages at once, as long as they come.
task<void> user::talk_fast() {
  const conversation conversation = some_conversation();
  context_.count("talked_fast");
  says_long_ = true;
  device* const on = below(2) == 0 ? some_socket() : nullptr;
  if (on) {
    co_await say_in_a_row(*on, conversation);
  } else {
    for (std::uint64_t left = 4 + below(8); left > 0 && !context_.is_healed; --left) {
      co_await say(conversation, false);
    }
  }
  says_long_ = false;
}

// Several messages on a WebSocket before the first is answered: they keep their order.
task<void> user::say_in_a_row(device& on, conversation conversation) {
  context_.count("said_in_a_row");
  std::vector<std::pair<std::uint32_t, websocket_sender::spoken_ptr>> all;
  for (std::uint64_t left = 2 + below(6); left > 0; --left) {
    const std::uint32_t number = try_to_say(conversation, false);
    const attempt a = context_.oracle.tried(number);
    all.emplace_back(number, on.begin_to_say(a.cid, payloads::message(a)));
  }
  change_id last = 0;
  std::vector<std::uint32_t> unknown;
  for (const auto& [number, what] : all) {
    const requester::reply r = co_await on.answer_to(what);
    if (!check_message(context_, name_, number, sent_by::websocket, r, true)) {
      unknown.push_back(number);
      continue;
    }
    if (r.status != 201) continue;
    said_.push_back(number);
    const change_id id = id_in(r.body);
    if (id <= last) {
      context_.broken(invariant::order, name_ + " said message " + text(id) +
                                            " on a WebSocket after message " + text(last));
    }
    last = id;
  }
  for (const std::uint32_t number : unknown) {
    context_.count("said_again");
    co_await say_until_known(number, true);
  }
}

// The same message on another connection, before the first answer is there.
task<void> user::say_again(std::uint32_t number, instant after) {
  requester other(context_.clients.connections);
  const instant until = context_.now() + after;
  co_await other.nap_until(until);
  const std::string body = payloads::message(context_.oracle.tried(number));
  std::string request =
      client_requests::any("POST /api/messages", context_.clients.host, account_.token, body);
  const requester::reply r = co_await other.ask(std::move(request), answer_time);
  check_message(context_, name_, number, sent_by::json, r, true);
  co_await other.close();
  --repeating_;
}

// A message of long ago, with its cid: the first answer again, and nothing new.
task<void> user::repeat_old() {
  if (said_.empty()) co_return;
  const std::uint32_t number = said_[below(said_.size())];
  const attempt a = context_.oracle.tried(number);
  const std::string body = payloads::message(a);
  const requester::reply r = co_await insist("POST /api/messages", body);
  if (r.status == 0) co_return;
  context_.count("repeated_old");
  if (r.status != 200 || id_in(r.body) != a.id) {
    context_.broken(invariant::once, name_ + " repeated message " + text(a.id) + " and was told " +
                                         std::to_string(r.status) + " " + r.body.substr(0, 80));
  }
}

// The cid of a message of long ago, with another text.
task<void> user::conflict() {
  if (said_.empty()) co_return;
  const std::uint32_t number = said_[below(said_.size())];
  attempt other = context_.oracle.tried(number);
  other.text += "!";
  const std::string body = payloads::message(other);
  const requester::reply r = co_await insist("POST /api/messages", body);
  if (r.status != 0 && r.status != 409) {
    not_expected(context_, name_, "use a cid for another message", r);
  }
}

// Writes where he may not.
task<void> user::trespass() {
  const bool once = below(4) == 0;
  for (user* other : everybody_) {
    if (other == this || context_.oracle.are_friends(id_, other->id_)) continue;
    const conversation to = conversation::single(id_, other->id_);
    co_await say(to, once);
    co_return;
  }
  for (const auto& [g, row] : context_.oracle.groups()) {
    if (context_.oracle.is_member(id_, g)) continue;
    const conversation to = conversation::group(g);
    co_await say(to, once);
    co_return;
  }
}

}  // namespace lingerd::sim
