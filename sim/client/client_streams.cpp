#include <boost/beast/core/detail/base64.hpp>
#include <charconv>
#include <utility>

#include "http/protocol/websocket_frame.hpp"
#include "sim/client/client.hpp"
#include "sim/client/client_requests.hpp"
#include "sim/client/seeded_entropy.hpp"
#include "sim/client/sse_reader.hpp"

// The part of the client for SSE and WebSocket.
namespace lingerd::sim {

using namespace std::chrono_literals;

namespace {

constexpr auto head_timeout = 15s;
constexpr auto silence_max = 60s;  // the server pings every 25 s
constexpr std::size_t message_bytes_max = 4 * 1024 * 1024;

websocket::mask_key mask_of(seeded_entropy& entropy) {
  websocket::mask_key key;
  entropy.fill(key);
  return key;
}

// Whether a frame answers a sent message; otherwise it is a batch of events.
bool is_answer(std::string_view text) {
  return text.starts_with(R"({"sent":)") || text.starts_with(R"({"refused":)");
}

// The cursor of an SSE id "EPOCH.CURSOR".
std::optional<change_id> cursor_in(std::string_view id) {
  const std::size_t dot = id.rfind('.');
  if (dot == std::string_view::npos) return std::nullopt;
  change_id n = 0;
  const auto read = std::from_chars(id.data() + dot + 1, id.data() + id.size(), n);
  if (read.ec != std::errc()) return std::nullopt;
  return n;
}

}  // namespace

// Reads the head of a stream's answer; true if it has this status, or if the answer starts the
// client anew.
task<bool> client::open_stream(int status) {
  const bool is_answered = co_await connection_.receive_head(head_timeout);
  if (!is_answered) co_return false;
  const bool is_sse = connection_.answer().field("Content-Type").starts_with("text/event-stream");
  if (connection_.answer().status == status && (is_sse || status != 200)) {
    const std::size_t head = connection_.answer().head.size();
    connection_.keep_last_received(connection_.received().size() - head);
    note_parked();
    co_return true;
  }
  const bool is_whole = co_await connection_.receive_answer(head_timeout);
  if (is_whole) {
    check_status(connection_.answer().status, connection_.answer().body);
    if (failure_.empty()) failure_ = "the server did not open the stream";
    connection_.close();
  }
  co_return !has_started_;
}

task<bool> client::listen_sse() {
  ++context_.connections.counted.requests;
  request_time_ = context_.connections.loop.now();
  std::string request =
      client_requests::sse(context_.host, account_.token, cursor_, epoch_, presence_);
  const bool is_sent = co_await connection_.send(std::move(request));
  if (!is_sent) co_return false;
  const bool is_open = co_await open_stream(200);
  if (!is_open || !has_started_) co_return is_open;
  sse_reader events;
  for (;;) {
    std::string_view bytes = connection_.received();
    while (events.next(bytes) == sse_reader::status::event) {
      outcome v = outcome::good;
      if (events.name() == "error" || events.name() == "pause") {
        // A pause comes without a cursor.
        v = handle(context_.parser.notice(events.data()));
      } else if (events.name().empty() || events.name() == "message") {
        v = handle(context_.parser.event(events.data()));
      }
      if (const auto cursor = cursor_in(events.last_id())) cursor_ = std::max(cursor_, *cursor);
      if (v != outcome::good) {
        connection_.close();
        co_return v == outcome::pause || !has_started_;
      }
    }
    connection_.clear_received();
    const instant deadline = context_.connections.loop.now() + silence_max;
    const bool has_more = co_await connection_.read_more(deadline);
    if (!has_more) co_return false;
    failures_ = 0;
  }
}

task<bool> client::listen_websocket() {
  ++context_.connections.counted.requests;
  request_time_ = context_.connections.loop.now();
  unsigned char nonce[16];
  context_.entropy.fill(nonce);
  std::string key(24, '=');
  boost::beast::detail::base64::encode(key.data(), nonce, sizeof nonce);
  std::string request =
      client_requests::websocket(context_.host, account_.token, cursor_, epoch_, key, presence_);
  const bool is_sent = co_await connection_.send(std::move(request));
  if (!is_sent) co_return false;
  const bool is_open = co_await open_stream(101);
  if (!is_open || !has_started_) co_return is_open;
  is_on_websocket_ = true;
  websocket::reader frames(false, message_bytes_max);
  // Bytes that the client itself sends are no sign that the server is alive.
  instant last_heard = context_.connections.loop.now();
  for (;;) {
    std::string_view bytes = connection_.received();
    if (!bytes.empty()) last_heard = context_.connections.loop.now();
    std::string replies;
    bool is_over = false;
    outcome v = outcome::good;
    while (!bytes.empty() && !is_over && v == outcome::good) {
      switch (frames.next(bytes)) {
        case websocket::reader::status::message:
          if (is_answer(frames.payload())) {
            context_.watcher.on_websocket_answer(number_, frames.payload());
          } else {
            v = handle(context_.parser.batch(frames.payload()));
          }
          break;
        case websocket::reader::status::ping:
          websocket::append_frame(replies, websocket::opcode::pong, frames.payload(),
                                  mask_of(context_.entropy));
          break;
        case websocket::reader::status::close:
        case websocket::reader::status::refused:
          failure_ = "the server closed the WebSocket";
          is_over = true;
          break;
        case websocket::reader::status::pong:
        case websocket::reader::status::need_more: break;
      }
    }
    connection_.clear_received();
    if (is_over || v != outcome::good) {
      connection_.close();
      co_return v == outcome::pause || !has_started_;
    }
    connection_.sleeper().clear(wake::news);
    for (const std::string& text : std::exchange(outgoing_, {})) {
      websocket::append_frame(replies, websocket::opcode::text, text, mask_of(context_.entropy));
    }
    if (!replies.empty()) {
      const bool is_answered = co_await connection_.send(std::move(replies));
      if (!is_answered) co_return false;
    }
    const instant deadline = last_heard + silence_max;
    const bool has_more =
        co_await connection_.read_more(deadline, static_cast<wake_set>(wake::news));
    if (!has_more) co_return false;
    failures_ = 0;
  }
}

void client::send(std::string text) {
  outgoing_.push_back(std::move(text));
  connection_.notify();
}

void client::leave_websocket() {
  if (!is_on_websocket_) return;
  is_on_websocket_ = false;
  outgoing_.clear();
  context_.watcher.on_websocket_ended(number_);
}

task<void> client::disconnect() {
  if (!connection_.is_open()) co_return;
  const bool sends_close = context_.mode.transport == transport::websocket && was_parked_;
  if (sends_close) {
    std::string frame;
    websocket::append_close(frame, websocket::close_code::normal, mask_of(context_.entropy));
    const bool is_sent = co_await connection_.send(std::move(frame));
    if (!is_sent) co_return;
  }
  // After a close frame the server ends the connection first (RFC 6455).
  co_await connection_.close_in_order(!sends_close);
}

}  // namespace lingerd::sim
