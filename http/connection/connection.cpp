#include "http/connection/connection.hpp"

#include <chrono>
#include <utility>
#include <variant>

#include "core/base/check.hpp"
#include "core/base/coverage.hpp"
#include "core/base/planted_faults.hpp"

namespace lingerd {
namespace {

using namespace std::chrono_literals;

constexpr auto drain_time = 5s;                   // for the rest of a refused request to arrive
constexpr std::size_t output_kept = 1024 * 1024;  // capacity that a shared buffer may keep
constexpr unsigned writes_a_turn = 4;             // of one stream, before others have their turn

// Gives back the memory of a shared buffer that an unusually long answer has grown.
void trim(std::string& buffer) {
  if (buffer.capacity() > output_kept) buffer = {};
}

// A response that a coroutine makes.
class pending_task final : public pending {
 public:
  explicit pending_task(task<response> work) : work_(std::move(work)) {}
  wake_set wakes() const override { return 0; }
  step resume(event, connection_io&) override { return step::work; }
  task<step> work(connection_io& io) override {
    response answer = co_await std::move(work_);
    io.home.scratch.answer = std::move(answer);
    co_return step::answer;
  }

 private:
  task<response> work_;
};

}  // namespace

task<pending::step> pending::work(connection_io&) {
  CHECK(!"a pending reply without work");
  co_return step::end;
}

void connections::close_all() {
  closing = true;
  for (connection& c : open) c.close_soon();
}

connection::connection(connections& home, endpoint& serves, stream_ptr stream)
    : host_(home), endpoint_(serves), io_(home, home.loop, std::move(stream), home.bounds) {
  host_.open.push_back(*this);
  ++host_.counters.connections;
  ++host_.counters.open_connections;
}

connection::~connection() {
  pending_.reset();
  host_.scratch.half_written -= counted_unsent_;
  --host_.counters.open_connections;
}

// A client with many requests at once, or a stream with much to write, does not keep the others
// waiting.
bool connection::gives_turn(action current) {
  if (current == action::resume) return true;
  if (current != action::next || ++in_a_row_ <= host_.bounds.answers_a_turn) return false;
  in_a_row_ = 0;
  coverage::hit(coverage::branch::turn_given);
  return true;
}

// The reasons that the connection sleeps for in this state, after watching the socket for them. 0:
// it does not sleep.
wake_set connection::sleeps_for(action current) {
  switch (current) {
    case action::read:
    case action::drain:
      io_.stream->watch_readable(io_.asleep);
      return wake::readable | wake::timeout | wake::closing;
    case action::write:
      io_.stream->watch_writable(io_.asleep);
      return wake::writable | wake::timeout;
    case action::wait: {
      const wake_set mask = pending_->wakes();
      CHECK(mask != 0);
      if (has(mask, wake::readable) && !has(io_.asleep.reasons(), wake::readable)) {
        io_.stream->watch_readable(io_.asleep);
      }
      return mask;
    }
    default: return 0;
  }
}

connection::action connection::go_on(action current) {
  switch (current) {
    case action::next: return take_request();
    case action::read: in_a_row_ = 1; return take_request();
    case action::write: return written();
    case action::wait: return run_pending(pending::event::woken);
    case action::resume: return run_pending(pending::event::written);
    case action::drain: return drain_on();
    case action::work:
    case action::end: break;
  }
  return action::end;
}

// Each co_await has room in the frame for as long as the connection lives: there are three.
nursery::root serve(nursery&, connections& home, endpoint& serves, stream_ptr stream) {
  using action = connection::action;
  connection c(home, serves, std::move(stream));
  action current = action::next;
  while (current != action::end) {
    if (current == action::work) {
      const pending::step step = co_await c.pending_->work(c.io_);
      current = c.perform(step);
      continue;
    }
    if (c.gives_turn(current)) {
      next_turn others(c.io_.asleep.loop());
      co_await others;
    }
    if (const wake_set mask = c.sleeps_for(current)) {
      co_await c.io_.asleep.wait(mask);
    }
    current = c.go_on(current);
  }
}

connection::action connection::take_request() {
  const limits& bounds = host_.bounds;
  io_.asleep.clear(wake::readable);
  switch (io_.reader.next(*io_.stream, host_.scratch)) {
    case request_reader::got::request:
      io_.asleep.clear_deadline();
      begun_ = timed_ = false;
      return dispatch();
    case request_reader::got::ended: return action::end;
    case request_reader::got::refused: return refuse_and_close(io_.reader.why());
    case request_reader::got::blocked: break;
  }
  if (has(io_.asleep.reasons(), wake::timeout) && timed_) return no_whole_request();
  if (host_.closing) return action::end;
  const bool begins = io_.reader.in_progress() && !begun_;
  if (begins || !timed_) {
    // From its first byte on, a request has a time to arrive in, however it drips.
    begun_ = io_.reader.in_progress();
    timed_ = true;
    io_.asleep.set_deadline(io_.asleep.loop().now() +
                            (begun_ ? instant(bounds.request_time) : instant(bounds.idle_time)));
  }
  if (io_.reader.take_wants_continue()) {
    io_.stream->write(
        "HTTP/1.1 100 Continue\r\n\r\n");  // if it does not fit, the client asks in vain
  }
  return action::read;
}

connection::action connection::no_whole_request() {
  if (!begun_) {
    coverage::hit(coverage::branch::idle_closed);
    return action::end;
  }
  coverage::hit(coverage::branch::stalled_request);
  return refuse_and_close({error::stalled, "the request took too long to arrive"});
}

connection::action connection::dispatch() {
  ++host_.counters.requests;
  const http_request& request = host_.scratch.request;
  keep_alive_ = request.keep_alive && !host_.closing;
  head_only_ = request.method == method::head;
  reply r = endpoint_.answer(request, *io_.stream);
  if (auto* answer = std::get_if<response>(&r)) return finish(std::move(*answer));
  if (auto* work = std::get_if<task<response>>(&r)) {
    pending_ = std::make_unique<pending_task>(std::move(*work));
    return action::work;
  }
  pending_ = std::get<std::unique_ptr<pending>>(std::move(r));
  CHECK(pending_ != nullptr);
  return perform(pending_->resume(pending::event::started, io_));
}

// Lets the pending reply go on, for a few writes at most.
connection::action connection::run_pending(pending::event reason) {
  for (unsigned i = 0; i < writes_a_turn; ++i) {
    const pending::step step = pending_->resume(reason, io_);
    const action following = perform(step);
    if (following != action::resume || step == pending::step::yield) return following;
    reason = pending::event::written;
  }
  return action::resume;
}

connection::action connection::perform(pending::step step) {
  using enum pending::step;
  switch (step) {
    case wait: return action::wait;
    case work: return action::work;
    case yield: return action::resume;
    case write_last: is_last_ = true; [[fallthrough]];
    case write: {
      const action following = push(host_.scratch.output);
      trim(host_.scratch.output);
      trim(host_.scratch.events);
      return following;
    }
    case answer: {
      pending_.reset();
      io_.asleep.clear_deadline();
      const action following = finish(std::move(host_.scratch.answer));
      // The answer's body may lie in the shared buffer, which keeps its room for the next one's.
      trim(host_.scratch.body);
      trim(host_.scratch.events);
      return following;
    }
    case refuse: pending_.reset(); return refuse_and_close(io_.reader.why());
    case end: break;
  }
  pending_.reset();
  return action::end;
}

connection::action connection::finish(response answer) {
  if (host_.closing || answer.close) keep_alive_ = false;
  answer.head_only = head_only_;
  std::string& out = host_.scratch.output;
  out.clear();
  trim(out);
  render(out, answer, keep_alive_);
  const byte_stream::moved m = io_.stream->write(out);
  if (m.how == byte_stream::status::ended) return action::end;
  if (m.bytes == out.size()) return written();
  coverage::hit(coverage::branch::answer_blocked);
  return wait_for_room(std::string_view(out).substr(m.bytes));
}

// Writes bytes of a stream that stays open: it lasts as long as the connection.
connection::action connection::push(std::string_view bytes) {
  keep_alive_ = false;
  drain_after_ = true;  // for the other side to close, too
  if (planted::is(planted::fault::unbounded_buffer) && !is_last_) {
    if (!unsent_) unsent_ = std::make_unique<std::string>();
    *unsent_ += bytes;
    unsent_->erase(0, io_.stream->write(*unsent_).bytes);
    count_unsent();
    return action::resume;
  }
  const byte_stream::moved m = io_.stream->write(bytes);
  if (m.how == byte_stream::status::ended) return pending_.reset(), action::end;
  if (m.bytes == bytes.size()) return written();
  coverage::hit(coverage::branch::stream_blocked);
  if (planted::is(planted::fault::cursor_before_write) && m.bytes == 0) return written();
  return wait_for_room(bytes.substr(m.bytes));
}

connection::action connection::wait_for_room(std::string_view rest) {
  if (!keep_unsent(rest)) return pending_.reset(), action::end;
  io_.asleep.clear(wake::writable);
  io_.asleep.set_deadline(io_.asleep.loop().now() + host_.bounds.write_time);
  return action::write;
}

// Keeps what did not fit until it does. False where all connections together keep too much already:
// the client asks again.
bool connection::keep_unsent(std::string_view rest) {
  const std::size_t room = rest.size() + sizeof(std::string);
  if (host_.scratch.half_written + room > host_.bounds.half_written_bytes) {
    coverage::hit(coverage::branch::half_written_full);
    return false;
  }
  unsent_ = std::make_unique<std::string>(rest);
  count_unsent();
  return true;
}

// Updates this connection's part of the sum; a string keeps its capacity until it is destroyed.
void connection::count_unsent() {
  host_.scratch.half_written -= counted_unsent_;
  counted_unsent_ = unsent_ ? static_cast<std::uint32_t>(unsent_->capacity()) : 0;
  host_.scratch.half_written += counted_unsent_;
}

connection::action connection::refuse_and_close(const refusal& why) {
  keep_alive_ = false;
  head_only_ = false;
  drain_after_ = true;
  io_.asleep.clear_deadline();
  return finish(refuse(why));
}

// Goes on with what did not fit; when all is written, with the pending reply, the next request, or
// the end.
connection::action connection::written() {
  if (unsent_) {
    io_.asleep.clear(wake::writable);
    const byte_stream::moved m = io_.stream->write(*unsent_);
    if (m.how == byte_stream::status::ended) return pending_.reset(), action::end;
    unsent_->erase(0, m.bytes);
    if (!unsent_->empty()) {
      // A slow reader comes back with its cursor; nothing is lost.
      if (has(io_.asleep.reasons(), wake::timeout)) {
        coverage::hit(coverage::branch::slow_reader_closed);
        return pending_.reset(), action::end;
      }
      return action::write;
    }
    unsent_.reset();
    count_unsent();
    io_.asleep.clear_deadline();
  }
  if (pending_ && !is_last_) return action::resume;
  if (keep_alive_) return action::next;
  pending_.reset();
  io_.stream->end_writing();
  if (!drain_after_) return action::end;
  // The rest of a refused request is still on its way: closing now would reset the connection, and
  // the answer would be lost with it.
  io_.asleep.set_deadline(io_.asleep.loop().now() + drain_time);
  return drain_on();
}

std::size_t connection::heard_bytes() const {
  return io_.reader.held() + (pending_ ? pending_->received_bytes() : 0);
}

std::size_t connection::buffered_bytes() const {
  return (unsent_ ? unsent_->size() : 0) + heard_bytes();
}

connection::action connection::drain_on() {
  io_.asleep.clear(wake::readable);
  for (;;) {
    const byte_stream::moved m = io_.stream->read(host_.scratch.input);
    if (m.how == byte_stream::status::ended) return action::end;
    io_.drained += m.bytes;
    if (io_.drained > host_.bounds.drain_bytes) return action::end;
    if (m.how == byte_stream::status::blocked) break;
  }
  if (has(io_.asleep.reasons(), wake::timeout) || host_.closing) return action::end;
  return action::drain;
}

}  // namespace lingerd
