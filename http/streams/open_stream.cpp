#include "http/streams/open_stream.hpp"

#include "core/base/coverage.hpp"

namespace lingerd {

pending::step open_stream::resume(event reason, connection_io& io) {
  switch (reason) {
    case event::started: return open(io);
    case event::woken: return wake_up(io);
    case event::written: break;
  }
  return go_on(io);
}

pending::step open_stream::open(connection_io& io) {
  start(io, position_.presence.has_value());
  count_held();
  std::string& out = io.home.scratch.output;
  out.clear();
  append_head(out);
  if (const auto refused = std::move(refused_)) return end_refused(out, *refused);
  if (!hold_session(position_.who.session)) {
    return end_refused(out, {error::not_signed_in, "this session has ended"});
  }
  if (position_.presence) hold_presence(position_.who.user);
  schedule_ping(io);
  const std::string early = io.reader.take_ahead();
  if (expects_pong()) receive(early, io);
  return step::write;
}

// Writes one batch, ping or reply, or parks where there is nothing to write.
pending::step open_stream::go_on(connection_io& io) {
  std::string& out = io.home.scratch.output;
  out.clear();
  const wake_set reasons = io.asleep.reasons();
  if (has(reasons, wake::signed_out)) {
    coverage::hit(coverage::branch::signed_out_while_held);
    return end_refused(out, {error::not_signed_in, "this session has ended"});
  }
  if (has(reasons, wake::crowded)) {
    coverage::hit(coverage::branch::crowded);
    append_pause(out);
    return step::write_last;
  }
  if (is_closing()) {
    coverage::hit(coverage::branch::closing_while_held);
    append_closing(out);
    return step::write_last;
  }
  switch (process(out)) {
    case input::message: return step::work;
    case input::ended: return step::write_last;
    case input::nothing: break;
  }
  const person* reader = chat_.directory().user(position_.who.user);
  batch b;
  b.next = chat_.horizon();
  if (chat_.fanout().has_news(*reader, position_.after)) {
    auto at_hand = chat_.at_hand(*reader, position_.after, view());
    if (!at_hand && out.empty()) return step::work;
    if (at_hand) {
      b = std::move(*at_hand);
    } else {
      b.next = position_.after;
    }
  }
  tell(out, b);
  if (out.empty() && io.asleep.loop().now() >= ping_at_) {
    schedule_ping(io);
    coverage::hit(coverage::branch::ping);
    // A client that did not answer the last one is gone.
    if (is_silent_) {
      coverage::hit(coverage::branch::silent_closed);
      return step::end;
    }
    is_silent_ = expects_pong();
    append_ping(out);
  }
  return out.empty() ? park(io) : step::write;
}

pending::step open_stream::park(connection_io& io) {
  wait_for_news(position_.who.user);
  io.asleep.set_deadline(ping_at_);
  return step::wait;
}

pending::step open_stream::wake_up(connection_io& io) {
  const wake_set reasons = io.asleep.reasons();
  io.asleep.clear(wake::news);
  if (has(reasons, wake::readable)) {
    io.asleep.clear(wake::readable);
    // One read a turn: where it has filled the buffer there may be more, and a client that sends
    // without a pause must not keep the loop.
    std::string& buffer = io.home.scratch.input;
    const byte_stream::moved m = io.stream->read(buffer);
    if (m.how == byte_stream::status::ended) return step::end;
    if (m.bytes > 0) is_silent_ = false;
    if (!receive(std::string_view(buffer).substr(0, m.bytes), io)) return step::end;
    if (m.bytes == buffer.size()) return step::yield;
  }
  return go_on(io);
}

task<pending::step> open_stream::work(connection_io& io) {
  const user_id reader = position_.who.user;
  const change_id after = position_.after;
  const chat::view encoding = view();
  const result<batch> b = co_await chat_.from_store(reader, after, encoding);
  std::string& out = io.home.scratch.output;
  out.clear();
  if (!b) co_return end_refused(out, b.error());
  tell(out, *b);
  co_return step::write;
}

void open_stream::tell(std::string& out, const batch& b) {
  position_.after = b.next;
  presence& online = chat_.presence();
  const bool newer =
      position_.presence && chat_.has_presence_news(position_.who.user, *position_.presence);
  if (b.events.empty() && !newer) return;
  append_batch(out, b, newer);
  if (newer) position_.presence = online.revision();
}

pending::step open_stream::end_refused(std::string& out, const refusal& why) {
  append_refusal(out, why);
  return step::write_last;
}

void open_stream::schedule_ping(connection_io& io) {
  ping_at_ = coalesced(io.asleep.loop().now() + chat_.bounds().ping_every);
}

bool open_stream::sleeps_over_news(const waiter& asleep) const {
  return is_waiting() && !has(asleep.reasons(), wake::news) && has_news(position_);
}

}  // namespace lingerd
