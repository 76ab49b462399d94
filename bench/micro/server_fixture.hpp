#pragma once

#include <algorithm>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "bench/micro/store_fixture.hpp"
#include "core/base/json_writer.hpp"
#include "http/api/app_context.hpp"
#include "http/api/page.hpp"
#include "http/api/passwords.hpp"
#include "http/api/router.hpp"
#include "http/connection/connection.hpp"
#include "http/net/byte_stream.hpp"

namespace lingerd::bench {

// What a connection talks to, over a chat.
class service_world {
 public:
  service_world(manual_runtime& fixture, chat& chat)
      : authenticator(chat, fixture.entropy),
        same_origin_({}),
        rate_limits_(fixture.loop, fixture.bounds),
        passwords_(fixture.loop, fixture.hashing, fixture.bounds),
        page_(std::nullopt),
        service_{chat,       authenticator,   same_origin_, rate_limits_,
                 passwords_, fixture.entropy, page_,        {},
                 {}},
        routes(service_),
        host(fixture.loop, service_.counters, fixture.bounds) {}

  void serve(stream_ptr stream) { lingerd::serve(roots_, host, routes, std::move(stream)); }
  std::size_t held() const { return service_.counters.held_now; }

  lingerd::authenticator authenticator;

 private:
  same_origin same_origin_;
  rate_limits rate_limits_;
  passwords passwords_;
  page page_;
  app_context service_;

 public:
  router routes;
  connections host;

 private:
  nursery roots_;  // goes first: its frames refer to all of the above
};

// A connection in memory. What is asked is lent until it is read; what is answered is kept until
// the next question.
class memory_line final : public byte_stream {
 public:
  ~memory_line() override = default;

  void ask(std::string_view request) {
    unread_ = request;
    answer_.clear();
    if (reader_ && !request.empty()) std::exchange(reader_, nullptr)->signal(wake::readable);
  }
  const std::string& answer() const { return answer_; }

  transfer read(std::span<char> buffer) override {
    if (unread_.empty()) return {0, status::blocked};
    const std::size_t n = std::min(buffer.size(), unread_.size());
    std::memcpy(buffer.data(), unread_.data(), n);
    unread_.remove_prefix(n);
    return {n, status::moved};
  }
  transfer write(std::string_view from) override {
    answer_ += from;
    return {from.size(), status::moved};
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
  // The world outlives it.
  void connect(service_world& to, std::string token) {
    token_ = std::move(token);
    to.serve(stream_ptr(&line_));
  }
  void poll(std::string_view epoch, change_id after) {
    write_poll(request_, epoch, after, token_);
    line_.ask(request_);
  }
  const std::string& answer() const { return line_.answer(); }
  // Whether it holds a message.
  bool was_told() const { return answer().find(R"("event":"message")") != std::string::npos; }

 private:
  std::string token_;
  std::string request_;
  memory_line line_;
};

}  // namespace lingerd::bench
