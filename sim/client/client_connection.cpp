#include "sim/client/client_connection.hpp"

#include <chrono>

namespace lingerd::sim {
namespace {

using namespace std::chrono_literals;

constexpr auto dial_time = 15s;
constexpr auto say_time = 15s;
constexpr auto goodbye_time = 3s;
constexpr std::size_t kept_bytes = 256;  // of a buffer, while nothing is in it

}  // namespace

bool line::fail(std::string why) {
  why_ = std::move(why);
  asleep_.clear_deadline();
  close();
  return false;
}

task<bool> line::open() {
  close();
  asleep_.set_deadline(host_.on.now() + dial_time);
  stream_ = co_await host_.dial.dial(asleep_);
  asleep_.clear_deadline();
  if (!stream_) co_return fail(host_.dial.why());
  co_return true;
}

task<bool> line::say(std::string bytes) {
  std::size_t done = 0;
  if (!stream_) co_return fail("dropped");
  for (;;) {
    const byte_stream::moved m = stream_->write(std::string_view(bytes).substr(done));
    if (m.how == byte_stream::status::ended) co_return fail("the server closed the connection");
    done += m.bytes;
    if (done == bytes.size()) co_return true;
    asleep_.clear(wake::writable);
    asleep_.set_deadline(host_.on.now() + say_time);
    stream_->watch_writable(asleep_);
    co_await asleep_.wait(wake::writable | wake::timeout | wake::closing);
    if (is_closing()) co_return fail("closing");
    if (!stream_) co_return fail("dropped");
    if (has(asleep_.reasons(), wake::timeout)) co_return fail("the server takes no bytes");
  }
}

task<bool> line::hear_answer(instant longest) { return hear(longest, false); }
task<bool> line::hear_head(instant longest) { return hear(longest, true); }

task<bool> line::hear(instant longest, bool head_alone) {
  const instant deadline = host_.on.now() + longest;
  for (;;) {
    answer_ = {};
    const answer_got got =
        head_alone ? read_head(arrived_, answer_) : read_answer(arrived_, answer_);
    if (got == answer_got::whole) co_return true;
    if (got == answer_got::bad) co_return fail("an answer that is not understood");
    const bool more = co_await read_more(deadline);
    if (!more) co_return false;
  }
}

void line::done_with_answer() {
  const bool ends = answer_.closes;
  answer_ = {};
  drop_arrived();
  if (ends) close();
}

void line::drop_arrived() {
  arrived_.clear();
  if (arrived_.capacity() > kept_bytes) arrived_.shrink_to_fit();
}

task<bool> line::read_more(instant deadline, wake_set also) {
  bool is_timed = false;
  if (!stream_) co_return fail("dropped");
  for (;;) {
    asleep_.clear(wake::readable);
    const byte_stream::moved m = stream_->read(host_.scratch);
    if (m.bytes > 0) {
      arrived_.append(host_.scratch, 0, m.bytes);
      if (is_timed) asleep_.clear_deadline();
      co_return true;
    }
    if (m.how == byte_stream::status::ended) co_return fail("the server closed the connection");
    if (!is_timed) asleep_.set_deadline(deadline);
    is_timed = true;
    stream_->watch_readable(asleep_);
    co_await asleep_.wait(wake::readable | wake::timeout | wake::closing | also);
    if (!stream_) co_return fail("dropped");
    if (is_closing()) {
      // The socket stays, to be closed in order.
      asleep_.clear_deadline();
      why_ = "closing";
      co_return false;
    }
    if ((asleep_.reasons() & also) != 0) {
      asleep_.clear_deadline();
      co_return true;
    }
    if (has(asleep_.reasons(), wake::timeout) && !has(asleep_.reasons(), wake::readable)) {
      co_return fail("no answer in time");
    }
  }
}

task<void> line::nap_until(instant when) {
  asleep_.set_deadline(when);
  co_await asleep_.wait(wake::timeout | wake::closing);
  asleep_.clear_deadline();
}

task<void> line::close_in_order(bool ends_first) {
  if (!stream_) co_return;
  if (ends_first) stream_->end_writing();
  asleep_.set_deadline(host_.on.now() + goodbye_time);
  for (;;) {
    asleep_.clear(wake::readable);
    const byte_stream::moved m = stream_->read(host_.scratch);
    if (m.how == byte_stream::status::ended) break;
    if (m.bytes > 0) continue;
    stream_->watch_readable(asleep_);
    co_await asleep_.wait(wake::readable | wake::timeout);
    if (!stream_ || has(asleep_.reasons(), wake::timeout)) break;
  }
  asleep_.clear_deadline();
  close();
}

void line::close() {
  stream_.reset();
  arrived_ = {};
}

void line::drop() {
  if (!stream_) return;
  close();
  asleep_.signal(wake::readable);
  asleep_.signal(wake::writable);
}

}  // namespace lingerd::sim
