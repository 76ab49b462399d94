#include <boost/beast/core/detail/base64.hpp>
#include <charconv>
#include <utility>

#include "http/protocol/websocket_frame.hpp"
#include "sim/client/client.hpp"
#include "sim/client/client_requests.hpp"
#include "sim/client/seeded_entropy.hpp"
#include "sim/client/sse_reader.hpp"

// The clients whose stream stays open.
namespace lingerd::sim {

using namespace std::chrono_literals;

namespace {

constexpr auto head_time = 15s;
constexpr auto silence_max = 60s;  // the server gives a sign of life every 25 s
constexpr std::size_t message_bytes_max = 4 * 1024 * 1024;

websocket::mask_key mask_of(seeded_entropy& entropy) {
  websocket::mask_key key;
  entropy.fill(key);
  return key;
}

// Of what was said on a WebSocket; else it is a batch.
bool is_answer(std::string_view text) {
  return text.starts_with(R"({"sent":)") || text.starts_with(R"({"refused":)");
}

// "EPOCH.CURSOR"
std::optional<change_id> cursor_in(std::string_view id) {
  const std::size_t dot = id.rfind('.');
  if (dot == std::string_view::npos) return std::nullopt;
  change_id n = 0;
  const auto read = std::from_chars(id.data() + dot + 1, id.data() + id.size(), n);
  if (read.ec != std::errc()) return std::nullopt;
  return n;
}

}  // namespace

// The head of a stream's answer; true where it has this status.
task<bool> client::open_stream(int status) {
  const bool answered = co_await line_.hear_head(head_time);
  if (!answered) co_return false;
  const bool is_sse = line_.answer().field("Content-Type").starts_with("text/event-stream");
  if (line_.answer().status == status && (is_sse || status != 200)) {
    const std::size_t head = line_.answer().head.size();
    line_.keep_arrived(line_.arrived().size() - head);
    note_parked();
    co_return true;
  }
  const bool is_whole = co_await line_.hear_answer(head_time);
  if (is_whole) {
    take_status(line_.answer().status, line_.answer().body);
    if (why_.empty()) why_ = "the server has no such stream";
    line_.close();
  }
  co_return !has_started_;
}

task<bool> client::hear_sse() {
  ++crowd_.lines.counted.requests;
  asked_at_ = crowd_.lines.loop.now();
  std::string request =
      client_requests::sse(crowd_.host, account_.token, cursor_, epoch_, presence_);
  const bool said = co_await line_.say(std::move(request));
  if (!said) co_return false;
  const bool is_open = co_await open_stream(200);
  if (!is_open || !has_started_) co_return is_open;
  sse_reader events;
  for (;;) {
    std::string_view bytes = line_.arrived();
    while (events.next(bytes) == sse_reader::got::event) {
      verdict v = verdict::good;
      if (events.name() == "error" || events.name() == "pause") {
        // The pause is told without a cursor.
        v = take(crowd_.parser.notice(events.data()));
      } else if (events.name().empty() || events.name() == "message") {
        v = take(crowd_.parser.event(events.data()));
      }
      if (const auto cursor = cursor_in(events.last_id())) cursor_ = std::max(cursor_, *cursor);
      if (v != verdict::good) {
        line_.close();
        co_return v == verdict::pause || !has_started_;
      }
    }
    line_.drop_arrived();
    const instant deadline = crowd_.lines.loop.now() + silence_max;
    const bool more = co_await line_.read_more(deadline);
    if (!more) co_return false;
    failures_ = 0;
  }
}

task<bool> client::hear_websocket() {
  ++crowd_.lines.counted.requests;
  asked_at_ = crowd_.lines.loop.now();
  unsigned char nonce[16];
  crowd_.entropy.fill(nonce);
  std::string key(24, '=');
  boost::beast::detail::base64::encode(key.data(), nonce, sizeof nonce);
  std::string request =
      client_requests::websocket(crowd_.host, account_.token, cursor_, epoch_, key, presence_);
  const bool said = co_await line_.say(std::move(request));
  if (!said) co_return false;
  const bool is_open = co_await open_stream(101);
  if (!is_open || !has_started_) co_return is_open;
  is_on_websocket_ = true;
  websocket::reader frames(false, message_bytes_max);
  // What he says himself is no sign of the server's life.
  instant heard_at = crowd_.lines.loop.now();
  for (;;) {
    std::string_view bytes = line_.arrived();
    if (!bytes.empty()) heard_at = crowd_.lines.loop.now();
    std::string replies;
    bool is_over = false;
    verdict v = verdict::good;
    while (!bytes.empty() && !is_over && v == verdict::good) {
      switch (frames.next(bytes)) {
        case websocket::reader::got::message:
          if (is_answer(frames.payload())) {
            crowd_.watcher.answered(number_, frames.payload());
          } else {
            v = take(crowd_.parser.batch(frames.payload()));
          }
          break;
        case websocket::reader::got::ping:
          websocket::append_frame(replies, websocket::opcode::pong, frames.payload(),
                                  mask_of(crowd_.entropy));
          break;
        case websocket::reader::got::close:
        case websocket::reader::got::refused:
          why_ = "the server closed the WebSocket";
          is_over = true;
          break;
        case websocket::reader::got::pong:
        case websocket::reader::got::need_more: break;
      }
    }
    line_.drop_arrived();
    if (is_over || v != verdict::good) {
      line_.close();
      co_return v == verdict::pause || !has_started_;
    }
    line_.asleep().clear(wake::news);
    for (const std::string& text : std::exchange(to_say_, {})) {
      websocket::append_frame(replies, websocket::opcode::text, text, mask_of(crowd_.entropy));
    }
    if (!replies.empty()) {
      const bool answered = co_await line_.say(std::move(replies));
      if (!answered) co_return false;
    }
    const instant deadline = heard_at + silence_max;
    const bool more = co_await line_.read_more(deadline, static_cast<wake_set>(wake::news));
    if (!more) co_return false;
    failures_ = 0;
  }
}

void client::say(std::string text) {
  to_say_.push_back(std::move(text));
  line_.tell_news();
}

void client::leave_websocket() {
  if (!is_on_websocket_) return;
  is_on_websocket_ = false;
  to_say_.clear();
  crowd_.watcher.websocket_ended(number_);
}

task<void> client::say_goodbye() {
  if (!line_.is_open()) co_return;
  const bool says_so = crowd_.mode.how == transport::websocket && was_parked_;
  if (says_so) {
    std::string bye;
    websocket::append_close(bye, websocket::close_code::normal, mask_of(crowd_.entropy));
    const bool said = co_await line_.say(std::move(bye));
    if (!said) co_return;
  }
  // After the words of goodbye it is the server that ends first (RFC 6455).
  co_await line_.close_in_order(!says_so);
}

}  // namespace lingerd::sim
