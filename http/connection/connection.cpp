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
constexpr unsigned writes_a_turn = 4;             // of one stream, before other connections run

// Frees the memory of a shared buffer that an unusually long response has grown.
void trim(std::string& buffer) {
  if (buffer.capacity() > output_kept) buffer = {};
}

// Marks the shared request as lent, as long as it lives.
class request_loan {
 public:
  explicit request_loan(loop_scratch& scratch) : scratch_(scratch) {
    CHECK(!scratch_.is_request_lent);
    scratch_.is_request_lent = true;
  }
  ~request_loan() { scratch_.is_request_lent = false; }
  request_loan(const request_loan&) = delete;
  request_loan& operator=(const request_loan&) = delete;

 private:
  loop_scratch& scratch_;
};

// A response that a coroutine makes.
class pending_task final : public pending {
 public:
  explicit pending_task(task<response> work) : work_(std::move(work)) {}
  wake_set wakes() const override { return 0; }
  step resume(event, connection_io&) override { return step::work; }
  task<step> work(connection_io& io) override {
    response answer = co_await std::move(work_);
    io.connections.scratch.answer = std::move(answer);
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

connections::~connections() { CHECK(open.empty()); }

void connections::close_all() {
  is_closing = true;
  for (connection& c : open) c.close_soon();
}

connection::connection(lingerd::connections& connections, lingerd::endpoint& endpoint,
                       stream_ptr stream)
    : connections_(connections),
      endpoint_(endpoint),
      io_(connections, connections.loop, std::move(stream), connections.bounds) {
  connections_.open.push_back(*this);
  ++connections_.counters.connections;
  ++connections_.counters.open_connections;
}

connection::~connection() {
  pending_.reset();
  unsent_.reset();
  count_unsent();
  CHECK(connections_.counters.open_connections > 0);
  --connections_.counters.open_connections;
}

// Whether other connections run first: a client with many requests at once, or a stream with much
// to write, must not delay them.
bool connection::yields(action current) {
  if (current == action::resume) return true;
  if (current != action::next || ++answers_in_a_row_ <= connections_.bounds.answers_a_turn)
    return false;
  answers_in_a_row_ = 0;
  coverage::hit(coverage::branch::turn_given);
  return true;
}

// The reasons that the connection sleeps for in this state; watches the socket for them. 0: it does
// not sleep.
wake_set connection::sleeps_for(action current) {
  switch (current) {
    case action::read:
    case action::drain:
      io_.stream->watch_readable(io_.waiter);
      return wake::readable | wake::timeout | wake::closing;
    case action::write:
      io_.stream->watch_writable(io_.waiter);
      return wake::writable | wake::timeout;
    case action::wait: {
      const wake_set mask = pending_->wakes();
      CHECK(mask != 0);
      if (has(mask, wake::readable) && !has(io_.waiter.reasons(), wake::readable)) {
        io_.stream->watch_readable(io_.waiter);
      }
      return mask;
    }
    default: return 0;
  }
}

connection::action connection::go_on(action current) {
  switch (current) {
    case action::next: return take_request();
    case action::read: answers_in_a_row_ = 1; return take_request();
    case action::write: return written();
    case action::wait: return run_pending(pending::event::woken);
    case action::resume: return run_pending(pending::event::written);
    case action::drain: return drain_on();
    case action::work:
    case action::end: break;
  }
  return action::end;
}

// Each co_await takes room in the frame as long as the connection lives, hence there are only
// three.
nursery::root serve(nursery&, lingerd::connections& connections, lingerd::endpoint& endpoint,
                    stream_ptr stream) {
  using action = connection::action;
  connection c(connections, endpoint, std::move(stream));
  action current = action::next;
  while (current != action::end) {
    if (current == action::work) {
      const pending::step step = co_await c.pending_->work(c.io_);
      current = c.perform(step);
      continue;
    }
    if (c.yields(current)) {
      next_turn turn(c.io_.waiter.loop());
      co_await turn;
    }
    if (const wake_set mask = c.sleeps_for(current)) {
      co_await c.io_.waiter.wait(mask);
    }
    current = c.go_on(current);
  }
}

connection::action connection::take_request() {
  const limits& bounds = connections_.bounds;
  io_.waiter.clear(wake::readable);
  switch (io_.reader.next(*io_.stream, connections_.scratch)) {
    case request_reader::status::request:
      io_.waiter.clear_deadline();
      has_begun_ = has_deadline_ = false;
      return dispatch();
    case request_reader::status::ended: return action::end;
    case request_reader::status::refused: return refuse_and_close(io_.reader.reason());
    case request_reader::status::blocked: break;
  }
  if (has(io_.waiter.reasons(), wake::timeout) && has_deadline_) return no_whole_request();
  if (connections_.is_closing) return action::end;
  const bool begins = io_.reader.is_in_progress() && !has_begun_;
  if (begins || !has_deadline_) {
    // From its first byte on, a request has a fixed time to arrive, in however many pieces.
    has_begun_ = io_.reader.is_in_progress();
    has_deadline_ = true;
    io_.waiter.set_deadline(io_.waiter.loop().now() + (has_begun_ ? instant(bounds.request_time)
                                                                  : instant(bounds.idle_time)));
  }
  if (io_.reader.take_wants_continue()) {
    // Where it does not fit, the client gets no answer to its question.
    io_.stream->write("HTTP/1.1 100 Continue\r\n\r\n");
  }
  return action::read;
}

connection::action connection::no_whole_request() {
  if (!has_begun_) {
    coverage::hit(coverage::branch::idle_closed);
    return action::end;
  }
  coverage::hit(coverage::branch::stalled_request);
  return refuse_and_close({error::stalled, "the request took too long to arrive"});
}

connection::action connection::dispatch() {
  CHECK(pending_ == nullptr);
  ++connections_.counters.requests;
  const http_request& request = connections_.scratch.request;
  keep_alive_ = request.keep_alive && !connections_.is_closing;
  head_only_ = request.method == method::head;
  is_http_1_0_ = !request.is_http_1_1;
  reply r = answer(request);
  if (auto* answer = std::get_if<response>(&r)) return finish(std::move(*answer));
  if (auto* work = std::get_if<task<response>>(&r)) {
    pending_ = std::make_unique<pending_task>(std::move(*work));
    return action::work;
  }
  pending_ = std::get<std::unique_ptr<pending>>(std::move(r));
  CHECK(pending_ != nullptr);
  return perform(pending_->resume(pending::event::started, io_));
}

reply connection::answer(const http_request& request) {
  const request_loan loan(connections_.scratch);
  return endpoint_.answer(request, *io_.stream);
}

// Resumes the pending reply, for at most `writes_a_turn` writes.
connection::action connection::run_pending(pending::event reason) {
  CHECK(!is_last_);
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
      const action following = push(connections_.scratch.output);
      trim(connections_.scratch.output);
      trim(connections_.scratch.events);
      return following;
    }
    case answer: {
      pending_.reset();
      io_.waiter.clear_deadline();
      const action following = finish(std::move(connections_.scratch.answer));
      // The body may lie in the shared buffer, which keeps its capacity for the next response.
      trim(connections_.scratch.body);
      trim(connections_.scratch.events);
      return following;
    }
    case refuse: pending_.reset(); return refuse_and_close(io_.reader.reason());
    case end: break;
  }
  pending_.reset();
  return action::end;
}

