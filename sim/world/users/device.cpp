#include "sim/world/users/device.hpp"

#include <utility>

namespace lingerd::sim {

using namespace std::chrono_literals;

namespace {

constexpr auto say_time = 20s;  // for the answer to what is said on a WebSocket

}  // namespace

device::device(world_context& context, owner& of, std::uint32_t number, std::string token)
    : context_(context),
      owner_(of),
      number_(number),
      account_{of.name(), of.id(), std::move(token)},
      door_(context.clients.connections),
      talk_(context.loop),
      entropy_(context.recipe.seed * 1000003 + number),
      asleep_(context.loop) {}

std::string device::title() const { return owner_.name() + "'s device " + std::to_string(number_); }

listening_mode device::some_way() {
  listening_mode mode;
  if (context_.recipe.only) {
    mode.transport = *context_.recipe.only;
  } else {
    mode.transport = static_cast<transport>(entropy_.below(4));
  }
  mode.poll_interval = std::chrono::milliseconds(300 + entropy_.below(4'000));
  return mode;
}

task<void> device::live() {
  while (!is_leaving_) {
    is_turned_away_ = false;
    gone_client_ = std::move(client_);
    client_ = std::make_unique<client>(context_.clients, number_, account_);
    client_->listen_by(some_way());
    if (context_.recipe.presence) client_->ask_presence();
    if (entropy_.below(4) != 0) client_->hold_at_once();
    task<void> listening = client_->run();
    co_await std::move(listening);
    if (is_leaving_ || !is_turned_away_) break;
    context_.count("signed_in_again");
    may_end_ = owner_.is_changing_password();  // of the session to come
    std::string token = co_await owner_.sign_in(door_);
    if (token.empty()) break;
    session_ended_at_.reset();
    account_.token = std::move(token);
  }
  co_await door_.close();
  is_gone_ = true;
}

void device::tell_leaving() {
  is_leaving_ = true;
  door_.request_close();
  asleep_.signal(wake::closing);
  if (client_) client_->request_leave();
}

// --- trouble -------------------------------------------------------------------------------------

task<void> device::misbehave() {
  const std::uint64_t vanish = context_.recipe.of(fault_kind::vanish);
  const std::uint64_t change = context_.recipe.of(fault_kind::change);
  if (vanish + change == 0) co_return;
  for (;;) {
    const std::uint64_t between_ms = 500 + entropy_.below(40'000'000 / (1000 + vanish + change));
    asleep_.set_deadline(context_.now() + std::chrono::milliseconds(between_ms));
    co_await asleep_.wait(wake::timeout | wake::closing);
    asleep_.clear_deadline();
    if (context_.is_healed || is_leaving_) co_return;
    if (!is_listening()) continue;
    if (entropy_.below(vanish + change) < vanish) {
      context_.count("vanished");
      context_.log.add(context_.now(), title() + " vanishes");
      if (entropy_.below(2) == 0 && client_->cursor() > started_at_) {
        // It wakes up as it was a while ago.
        context_.count("came_back_older");
        const change_id span = client_->cursor() - started_at_;
        client_->rewind(started_at_ + entropy_.below(span + 1));
      }
      client_->drop();
    } else {
      context_.count("changed_transport");
      client_->listen_by(some_way());
      if (entropy_.below(2) == 0) client_->drop();
    }
  }
}

// --- saying --------------------------------------------------------------------------------------

websocket_sender::spoken_ptr device::begin_to_say(std::string cid, const std::string& message) {
  return talk_.say(*client_, std::move(cid), message);
}

task<requester::reply> device::answer_to(websocket_sender::spoken_ptr what) {
  const std::optional<instant> ended_before = session_ended_at_;
  requester::reply r = co_await talk_.answer_to(what, say_time);
  if (ended_before && *ended_before < what->said_at && r.status == 201) {
    context_.broken(invariant::signed_in, title() + " said something on a session that had ended");
  }
  co_return r;
}

task<requester::reply> device::say(std::string cid, std::string message) {
  const websocket_sender::spoken_ptr what = begin_to_say(std::move(cid), message);
  return answer_to(what);
}

void device::answered(std::string_view text) {
  if (talk_.heard(text)) return;
  context_.broken(invariant::order, title() + " said something else than what is answered here: " +
                                        std::string(text.substr(0, 120)));
}

// --- hearing -------------------------------------------------------------------------------------

void device::started(const boost::json::object& start) {
  check_start(context_, owner_.id(), title(), start);
  states_.begin(start, owner_.id(), context_.oracle);
  const boost::json::value* cursor = start.if_contains("cursor");
  started_at_ = cursor && cursor->is_number() ? cursor->to_number<change_id>() : 0;
}

void device::session_ended() {
  if (!session_ended_at_) session_ended_at_ = context_.now();
}

void device::heard_batch(change_id after, instant asked_at, const parsed_batch& h) {
  if (h.pause_s) context_.count("pause_told");
  const change_id up_to = h.next ? *h.next : h.events.empty() ? after : h.events.back().id;
  if (!h.next && !h.events.empty() && up_to == 0) return;  // an event without an id
  check_batch(context_, owner_.id(), title(), after, up_to, h);
  if (session_ended_at_) {
    if (asked_at > *session_ended_at_) {
      context_.broken(invariant::signed_in, title() + " was answered on a session that had ended");
    }
    for (const parsed_message& m : h.messages) {
      const oracle_message* t = context_.oracle.message(m.id);
      if (t && t->told_at > *session_ended_at_) {
        context_.broken(invariant::signed_in, title() + " heard message " + std::to_string(m.id) +
                                                  " on a session that had ended before it");
      }
    }
  }
  for (const parsed_event& e : h.events) states_.take(e);
  for (const parsed_message& m : h.messages) owner_.reached(m.id);
}

void device::turned_away() {
  is_turned_away_ = true;
  context_.log.add(context_.now(), title() + " is turned away");
  if (!may_end_ && !context_.sessions_may_end) {
    context_.broken(invariant::signed_in,
                    title() + " was turned away, and nobody had ended its session");
  }
}

}  // namespace lingerd::sim
