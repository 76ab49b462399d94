#pragma once

#include <boost/json.hpp>
#include <stdexcept>
#include <string>

#include "core/loop/waiter.hpp"
#include "tests/world/virtual_server.hpp"

namespace lingerd::world_tests {

// A client that sends one request after the other on one connection.
class scripted_client {
 public:
  scripted_client(loop& loop, stream_ptr stream, std::string token)
      : sleeper_(loop), stream_(std::move(stream)), token_(std::move(token)) {}

  struct answer {
    int status = 0;
    boost::json::value body;
  };

  task<answer> get(std::string path) {
    std::string request =
        "GET " + path + " HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer " + token_ + "\r\n\r\n";
    return ask(std::move(request));
  }
  task<answer> post(std::string path, boost::json::value body) {
    const std::string text = boost::json::serialize(body);
    std::string request =
        "POST " + path + " HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer " + token_ +
        "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(text.size()) +
        "\r\n\r\n" + text;
    return ask(std::move(request));
  }

  task<void> sleep(instant duration) {
    sleeper_.set_deadline(sleeper_.loop().now() + duration);
    co_await sleeper_.wait(wake::timeout);
    sleeper_.clear_deadline();
  }

 private:
  task<answer> ask(std::string request) {
    if (stream_->write(request).bytes != request.size())
      throw std::runtime_error("the window is full");
    for (;;) {
      if (auto complete = take_answer()) co_return std::move(*complete);
      char bytes[4096];
      const byte_stream::transfer t = stream_->read(bytes);
      if (t.status == byte_stream::status::ended) throw std::runtime_error("closed");
      arrived_.append(bytes, t.bytes);
      if (t.bytes > 0) continue;
      sleeper_.clear(wake::readable);
      stream_->watch_readable(sleeper_);
      co_await sleeper_.wait(wake::readable);
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

  waiter sleeper_;
  stream_ptr stream_;
  std::string token_;
  std::string arrived_;
};

}  // namespace lingerd::world_tests