connection::action connection::finish(response answer) {
  CHECK(pending_ == nullptr);
  CHECK(unsent_ == nullptr);
  if (connections_.is_closing || answer.close) keep_alive_ = false;
  answer.head_only = head_only_;
  // An HTTP/1.0 client that asked for it keeps the connection only where it is told so.
  if (keep_alive_ && is_http_1_0_) answer.fields += "Connection: keep-alive\r\n";
  std::string& out = connections_.scratch.output;
  out.clear();
  trim(out);
  render(out, answer, keep_alive_);
  const byte_stream::transfer t = io_.stream->write(out);
  if (t.status == byte_stream::status::ended) return action::end;
  if (t.bytes == out.size()) return written();
  coverage::hit(coverage::branch::answer_blocked);
  return wait_for_room(std::string_view(out).substr(t.bytes));
}

// Writes bytes of a stream that stays open; it has no end but that of the connection.
connection::action connection::push(std::string_view bytes) {
  keep_alive_ = false;
  drain_after_ = true;  // until the client closes, too
  if (planted::is(planted::fault::unbounded_buffer) && !is_last_) {
    if (!unsent_) unsent_ = std::make_unique<std::string>();
    *unsent_ += bytes;
    unsent_->erase(0, io_.stream->write(*unsent_).bytes);
    count_unsent();
    return action::resume;
  }
  const byte_stream::transfer t = io_.stream->write(bytes);
  if (t.status == byte_stream::status::ended) return pending_.reset(), action::end;
  if (t.bytes == bytes.size()) return written();
  coverage::hit(coverage::branch::stream_blocked);
  if (planted::is(planted::fault::cursor_before_write) && t.bytes == 0) return written();
  return wait_for_room(bytes.substr(t.bytes));
}

