#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/net/byte_stream.hpp"
#include "http/protocol/request.hpp"
#include "http/protocol/response.hpp"

// For all tests of http/: a stream with scripted input, and requests and responses without a
// connection.
namespace lingerd::http_tests {

// A read brings the pieces given to feed(), one at a time; `written` keeps all written bytes.
class scripted_stream final : public byte_stream {
 public:
  scripted_stream() = default;
  explicit scripted_stream(std::string_view all) { feed(all); }

  void feed(std::string_view piece) { pieces_.emplace_back(piece); }
  void feed_bytewise(std::string_view all) {
    for (const char c : all) pieces_.emplace_back(1, c);
  }
  void feed_by(std::size_t n, std::string_view all) {
    for (; !all.empty(); all.remove_prefix(std::min(n, all.size()))) feed(all.substr(0, n));
  }
  void end() { has_ended_ = true; }
  bool is_read() const { return pieces_.empty(); }

  transfer read(std::span<char> buffer) override {
    if (pieces_.empty()) return {0, has_ended_ ? status::ended : status::blocked};
    std::string& first = pieces_.front();
    const std::size_t n = std::min(buffer.size(), first.size());
    std::memcpy(buffer.data(), first.data(), n);
    first.erase(0, n);
    if (first.empty()) pieces_.pop_front();
    return {n, status::moved};
  }
  transfer write(std::string_view bytes) override {
    written += bytes;
    return {bytes.size(), status::moved};
  }
  void watch_readable(waiter&) override {}
  void watch_writable(waiter&) override {}
  void end_writing() override {}
  std::string peer() const override { return address; }
  void release() noexcept override {}

  std::string address = "192.0.2.7";
  std::string written;

 private:
  std::deque<std::string> pieces_;
  bool has_ended_ = false;
};

inline std::string& field_of(http_request& r, field f) {
  return r.fields[static_cast<std::size_t>(f)];
}

// A complete request over HTTP/1.1.
inline http_request request_of(method m, std::string target) {
  http_request r;
  r.method = m;
  r.target = std::move(target);
  r.is_http_1_1 = r.has_host = r.keep_alive = true;
  field_of(r, field::host) = "chat.local:8080";
  return r;
}

inline std::string rendered(const response& r, bool keep_alive = true) {
  std::string out;
  render(out, r, keep_alive);
  return out;
}

// The code in {"error":{"code":…
inline std::string code_in(const response& r) {
  constexpr std::string_view start = R"({"error":{"code":")";
  if (!r.body.starts_with(start)) return "no error: " + r.body;
  return r.body.substr(start.size(), r.body.find('"', start.size()) - start.size());
}

inline bool holds(std::string_view all, std::string_view part) {
  return all.find(part) != std::string_view::npos;
}

}  // namespace lingerd::http_tests
