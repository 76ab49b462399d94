#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/connection/connection.hpp"
#include "tests/http/api/server_fixture.hpp"

// A server's connections over duplex lines in memory, in a time that jumps from deadline to
// deadline.
namespace lingerd::http_tests {

using namespace std::chrono_literals;

// The bytes between the server and a client, which is the test, in both directions.
struct duplex {
  char name = 'a';
  std::string* order = nullptr;    // appends `name` for each write of the server
  std::size_t room = 1024 * 1024;  // unread by the client
  std::string to_server, to_client;
  bool has_client_ended = false;
  bool has_server_ended = false;
  bool is_released = false;
  waiter* reader = nullptr;
  waiter* writer = nullptr;

  void send(std::string_view bytes) {
    to_server += bytes;
    signal_reader();
  }
  void end() {
    has_client_ended = true;
    signal_reader();
  }
  std::string take() {
    std::string all = std::exchange(to_client, {});
    if (writer) std::exchange(writer, nullptr)->signal(wake::writable);
    return all;
  }
  void signal_reader() {
    if (reader && (has_client_ended || !to_server.empty())) {
      std::exchange(reader, nullptr)->signal(wake::readable);
    }
  }
};

class duplex_stream final : public byte_stream {
 public:
  explicit duplex_stream(std::shared_ptr<http_tests::duplex> duplex) : duplex_(std::move(duplex)) {}
  transfer read(std::span<char> buffer) override {
    if (duplex_->to_server.empty())
      return {0, duplex_->has_client_ended ? status::ended : status::blocked};
    const std::size_t n = std::min(buffer.size(), duplex_->to_server.size());
    duplex_->to_server.copy(buffer.data(), n);
    duplex_->to_server.erase(0, n);
    return {n, status::moved};
  }
  transfer write(std::string_view bytes) override {
    EXPECT_FALSE(duplex_->has_server_ended) << "a write after the end";
    const std::size_t n = std::min(bytes.size(), duplex_->room - duplex_->to_client.size());
    if (n == 0) return {0, status::blocked};
    duplex_->to_client += bytes.substr(0, n);
    if (duplex_->order) *duplex_->order += duplex_->name;
    return {n, status::moved};
  }
  void watch_readable(waiter& w) override {
    duplex_->reader = &w;
    duplex_->signal_reader();
  }
  void watch_writable(waiter& w) override {
    duplex_->writer = &w;
    if (duplex_->to_client.size() < duplex_->room) {
      std::exchange(duplex_->writer, nullptr)->signal(wake::writable);
    }
  }
  void end_writing() override { duplex_->has_server_ended = true; }
  std::string peer() const override { return "192.0.2.7"; }
  void release() noexcept override {
    duplex_->is_released = true;
    duplex_->reader = duplex_->writer = nullptr;
    delete this;
  }

 private:
  ~duplex_stream() override = default;
  std::shared_ptr<duplex> duplex_;
};

// Brings the same bytes again and again, as fast as it is read.
class flood final : public byte_stream {
 public:
  flood(std::string first, std::string filler, std::size_t& reads)
      : next_(std::move(first)), filler_(std::move(filler)), reads_(reads) {}
  transfer read(std::span<char> buffer) override {
    // Enough to show that it would not end by itself.
    if (++reads_ > 1000) return {0, status::ended};
    const bool is_first = reads_ == 1;
    while (!is_first && next_.size() < buffer.size()) next_ += filler_;
    const std::size_t n = std::min(buffer.size(), next_.size());
    next_.copy(buffer.data(), n);
    next_.erase(0, n);
    return {n, status::moved};
  }
  transfer write(std::string_view bytes) override { return {bytes.size(), status::moved}; }
  void watch_readable(waiter& w) override { w.signal(wake::readable); }
  void watch_writable(waiter& w) override { w.signal(wake::writable); }
  void end_writing() override {}
  std::string peer() const override { return "192.0.2.8"; }
  void release() noexcept override { delete this; }

 private:
  ~flood() override = default;
  std::string next_;
  const std::string filler_;
  std::size_t& reads_;
};

struct connection_fixture : server_fixture {
  explicit connection_fixture(limits wanted = {})
      : server_fixture(wanted), host(server.connections()) {
    li = user("li");
    han = user("han");
    befriend(li, han);
    token = session_of(li);
  }
  std::shared_ptr<duplex> connect(std::string_view first = {}) {
    auto l = std::make_shared<duplex>();
    l->send(first);
    server.serve(stream_ptr(new duplex_stream(l)));
    settle();
    return l;
  }
  void send(duplex& l, std::string_view bytes) {
    l.send(bytes);
    settle();
  }
  // Lets time go from deadline to deadline, `duration` in all.
  void wait(instant duration) {
    const instant end = time.now_ + duration;
    settle();
    for (;;) {
      const auto next = loop.next_deadline();
      if (!next || *next > end) break;
      step_to(*next);
      loop.fire_timers();
      settle();
    }
    step_to(end);
  }
  std::string get(const std::string& path, const std::string& fields = {}) const {
    return "GET " + path + " HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer " + token + "\r\n" +
           fields + "\r\n";
  }
  std::string poll(const std::string& more = "&wait=100") const {
    return get("/api/events?after=" + std::to_string(chat.horizon()) + "&epoch=" + chat.epoch() +
               more);
  }
  std::string message(const std::string& text) const {
    const std::string body =
        R"({"type":"single","to":)" + std::to_string(han) + R"(,"msg":")" + text + R"("})";
    return "POST /api/messages HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer " + token +
           "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
  }
  lingerd::counters& counters() { return app.counters; }

  user_id li = 0, han = 0;
  std::string token;
  connections& host;  // the server's

 private:
  void step_to(instant t) {
    time.wall_ += std::chrono::duration_cast<std::chrono::milliseconds>(t).count() -
                  std::chrono::duration_cast<std::chrono::milliseconds>(time.now_).count();
    time.now_ = t;
  }
};

inline const std::string health = "GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n";

inline int status_of_first(const std::string& bytes) {
  if (!bytes.starts_with("HTTP/1.1 ")) return 0;
  return std::stoi(bytes.substr(9, 3));
}
inline std::size_t answers_in(std::string_view bytes) {
  std::size_t n = 0;
  for (std::size_t offset = 0; (offset = bytes.find("HTTP/1.1 ", offset)) != bytes.npos; ++offset)
    ++n;
  return n;
}

inline std::string large(std::size_t n) {
  return "POST /api/messages HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(n) +
         "\r\n\r\n";
}

}  // namespace lingerd::http_tests