connection::action connection::wait_for_room(std::string_view rest) {
  if (!keep_unsent(rest)) return pending_.reset(), action::end;
  io_.waiter.clear(wake::writable);
  io_.waiter.set_deadline(io_.waiter.loop().now() + connections_.bounds.write_time);
  return action::write;
}

// Keeps bytes until the client reads. False where all connections together keep too many already:
// the connection closes, and the client asks again.
bool connection::keep_unsent(std::string_view rest) {
  const std::size_t room = rest.size() + sizeof(std::string);
  if (connections_.scratch.half_written + room > connections_.bounds.half_written_bytes) {
    coverage::hit(coverage::branch::half_written_full);
    return false;
  }
  unsent_ = std::make_unique<std::string>(rest);
  count_unsent();
  return true;
}

// Updates this connection's part of the sum. By capacity: a string keeps it until its end.
void connection::count_unsent() {
  CHECK(connections_.scratch.half_written >= counted_unsent_);
  connections_.scratch.half_written -= counted_unsent_;
  counted_unsent_ = unsent_ ? static_cast<std::uint32_t>(unsent_->capacity()) : 0;
  connections_.scratch.half_written += counted_unsent_;
}

connection::action connection::refuse_and_close(const refusal& reason) {
  keep_alive_ = false;
  head_only_ = false;
  drain_after_ = true;
  io_.waiter.clear_deadline();
  return finish(refuse(reason));
}

// Writes the bytes that did not fit. Once all are written: the pending reply, the next request, or
// the end.
connection::action connection::written() {
  if (unsent_) {
    io_.waiter.clear(wake::writable);
    const byte_stream::transfer t = io_.stream->write(*unsent_);
    if (t.status == byte_stream::status::ended) return pending_.reset(), action::end;
    unsent_->erase(0, t.bytes);
    if (!unsent_->empty()) {
      // A slow client comes back with its cursor; no event is lost.
      if (has(io_.waiter.reasons(), wake::timeout)) {
        coverage::hit(coverage::branch::slow_reader_closed);
        return pending_.reset(), action::end;
      }
      return action::write;
    }
    unsent_.reset();
    count_unsent();
    io_.waiter.clear_deadline();
  }
  if (pending_ && !is_last_) return action::resume;
  if (keep_alive_) return action::next;
  pending_.reset();
  io_.stream->end_writing();
  if (!drain_after_) return action::end;
  // The rest of a refused request is still on its way: closing now would reset the connection, and
  // lose the response.
  io_.waiter.set_deadline(io_.waiter.loop().now() + drain_time);
  return drain_on();
}

std::size_t connection::received_bytes() const {
  return io_.reader.held_bytes() + (pending_ ? pending_->received_bytes() : 0);
}

std::size_t connection::buffered_bytes() const {
  return (unsent_ ? unsent_->size() : 0) + received_bytes();
}

connection::action connection::drain_on() {
  io_.waiter.clear(wake::readable);
  for (;;) {
    const byte_stream::transfer t = io_.stream->read(connections_.scratch.input);
    if (t.status == byte_stream::status::ended) return action::end;
    io_.drained_bytes += t.bytes;
    if (io_.drained_bytes > connections_.bounds.drain_bytes) return action::end;
    if (t.status == byte_stream::status::blocked) break;
  }
  if (has(io_.waiter.reasons(), wake::timeout) || connections_.is_closing) return action::end;
  return action::drain;
}

}  // namespace lingerd
