#include "sim/client/client_connection.hpp"

#include <chrono>

namespace lingerd::sim {
namespace {

using namespace std::chrono_literals;

constexpr auto connect_timeout = 15s;
constexpr auto send_timeout = 15s;
constexpr auto close_timeout = 3s;
constexpr std::size_t buffer_bytes_kept = 256;  // capacity kept by an empty receive buffer

}  // namespace

bool client_connection::fail(std::string why) {
  why_ = std::move(why);
  sleeper_.clear_deadline();
  close();
  return false;
}

task<bool> client_connection::open() {
  close();
  sleeper_.set_deadline(context_.loop.now() + connect_timeout);
  stream_ = co_await context_.connector.connect(sleeper_);
  sleeper_.clear_deadline();
  if (!stream_) co_return fail(context_.connector.why());
  co_return true;
}

task<bool> client_connection::send(std::string bytes) {
  std::size_t sent = 0;
  if (!stream_) co_return fail("dropped");
  for (;;) {
    const byte_stream::transfer t = stream_->write(std::string_view(bytes).substr(sent));
    if (t.status == byte_stream::status::ended) co_return fail("the server closed the connection");
    sent += t.bytes;
    if (sent == bytes.size()) co_return true;
    sleeper_.clear(wake::writable);
    sleeper_.set_deadline(context_.loop.now() + send_timeout);
    stream_->watch_writable(sleeper_);
    co_await sleeper_.wait(wake::writable | wake::timeout | wake::closing);
    if (is_closing()) co_return fail("closing");
    if (!stream_) co_return fail("dropped");
    if (has(sleeper_.reasons(), wake::timeout))
      co_return fail("the server does not read its input");
  }
}

task<bool> client_connection::receive_answer(instant longest) { return receive(longest, false); }
task<bool> client_connection::receive_head(instant longest) { return receive(longest, true); }

task<bool> client_connection::receive(instant longest, bool head_only) {
  const instant deadline = context_.loop.now() + longest;
  for (;;) {
    answer_ = {};
    const reply_status status =
        head_only ? read_head(received_, answer_) : read_answer(received_, answer_);
    if (status == reply_status::complete) co_return true;
    if (status == reply_status::bad) co_return fail("the answer is not valid HTTP");
    const bool has_more = co_await read_more(deadline);
    if (!has_more) co_return false;
  }
}

void client_connection::release_answer() {
  const bool closes = answer_.closes;
  answer_ = {};
  clear_received();
  if (closes) close();
}

void client_connection::clear_received() {
  received_.clear();
  if (received_.capacity() > buffer_bytes_kept) received_.shrink_to_fit();
}

task<bool> client_connection::read_more(instant deadline, wake_set others) {
  bool has_deadline = false;
  if (!stream_) co_return fail("dropped");
  for (;;) {
    sleeper_.clear(wake::readable);
    const byte_stream::transfer t = stream_->read(context_.scratch);
    if (t.bytes > 0) {
      received_.append(context_.scratch, 0, t.bytes);
      if (has_deadline) sleeper_.clear_deadline();
      co_return true;
    }
    if (t.status == byte_stream::status::ended) co_return fail("the server closed the connection");
    if (!has_deadline) sleeper_.set_deadline(deadline);
    has_deadline = true;
    stream_->watch_readable(sleeper_);
    co_await sleeper_.wait(wake::readable | wake::timeout | wake::closing | others);
    if (!stream_) co_return fail("dropped");
    if (is_closing()) {
      // Keep the socket, so that it can be closed in order.
      sleeper_.clear_deadline();
      why_ = "closing";
      co_return false;
    }
    if ((sleeper_.reasons() & others) != 0) {
      sleeper_.clear_deadline();
      co_return true;
    }
    if (has(sleeper_.reasons(), wake::timeout) && !has(sleeper_.reasons(), wake::readable)) {
      co_return fail("no answer in time");
    }
  }
}

task<void> client_connection::nap_until(instant time) {
  sleeper_.set_deadline(time);
  co_await sleeper_.wait(wake::timeout | wake::closing);
  sleeper_.clear_deadline();
}

task<void> client_connection::close_in_order(bool is_first) {
  if (!stream_) co_return;
  if (is_first) stream_->end_writing();
  sleeper_.set_deadline(context_.loop.now() + close_timeout);
  for (;;) {
    sleeper_.clear(wake::readable);
    const byte_stream::transfer t = stream_->read(context_.scratch);
    if (t.status == byte_stream::status::ended) break;
    if (t.bytes > 0) continue;
    stream_->watch_readable(sleeper_);
    co_await sleeper_.wait(wake::readable | wake::timeout);
    if (!stream_ || has(sleeper_.reasons(), wake::timeout)) break;
  }
  sleeper_.clear_deadline();
  close();
}

void client_connection::close() {
  stream_.reset();
  received_ = {};
}

void client_connection::drop() {
  if (!stream_) return;
  close();
  sleeper_.signal(wake::readable);
  sleeper_.signal(wake::writable);
}

}  // namespace lingerd::sim
