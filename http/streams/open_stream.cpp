#include "http/streams/open_stream.hpp"

#include "core/base/coverage.hpp"
#include "core/base/refusals.hpp"

namespace lingerd {

// Encodes the events of a batch as the transport does.
class open_stream::encoder final : public event_sink {
 public:
  // Writes over `events`. Both outlive it.
  encoder(const open_stream& stream, std::string& events) : stream_(stream), events_(events) {
    events.clear();
  }
  void add(change_id id, std::string_view json) override {
    stream_.append_event(events_, id, json);
  }
  std::size_t bytes() const override { return events_.size(); }

 private:
  const open_stream& stream_;
  std::string& events_;
};

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
  std::string& out = io.connections.scratch.output;
  out.clear();
  append_head(out);
  if (const auto refused = std::move(refused_)) return end_refused(out, *refused);
  if (!hold_session(position_.caller.session)) {
    return end_refused(out, refusals::session_ended());
  }
  if (position_.presence) hold_presence(position_.caller.user);
  schedule_ping(io);
  const std::string early = io.reader.take_pipelined();
  if (expects_pong()) receive(early, io);
  return step::write;
}

// Writes one batch, ping or reply, or parks where there is nothing to write.
pending::step open_stream::go_on(connection_io& io) {
  std::string& out = io.connections.scratch.output;
  out.clear();
  const wake_set reasons = io.waiter.reasons();
  if (has(reasons, wake::signed_out)) {
    coverage::hit(coverage::branch::signed_out_while_held);
    return end_refused(out, refusals::session_ended());
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
  switch (process(out, io)) {
    case input::message: return step::wait;
    case input::answered: return step::write;
    case input::ended: return step::write_last;
    case input::nothing: break;
  }
  const person* reader = chat_.directory().user(position_.caller.user);
  std::string& events = io.connections.scratch.events;
  encoder sink(*this, events);
  batch b;
  b.next = chat_.horizon();
  if (chat_.fanout().has_news(*reader, position_.after)) {
    const auto at_hand =
        chat_.feed().at_hand(*reader, position_.after, selection::everything, sink);
    if (!at_hand && out.empty()) return step::work;
    if (at_hand) {
      b = *at_hand;
    } else {
      b.next = position_.after;
    }
  }
  append_news(out, b, events);
  if (out.empty() && io.waiter.loop().now() >= ping_at_) {
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
  wait_for_news(position_.caller.user);
  io.waiter.set_deadline(ping_at_);
  return step::wait;
}

pending::step open_stream::wake_up(connection_io& io) {
  const wake_set reasons = io.waiter.reasons();
  io.waiter.clear(wake::news);
  if (has(reasons, wake::readable)) {
    io.waiter.clear(wake::readable);
    // One read a turn: where it has filled the buffer there may be more, and a client that sends
    // without a pause must not keep the loop.
    std::string& buffer = io.connections.scratch.input;
    const byte_stream::transfer t = io.stream->read(buffer);
    if (t.status == byte_stream::status::ended) return step::end;
    if (t.bytes > 0) is_silent_ = false;
    if (!receive(std::string_view(buffer).substr(0, t.bytes), io)) return step::end;
    if (t.bytes == buffer.size()) return step::yield;
  }
  return go_on(io);
}

task<pending::step> open_stream::work(connection_io& io) {
  std::string events;  // of its own: others use the shared one while the store is read
  encoder sink(*this, events);
  feed& feed = chat_.feed();
  const user_id reader = position_.caller.user;
  const change_id after = position_.after;
  const result<batch> b = co_await feed.from_store(reader, after, selection::everything, sink);
  std::string& out = io.connections.scratch.output;
  out.clear();
  if (!b) co_return end_refused(out, b.error());
  append_news(out, *b, events);
  co_return step::write;
}

void open_stream::append_news(std::string& out, const batch& b, std::string_view events) {
  position_.after = b.next;
  const bool newer =
      position_.presence && chat_.has_presence_news(position_.caller.user, *position_.presence);
  if (events.empty() && !newer) return;
  append_batch(out, events, newer);
  if (newer) position_.presence = chat_.presence().revision();
}

pending::step open_stream::end_refused(std::string& out, const refusal& why) {
  append_refusal(out, why);
  return step::write_last;
}

void open_stream::schedule_ping(connection_io& io) {
  ping_at_ = coalesced(io.waiter.loop().now() + chat_.bounds().ping_every);
}

bool open_stream::sleeps_over_news(const waiter& asleep) const {
  return is_waiting() && !has(asleep.reasons(), wake::news) && has_news(position_);
}

}  // namespace lingerd
