#include "http/connection/connection_stream.hpp"

#include "core/base/planted_faults.hpp"
#include "core/base/coverage.hpp"
#include "http/streams/live.hpp"

// The part of a connection's life in which it is a stream that stays open.
namespace lingerd {
namespace {

using namespace std::chrono_literals;

constexpr auto drain_time = 5s;         // for the other side to close, too
constexpr unsigned batches_a_turn = 4;  // to one stream, before others have their turn

}  // namespace

connection::action connection::begin_stream(const stream_request& asked) {
  keep_alive_ = false;
  live_ = std::make_unique<streaming>(asleep_, asked, host_.bounds);
  streaming& s = *live_;
  ++host_.counted.events_answers;
  ++host_.counted.held_now;
  asleep_.clear(wake::news);
  asleep_.clear(wake::signed_out);
  asleep_.clear(wake::crowded);
  std::string& out = host_.scratch.output;
  out.clear();
  live::head(out, asked);
  if (asked.refused) {
    end_stream(out, *asked.refused);
  } else if (!host_.talk.signed_in().hold(asked.who.session, s.stream)) {
    end_stream(out, {error::not_signed_in, "this session has ended"});
  } else {
    if (s.asked.presence) {
      s.is_present = true;
      host_.talk.online().hold(s.asked.who.user);
    }
    s.ping_at = on_the_beat(asleep_.on().now() + host_.bounds.ping_every);
    std::string early = reader_.take_ahead();
    if (s.hears) s.hears->arrived = std::move(early);
  }
  return stream_push(out);
}

// Writes what there is to write, a few batches at most, and parks when there is nothing more.
connection::action connection::stream_on() {
  streaming& s = *live_;
  std::string& out = host_.scratch.output;
  for (unsigned i = 0; i < batches_a_turn; ++i) {
    out.clear();
    const wake_set why = asleep_.reasons();
    if (has(why, wake::signed_out)) {
      rare::took(rare::branch::signed_out_while_held);
      end_stream(out, {error::not_signed_in, "this session has ended"});
    } else if (has(why, wake::crowded)) {
      rare::took(rare::branch::crowded);
      s.is_ending = true;
      live::end_crowded(out, host_.talk, s.asked);
    } else if (host_.closing) {
      rare::took(rare::branch::closing_while_held);
      s.is_ending = true;
      live::end_closing(out, s.asked.how);
    } else if (!take_frames()) {
      return action::stream_say;
    } else if (out = replies(); !s.is_ending) {
      const person* reader = host_.talk.people().user(s.asked.who.user);
      batch b;
      b.next = host_.talk.horizon();
      if (host_.talk.streams().has_news(*reader, s.asked.after)) {
        auto at_hand = host_.talk.at_hand(*reader, s.asked.after, live::view_of(s.asked.how));
        if (!at_hand && out.empty()) return action::stream_store;
        if (at_hand)
          b = std::move(*at_hand);
        else
          b.next = s.asked.after;
      }
      live::tell(out, host_.talk, s.asked, b);
      if (out.empty() && asleep_.on().now() >= s.ping_at) {
        s.ping_at = on_the_beat(asleep_.on().now() + host_.bounds.ping_every);
        rare::took(rare::branch::ping);
        // Who did not answer the last one is gone.
        if (s.is_silent) {
          rare::took(rare::branch::silent_closed);
          return leave_stream(), action::end;
        }
        s.is_silent = s.hears != nullptr;
        live::ping(out, s.asked.how);
      }
    }
    if (out.empty() && !s.is_ending) return park_stream();
    const action after = stream_push(out);
    if (after != action::stream) return after;
  }
  return action::stream;
}

connection::action connection::park_stream() {
  streaming& s = *live_;
  if (!s.stream.in_channel.is_linked()) host_.talk.streams().wait(s.asked.who.user, s.stream);
  asleep_.set_deadline(s.ping_at);
  return action::stream_wait;
}

connection::action connection::stream_wake() {
  streaming& s = *live_;
  const wake_set why = asleep_.reasons();
  asleep_.clear(wake::news);
  if (has(why, wake::readable)) {
    asleep_.clear(wake::readable);
    // One read a turn: where it has filled the buffer there may be more, and one who talks without
    // a pause must not keep the loop.
    const byte_stream::moved m = stream_->read(host_.scratch.input);
    if (m.how == byte_stream::status::ended) return leave_stream(), action::end;
    if (m.bytes > 0) s.is_silent = false;
    if (s.hears) {
      s.hears->arrived.append(host_.scratch.input, 0, m.bytes);
    } else {
      drained_ += m.bytes;  // nobody asks for more on this connection
      if (drained_ > host_.bounds.pipelined_bytes) return leave_stream(), action::end;
    }
    if (m.bytes == host_.scratch.input.size()) return action::stream;
  }
  return stream_on();
}

// Understands what came on a WebSocket, up to the next message: false if there is one to be
// answered. Control frames are answered into `replies`.
bool connection::take_frames() {
  namespace ws = websocket;
  streaming& s = *live_;
  if (!s.hears) return true;
  streaming::hearing& h = *s.hears;
  std::string_view bytes = h.arrived;
  bool go_on = true;
  while (go_on && !bytes.empty() && !s.is_ending) {
    switch (h.frames.next(bytes)) {
      case ws::reader::got::message:
        h.said = std::move(h.frames.payload());
        go_on = false;
        break;
      case ws::reader::got::ping:
        // A flood of them is not answered one by one for ever.
        if (h.replies.size() < host_.bounds.header_bytes) {
          ws::append_frame(h.replies, ws::opcode::pong, h.frames.payload());
        }
        break;
      case ws::reader::got::pong:
      case ws::reader::got::need_more: break;
      case ws::reader::got::close:
        ws::append_close(h.replies, ws::close_code::normal);
        s.is_ending = true;
        break;
      case ws::reader::got::refused:
        ws::append_close(h.replies, h.frames.why());
        s.is_ending = true;
        break;
    }
  }
  h.arrived.erase(0, h.arrived.size() - bytes.size());
  if (h.arrived.empty()) h.arrived = {};
  return go_on;
}

std::string connection::replies() {
  return live_->hears ? std::exchange(live_->hears->replies, {}) : std::string();
}

void connection::end_stream(std::string& out, const refusal& why) {
  live_->is_ending = true;
  live::end_refused(out, live_->asked.how, why);
}

connection::action connection::stream_push(std::string_view bytes) {
  if (planted::is(planted::fault::unbounded_buffer) && !live_->is_ending) {
    if (!unsent_) unsent_ = std::make_unique<std::string>();
    *unsent_ += bytes;
    unsent_->erase(0, stream_->write(*unsent_).bytes);
    count_unsent();
    return action::stream;
  }
  const byte_stream::moved m = stream_->write(bytes);
  if (m.how == byte_stream::status::ended) return leave_stream(), action::end;
  if (m.bytes == bytes.size()) return stream_written();
  rare::took(rare::branch::stream_blocked);
  if (planted::is(planted::fault::cursor_before_write) && m.bytes == 0) return stream_written();
  if (!keep_unsent(bytes.substr(m.bytes))) return leave_stream(), action::end;
  asleep_.clear(wake::writable);
  asleep_.set_deadline(asleep_.on().now() + host_.bounds.write_time);
  return action::stream_write;
}

// Goes on with what did not fit; when all is written, with the stream, or its end.
connection::action connection::stream_written() {
  if (unsent_) {
    asleep_.clear(wake::writable);
    const byte_stream::moved m = stream_->write(*unsent_);
    if (m.how == byte_stream::status::ended) return leave_stream(), action::end;
    unsent_->erase(0, m.bytes);
    if (!unsent_->empty()) {
      // A slow reader comes back with his cursor; nothing is lost.
      if (has(asleep_.reasons(), wake::timeout)) {
        rare::took(rare::branch::slow_reader_closed);
        return leave_stream(), action::end;
      }
      return action::stream_write;
    }
    unsent_.reset();
    count_unsent();
    asleep_.clear_deadline();
  }
  if (!live_->is_ending) return action::stream;
  leave_stream();
  stream_->end_writing();
  asleep_.set_deadline(asleep_.on().now() + drain_time);
  return drain_on();
}

void connection::leave_stream() {
  --host_.counted.held_now;
  if (live_->is_present) host_.talk.online().release(live_->asked.who.user);
  live_.reset();
}

std::size_t connection::heard_bytes() const {
  std::size_t bytes = reader_.held();
  if (live_ && live_->hears) {
    const streaming::hearing& h = *live_->hears;
    bytes += h.arrived.size() + h.said.size() + h.replies.size() + h.frames.held();
  }
  return bytes;
}

std::size_t connection::buffered_bytes() const {
  return (unsent_ ? unsent_->size() : 0) + heard_bytes();
}

bool connection::sleeps_over_news() const {
  const bool is_held = held_ && held_->parked && !held_->asks_store;
  const bool is_live = live_ && live_->stream.in_channel.is_linked();
  if ((!is_held && !is_live) || has(asleep_.reasons(), wake::news)) return false;
  const user_id user = held_ ? held_->asked.who.user : live_->asked.who.user;
  const change_id after = held_ ? held_->asked.after : live_->asked.after;
  const person* reader = host_.talk.people().user(user);
  return reader && host_.talk.streams().has_news(*reader, after);
}

task<void> connection::read_store_on_stream(action& then) {
  const user_id reader = live_->asked.who.user;
  const change_id after = live_->asked.after;
  const chat::view as = live::view_of(live_->asked.how);
  const result<batch> b = co_await host_.talk.from_store(reader, after, as);
  std::string& out = host_.scratch.output;
  out.clear();
  if (b) {
    live::tell(out, host_.talk, live_->asked, *b);
  } else {
    end_stream(out, b.error());
  }
  then = stream_push(out);
}

task<void> connection::say_on_stream(action& then) {
  std::string text = std::move(live_->hears->said);
  const caller who = live_->asked.who;
  const std::string answer = co_await endpoint_.said(who, std::move(text));
  std::string& out = host_.scratch.output;
  out = replies();
  websocket::append_frame(out, websocket::opcode::text, answer);
  then = stream_push(out);
}

}  // namespace lingerd
