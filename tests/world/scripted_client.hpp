#pragma once

#include <boost/json.hpp>
#include <stdexcept>
#include <string>

#include "core/loop/waiter.hpp"
#include "tests/world/virtual_server.hpp"

namespace lingerd::world_tests {

// A client of a world: one request after another on one connection, as a coroutine.
class world_client {
 public:
  world_client(loop& on, stream_ptr stream, std::string token)
      : asleep_(on), stream_(std::move(stream)), token_(std::move(token)) {}

  struct answer {
    int status = 0;
    boost::json::value body;
  };

  task<answer> get(std::string path) {
    std::string request =
        "GET " + path + " HTTP/1.1\r\nHost: world\r\nAuthorization: Bearer " + token_ + "\r\n\r\n";
    return ask(std::move(request));
  }
  task<answer> post(std::string path, boost::json::value body) {
    const std::string text = boost::json::serialize(body);
    std::string request =
        "POST " + path + " HTTP/1.1\r\nHost: world\r\nAuthorization: Bearer " + token_ +
        "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(text.size()) +
        "\r\n\r\n" + text;
    return ask(std::move(request));
  }

  // Waits for a time.
  task<void> nap(instant how_long) {
    asleep_.set_deadline(asleep_.on().now() + how_long);
    co_await asleep_.wait(wake::timeout);
    asleep_.clear_deadline();
  }

 private:
  task<answer> ask(std::string request) {
    if (stream_->write(request).bytes != request.size()) throw std::runtime_error("no room");
    for (;;) {
      if (auto whole = take_answer()) co_return std::move(*whole);
      char bytes[4096];
      const byte_stream::moved m = stream_->read(bytes);
      if (m.how == byte_stream::status::ended) throw std::runtime_error("closed");
      arrived_.append(bytes, m.bytes);
      if (m.bytes > 0) continue;
      asleep_.clear(wake::readable);
      stream_->watch_readable(asleep_);
      co_await asleep_.wait(wake::readable);
    }
  }

  std::optional<answer> take_answer() {
    const std::size_t head = arrived_.find("\r\n\r\n");
    if (head == std::string::npos) return std::nullopt;
    std::size_t length = 0;
    const std::size_t field = arrived_.find("Content-Length: ");
    if (field < head) length = std::stoul(arrived_.substr(field + 16));
    if (arrived_.size() < head + 4 + length) return std::nullopt;
    answer a;
    a.status = std::stoi(arrived_.substr(9, 3));
    const std::string body = arrived_.substr(head + 4, length);
    arrived_.erase(0, head + 4 + length);
    if (!body.empty()) a.body = boost::json::parse(body);
    return a;
  }

  waiter asleep_;
  stream_ptr stream_;
  std::string token_;
  std::string arrived_;
};

}  // namespace lingerd::world_tests
