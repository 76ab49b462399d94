#include "sim/world/users/device.hpp"

#include <utility>

namespace lingerd::sim {

using namespace std::chrono_literals;

namespace {

constexpr auto say_time = 20s;  // for the answer to what is said on a WebSocket

}  // namespace

device::device(scene& in, owner& of, std::uint32_t number, std::string token)
    : scene_(in),
      owner_(of),
      number_(number),
      who_{of.name(), of.id(), std::move(token)},
      door_(in.people.lines),
      talk_(in.on),
      chance_(in.made.seed * 1000003 + number),
      asleep_(in.on) {}

std::string device::title() const { return owner_.name() + "'s device " + std::to_string(number_); }

load_way device::some_way() {
  load_way way;
  if (scene_.made.only) {
    way.how = *scene_.made.only;
  } else {
    way.how = static_cast<transport>(chance_.below(4));
  }
  way.poll_interval = std::chrono::milliseconds(300 + chance_.below(4'000));
  return way;
}

task<void> device::live() {
  while (!is_leaving_) {
    is_turned_away_ = false;
    gone_client_ = std::move(client_);
    client_ = std::make_unique<client>(scene_.people, number_, who_);
    client_->listen_by(some_way());
    if (scene_.made.presence) client_->ask_presence();
    if (chance_.below(4) != 0) client_->hold_at_once();
    task<void> listening = client_->run();
    co_await std::move(listening);
    if (is_leaving_ || !is_turned_away_) break;
    scene_.count("signed_in_again");
    may_end_ = owner_.is_changing_password();  // of the session to come
    std::string token = co_await owner_.sign_in(door_);
    if (token.empty()) break;
    session_ended_at_.reset();
    who_.token = std::move(token);
  }
  co_await door_.close();
  is_gone_ = true;
}

void device::tell_leaving() {
  is_leaving_ = true;
  door_.tell_closing();
  asleep_.signal(wake::closing);
  if (client_) client_->tell_leaving();
}

// --- trouble -------------------------------------------------------------------------------------

task<void> device::misbehave() {
  const std::uint64_t vanish = scene_.made.of(trouble_kind::vanish);
  const std::uint64_t change = scene_.made.of(trouble_kind::change);
  if (vanish + change == 0) co_return;
  for (;;) {
    const std::uint64_t between_ms = 500 + chance_.below(40'000'000 / (1000 + vanish + change));
    asleep_.set_deadline(scene_.now() + std::chrono::milliseconds(between_ms));
    co_await asleep_.wait(wake::timeout | wake::closing);
    asleep_.clear_deadline();
    if (scene_.is_healed || is_leaving_) co_return;
    if (!is_listening()) continue;
    if (chance_.below(vanish + change) < vanish) {
      scene_.count("vanished");
      scene_.told.add(scene_.now(), title() + " vanishes");
      if (chance_.below(2) == 0 && client_->cursor() > started_at_) {
        // It wakes up as it was a while ago.
        scene_.count("came_back_older");
        const change_id span = client_->cursor() - started_at_;
        client_->rewind(started_at_ + chance_.below(span + 1));
      }
      client_->drop();
    } else {
      scene_.count("changed_transport");
      client_->listen_by(some_way());
      if (chance_.below(2) == 0) client_->drop();
    }
  }
}

// --- saying --------------------------------------------------------------------------------------

socket_talk::spoken_ptr device::begin_to_say(std::string cid, const std::string& message) {
  return talk_.say(*client_, std::move(cid), message);
}

task<asker::reply> device::answer_to(socket_talk::spoken_ptr what) {
  const std::optional<instant> ended_before = session_ended_at_;
  asker::reply r = co_await talk_.answer_to(what, say_time);
  if (ended_before && *ended_before < what->said_at && r.status == 201) {
    scene_.broken(clause::signed_in, title() + " said something on a session that had ended");
  }
  co_return r;
}

task<asker::reply> device::say(std::string cid, std::string message) {
  const socket_talk::spoken_ptr what = begin_to_say(std::move(cid), message);
  return answer_to(what);
}

void device::answered(std::string_view text) {
  if (talk_.heard(text)) return;
  scene_.broken(clause::order, title() + " said something else than what is answered here: " +
                                   std::string(text.substr(0, 120)));
}

// --- hearing -------------------------------------------------------------------------------------

void device::started(const boost::json::object& start) {
  check_start(scene_, owner_.id(), title(), start);
  states_.begin(start, owner_.id(), scene_.known);
  const boost::json::value* cursor = start.if_contains("cursor");
  started_at_ = cursor && cursor->is_number() ? cursor->to_number<change_id>() : 0;
}

void device::session_ended() {
  if (!session_ended_at_) session_ended_at_ = scene_.now();
}

void device::heard_batch(change_id after, instant asked_at, const heard& h) {
  if (h.pause_s) scene_.count("pause_told");
  const change_id up_to = h.next ? *h.next : h.events.empty() ? after : h.events.back().id;
  if (!h.next && !h.events.empty() && up_to == 0) return;  // an event without an id
  check_batch(scene_, owner_.id(), title(), after, up_to, h);
  if (session_ended_at_) {
    if (asked_at > *session_ended_at_) {
      scene_.broken(clause::signed_in, title() + " was answered on a session that had ended");
    }
    for (const heard_message& m : h.messages) {
      const true_message* t = scene_.known.message(m.id);
      if (t && t->told_at > *session_ended_at_) {
        scene_.broken(clause::signed_in, title() + " heard message " + std::to_string(m.id) +
                                             " on a session that had ended before it");
      }
    }
  }
  for (const heard_event& e : h.events) states_.take(e);
  for (const heard_message& m : h.messages) owner_.reached(m.id);
}

void device::turned_away() {
  is_turned_away_ = true;
  scene_.told.add(scene_.now(), title() + " is turned away");
  if (!may_end_ && !scene_.sessions_may_end) {
    scene_.broken(clause::signed_in,
                  title() + " was turned away, and nobody had ended its session");
  }
}

}  // namespace lingerd::sim
