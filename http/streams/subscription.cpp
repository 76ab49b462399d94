#include "http/streams/subscription.hpp"

#include "core/base/check.hpp"

namespace lingerd {

subscription::~subscription() {
  if (is_counted_) --home_->counters.held_now;
  if (present_ != 0) chat_.presence().release(present_);
}

void subscription::start(connection_io& io, bool wants_presence) {
  CHECK(home_ == nullptr);
  home_ = &io.connections;
  listener_.emplace(io.waiter, wants_presence);
  ++io.connections.counters.events_answers;
  io.waiter.clear(wake::news);
  io.waiter.clear(wake::signed_out);
  io.waiter.clear(wake::crowded);
}

void subscription::hold_presence(user_id user) {
  CHECK(present_ == 0);
  present_ = user;
  chat_.presence().hold(user);
}

void subscription::count_held() {
  is_counted_ = true;
  ++home_->counters.held_now;
}

bool subscription::hold_session(const token_hash& session) {
  return chat_.sessions().hold(session, *listener_);
}

void subscription::wait_for_news(user_id user) {
  if (!is_waiting()) chat_.fanout().wait(user, *listener_);
}

bool subscription::has_news(const stream_position& position) const {
  const person* reader = chat_.directory().user(position.caller.user);
  return reader && chat_.fanout().has_news(*reader, position.after);
}

}  // namespace lingerd
