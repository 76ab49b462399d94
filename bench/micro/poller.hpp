#pragma once

#include <algorithm>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "bench/micro/store_fixture.hpp"
#include "core/base/json_writer.hpp"
#include "http/api/server.hpp"
#include "http/net/byte_stream.hpp"

namespace lingerd::bench {

// A connection in memory. A request is borrowed until it is read; the response is held until the
// next request.
class memory_stream final : public byte_stream {
 public:
  ~memory_stream() override = default;

  void request(std::string_view bytes) {
    unread_ = bytes;
    answer_.clear();
    if (reader_ && !bytes.empty()) std::exchange(reader_, nullptr)->signal(wake::readable);
  }
  const std::string& answer() const { return answer_; }

  transfer read(std::span<char> buffer) override {
    if (unread_.empty()) return {0, status::blocked};
    const std::size_t n = std::min(buffer.size(), unread_.size());
    std::memcpy(buffer.data(), unread_.data(), n);
    unread_.remove_prefix(n);
    return {n, status::moved};
  }
  transfer write(std::string_view bytes) override {
    answer_ += bytes;
    return {bytes.size(), status::moved};
  }
  void watch_readable(waiter& w) override {
    if (unread_.empty()) {
      reader_ = &w;
    } else {
      w.signal(wake::readable);
    }
  }
  void watch_writable(waiter& w) override { w.signal(wake::writable); }
  void end_writing() override {}
  std::string peer() const override { return "192.0.2.7"; }
  void release() noexcept override { reader_ = nullptr; }

 private:
  std::string_view unread_;
  std::string answer_;
  waiter* reader_ = nullptr;
};

// The request of a long poll, as a program sends it.
inline void write_poll(std::string& out, std::string_view epoch, change_id after,
                       std::string_view token) {
  out = "GET /api/events?after=";
  json_writer::number(out, after);
  out += "&epoch=";
  out += epoch;
  out += "&wait=100 HTTP/1.1\r\nHost: chat.example.org\r\nAuthorization: Bearer ";
  out += token;
  out += "\r\n\r\n";
}

// A signed-in client that polls.
class poller {
 public:
  // The poller outlives the server's connections.
  void connect(server& server, std::string token) {
    token_ = std::move(token);
    server.serve(stream_ptr(&stream_));
  }
  void poll(std::string_view epoch, change_id after) {
    write_poll(request_, epoch, after, token_);
    stream_.request(request_);
  }
  const std::string& answer() const { return stream_.answer(); }
  // Whether the response contains a message.
  bool has_message() const { return answer().find(R"("event":"message")") != std::string::npos; }

 private:
  std::string token_;
  std::string request_;
  memory_stream stream_;
};

}  // namespace lingerd::bench
