#include "sim/world/users/device.hpp"

#include <iterator>
#include <utility>

#include "sim/world/check/start_checker.hpp"
#include "sim/world/check/stream_checker.hpp"

namespace lingerd::sim {

using namespace std::chrono_literals;

namespace {

constexpr auto answer_time = 20s;  // for the answer to a message on a WebSocket

}  // namespace

device::device(world_context& context, device_owner& owner, std::uint32_t number, std::string token)
    : context_(context),
      owner_(owner),
      number_(number),
      account_{owner.name(), owner.id(), std::move(token)},
      requester_(context.clients.connections),
      sender_(context.loop),
      entropy_(context.recipe.seed * 1000003 + number),
      sleeper_(context.loop) {}

std::string device::title() const { return owner_.name() + "'s device " + std::to_string(number_); }

listening_mode device::draw_mode() {
  listening_mode mode;
  if (context_.recipe.only_transport) {
    mode.transport = *context_.recipe.only_transport;
  } else {
    mode.transport = all_transports[entropy_.below(std::size(all_transports))];
  }
  mode.poll_interval = std::chrono::milliseconds(300 + entropy_.below(4'000));
  return mode;
}

task<void> device::run() {
  while (!is_leaving_) {
    is_turned_away_ = false;
    previous_client_ = std::move(client_);
    client_ = std::make_unique<client>(context_.clients, number_, account_);
    client_->listen_by(draw_mode());
    if (context_.recipe.presence) client_->ask_presence();
    if (entropy_.below(4) != 0) client_->hold_at_once();
    task<void> listening = client_->run();
    co_await std::move(listening);
    if (is_leaving_ || !is_turned_away_) break;
    context_.count("signed_in_again");
    may_session_end_ = owner_.is_changing_password();  // the new session, too
    std::string token = co_await owner_.sign_in(requester_);
    if (token.empty()) break;
    session_ended_at_.reset();
    account_.token = std::move(token);
  }
  co_await requester_.close();
  is_gone_ = true;
}

void device::leave() {
  is_leaving_ = true;
  requester_.request_close();
  sleeper_.signal(wake::closing);
  if (client_) client_->request_leave();
}

// --- faults --------------------------------------------------------------------------------------

task<void> device::inject_faults() {
  const std::uint64_t vanish = context_.recipe.strength_of(fault_kind::vanish);
  const std::uint64_t change = context_.recipe.strength_of(fault_kind::change);
  if (vanish + change == 0) co_return;
  for (;;) {
    const std::uint64_t pause_ms = 500 + entropy_.below(40'000'000 / (1000 + vanish + change));
    sleeper_.set_deadline(context_.now() + std::chrono::milliseconds(pause_ms));
    co_await sleeper_.wait(wake::timeout | wake::closing);
    sleeper_.clear_deadline();
    if (context_.is_healed || is_leaving_) co_return;
    if (!is_listening()) continue;
    if (entropy_.below(vanish + change) < vanish) {
      context_.count("vanished");
      context_.log.add(context_.now(), title() + " vanishes");
      if (entropy_.below(2) == 0 && client_->cursor() > start_cursor_) {
        // As a page that was suspended, or restored from a backup.
        context_.count("came_back_older");
        const change_id span = client_->cursor() - start_cursor_;
        client_->rewind(start_cursor_ + entropy_.below(span + 1));
      }
      client_->drop();
    } else {
      context_.count("changed_transport");
      client_->listen_by(draw_mode());
      if (entropy_.below(2) == 0) client_->drop();
    }
  }
}

// --- sending on the WebSocket --------------------------------------------------------------------

websocket_sender::message_ptr device::begin_send(std::string cid, const std::string& message) {
  return sender_.send(*client_, std::move(cid), message);
}

task<requester::reply> device::wait_for_answer(websocket_sender::message_ptr message) {
  const std::optional<instant> session_end = session_ended_at_;
  requester::reply r = co_await sender_.wait_for_answer(message, answer_time);
  if (session_end && *session_end < message->sent_at && r.status == 201) {
    context_.report(invariant::signed_in, title() + " sent a message on a session that had ended");
  }
  co_return r;
}

task<requester::reply> device::send(std::string cid, std::string message) {
  const websocket_sender::message_ptr sent = begin_send(std::move(cid), message);
  return wait_for_answer(sent);
}

void device::on_answer(std::string_view text) {
  if (sender_.take_answer(text)) return;
  context_.report(invariant::order, title() + " got an answer that is not to its oldest message: " +
                                        std::string(text.substr(0, 120)));
}

// --- receiving -----------------------------------------------------------------------------------

void device::on_start(const boost::json::object& start) {
  check_start(context_, owner_.id(), title(), start);
  states_.begin(start, owner_.id(), context_.oracle);
  const boost::json::value* cursor = start.if_contains("cursor");
  start_cursor_ = cursor && cursor->is_number() ? cursor->to_number<change_id>() : 0;
}

void device::set_session_ended() {
  if (!session_ended_at_) session_ended_at_ = context_.now();
}

void device::on_batch(change_id after, instant asked_at, const parsed_batch& batch) {
  if (batch.pause_s) context_.count("got_pause");
  const change_id up_to = batch.next             ? *batch.next
                          : batch.events.empty() ? after
                                                 : batch.events.back().id;
  if (!batch.next && !batch.events.empty() && up_to == 0) return;  // an event without an id
  check_batch(context_, owner_.id(), title(), after, up_to, batch);
  if (session_ended_at_) check_ended_session(asked_at, batch);
  for (const parsed_event& e : batch.events) states_.apply(e);
  for (const parsed_message& m : batch.messages) owner_.on_delivered(m.id);
}

void device::check_ended_session(instant asked_at, const parsed_batch& batch) {
  if (asked_at > *session_ended_at_) {
    context_.report(invariant::signed_in, title() + " was answered on a session that had ended");
  }
  for (const parsed_message& m : batch.messages) {
    const oracle_message* stored = context_.oracle.message(m.id);
    if (stored && stored->committed_at > *session_ended_at_) {
      context_.report(invariant::signed_in, title() + " received message " + std::to_string(m.id) +
                                                " on a session that had ended before it");
    }
  }
}

void device::on_turned_away() {
  is_turned_away_ = true;
  context_.log.add(context_.now(), title() + " is turned away");
  if (!may_session_end_ && !context_.may_sessions_expire) {
    context_.report(invariant::signed_in,
                    title() + " was turned away, but its session had not been ended");
  }
}

}  // namespace lingerd::sim
