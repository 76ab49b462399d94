#include <algorithm>
#include <utility>

#include "sim/client/client_requests.hpp"
#include "sim/world/check/response_checker.hpp"
#include "sim/world/users/payloads.hpp"
#include "sim/world/users/user.hpp"

// Sending messages: over HTTP, with the tutorial's form, and on the devices' WebSockets; again
// until the outcome is known.
namespace lingerd::sim {

using namespace std::chrono_literals;

namespace {

constexpr auto pause_max = 5s;

std::string text(std::uint64_t n) { return std::to_string(n); }

}  // namespace

std::uint32_t user::add_attempt(conversation conversation, bool has_cid) {
  attempt a;
  a.sender = id_;
  a.target = conversation;
  const auto number = static_cast<std::uint32_t>(context_.oracle.all_attempts().size());
  const bool is_long = sends_long_texts_ || below(4) == 0;
  const std::size_t length = is_long ? below(context_.recipe.text_bytes_max) : below(40);
  a.text = oracle::text_of(number, length);
  if (has_cid) a.cid = "cid-" + text(number);
  a.began = context_.now();
  context_.oracle.add_attempt(a);
  context_.count(has_cid ? "sent" : "sent_without_cid");
  return number;
}

// A device that is on a WebSocket now; null where there is none.
device* user::random_websocket_device() {
  std::vector<device*> candidates;
  for (device& d : devices_) {
    if (d.is_on_websocket()) candidates.push_back(&d);
  }
  return candidates.empty() ? nullptr : candidates[below(candidates.size())];
}

// Sends it once, over a random path that fits, and waits for the answer.
task<user::send_result> user::send_once(std::uint32_t number) {
  const attempt a = context_.oracle.attempt_at(number);
  send_result result;
  if (a.cid.empty()) {
    if (below(2) == 0) {
      result.path = send_path::form;
      context_.count("sent_by_form");
      std::string request = payloads::form_message(a, context_.clients.host, account_.token);
      result.answer = co_await requester_.ask(std::move(request), answer_time);
      co_return result;
    }
  } else if (device* const d = below(2) == 0 ? random_websocket_device() : nullptr) {
    result.path = send_path::websocket;
    context_.count("sent_on_websocket");
    std::string message = payloads::message(a);
    result.answer = co_await d->send(a.cid, std::move(message));
    if (result.answer.status == 0) context_.count("unanswered_on_websocket");
    co_return result;
  }
  const std::string body = payloads::message(a);
  result.answer = co_await ask("POST /api/messages", body, answer_time);
  co_return result;
}

// Sends it until an answer settles the outcome; without a cid, once.
task<void> user::send_until_known(std::uint32_t number, bool may_be_known) {
  const bool has_cid = !context_.oracle.attempt_at(number).cid.empty();
  instant wait = 50ms;
  for (bool is_again = may_be_known;; is_again = true) {
    const send_result result = co_await send_once(number);
    const int status = result.answer.status;
    if (check_message(context_, name_, number, result.path, result.answer, is_again)) break;
    if (status == 507) context_.count("got_disk_full");
    if (!has_cid && status != 401) co_return;  // the outcome stays unknown
    if (context_.is_over || requester_.is_closing()) co_return;
    if (status == 401) {
      account_.token = co_await sign_in(requester_);
      if (account_.token.empty()) co_return;
      continue;
    }
    context_.count("sent_again");
    co_await pause(wait);
    wait = std::min<instant>(wait * 2, pause_max);
  }
  if (has_cid && context_.oracle.attempt_at(number).is_acknowledged)
    acknowledged_.push_back(number);
}

task<void> user::send_message(conversation target, bool has_cid) {
  const std::uint32_t number = add_attempt(target, has_cid);
  const bool is_impatient =
      has_cid && below(1000) < context_.recipe.strength_of(fault_kind::repeat);
  if (is_impatient && !context_.is_healed && background_) {
    context_.count("repeated_before_answer");
    ++repetitions_;
    const instant delay = std::chrono::milliseconds(below(40));
    background_->spawn(repeat_in_parallel(number, delay));
  }
  co_await send_until_known(number, is_impatient);
}

// Several long messages without a pause.
task<void> user::send_burst() {
  const conversation conversation = random_conversation();
  context_.count("sent_burst");
  sends_long_texts_ = true;
  device* const d = below(2) == 0 ? random_websocket_device() : nullptr;
  if (d) {
    co_await pipeline_on_websocket(*d, conversation);
  } else {
    for (std::uint64_t remaining = 4 + below(8); remaining > 0 && !context_.is_healed;
         --remaining) {
      co_await send_message(conversation, true);
    }
  }
  sends_long_texts_ = false;
}

// Several messages on a WebSocket before the first is answered. They keep their order.
task<void> user::pipeline_on_websocket(device& d, conversation conversation) {
  context_.count("pipelined_on_websocket");
  std::vector<std::pair<std::uint32_t, websocket_sender::message_ptr>> sent;
  for (std::uint64_t remaining = 2 + below(6); remaining > 0; --remaining) {
    const std::uint32_t number = add_attempt(conversation, true);
    const attempt a = context_.oracle.attempt_at(number);
    sent.emplace_back(number, d.begin_send(a.cid, payloads::message(a)));
  }
  change_id previous = 0;
  std::vector<std::uint32_t> unknown;
  for (const auto& [number, message] : sent) {
    const requester::reply r = co_await d.wait_for_answer(message);
    if (!check_message(context_, name_, number, send_path::websocket, r, true)) {
      unknown.push_back(number);
      continue;
    }
    if (r.status != 201) continue;
    acknowledged_.push_back(number);
    const change_id id = id_in(r.body);
    if (id <= previous) {
      context_.report(invariant::order, name_ + "'s message " + text(id) +
                                            " was stored on a WebSocket after message " +
                                            text(previous));
    }
    previous = id;
  }
  for (const std::uint32_t number : unknown) {
    context_.count("sent_again");
    co_await send_until_known(number, true);
  }
}

// The same message on another connection, before the first answer has arrived.
task<void> user::repeat_in_parallel(std::uint32_t number, instant delay) {
  requester parallel(context_.clients.connections);
  const instant until = context_.now() + delay;
  co_await parallel.nap_until(until);
  const std::string body = payloads::message(context_.oracle.attempt_at(number));
  std::string request =
      client_requests::any("POST /api/messages", context_.clients.host, account_.token, body);
  const requester::reply r = co_await parallel.ask(std::move(request), answer_time);
  check_message(context_, name_, number, send_path::json, r, true);
  co_await parallel.close();
  --repetitions_;
}

// An old message with its cid: the answer names the stored one, and nothing is stored.
task<void> user::repeat_old() {
  if (acknowledged_.empty()) co_return;
  const std::uint32_t number = acknowledged_[below(acknowledged_.size())];
  const attempt a = context_.oracle.attempt_at(number);
  const std::string body = payloads::message(a);
  const requester::reply r = co_await ask_until_answered("POST /api/messages", body);
  if (r.status == 0) co_return;
  context_.count("repeated_old");
  if (r.status != 200 || id_in(r.body) != a.id) {
    context_.report(invariant::once, name_ + " repeated message " + text(a.id) +
                                         "; the answer was " + std::to_string(r.status) + " " +
                                         r.body.substr(0, 80));
  }
}

// The cid of an old message with another text: 409.
task<void> user::reuse_cid() {
  if (acknowledged_.empty()) co_return;
  const std::uint32_t number = acknowledged_[below(acknowledged_.size())];
  attempt changed = context_.oracle.attempt_at(number);
  changed.text += "!";
  const std::string body = payloads::message(changed);
  const requester::reply r = co_await ask_until_answered("POST /api/messages", body);
  if (r.status != 0 && r.status != 409) {
    report_unexpected(context_, name_, "reuse a cid for another message", r);
  }
}

// Writes to a stranger, or to a group that it is not in.
task<void> user::send_without_permission() {
  const bool has_cid = below(4) != 0;
  for (user* other : users_) {
    if (other == this || context_.oracle.are_friends(id_, other->id_)) continue;
    const conversation target = conversation::single(id_, other->id_);
    co_await send_message(target, has_cid);
    co_return;
  }
  for (const auto& [g, row] : context_.oracle.groups()) {
    if (context_.oracle.is_member(id_, g)) continue;
    const conversation target = conversation::group(g);
    co_await send_message(target, has_cid);
    co_return;
  }
}

}  // namespace lingerd::sim
