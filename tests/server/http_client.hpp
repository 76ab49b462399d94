#pragma once

#include <boost/json.hpp>
#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

// A blocking HTTP client for tests; it sends any bytes, valid or not.
namespace lingerd::server_tests {

namespace json = boost::json;

struct answer {
  int status = 0;
  std::multimap<std::string, std::string> fields;  // names in lower case
  std::string body;

  std::string field(const std::string& name) const;  // "" if absent
  json::value json() const { return json::parse(body); }
  std::string code() const;  // the error's code, "" if there is none
};

// One TCP connection to loopback. Every read throws std::runtime_error on a timeout.
class connection {
 public:
  explicit connection(std::uint16_t port);
  ~connection();
  connection(connection&& other) noexcept;
  connection& operator=(connection&&) = delete;

  void send(std::string_view bytes);
  answer read(bool to_head = false, std::chrono::milliseconds longest = std::chrono::seconds(20));
  // For answers without a length: the bytes up to and including `end`.
  std::string read_until(std::string_view end,
                         std::chrono::milliseconds longest = std::chrono::seconds(20));
  // The same: whatever has arrived, at least one byte.
  std::string read_some(std::chrono::milliseconds longest = std::chrono::seconds(20));
  // Whether neither bytes nor the end of the stream arrive within this time.
  bool is_quiet_for(std::chrono::milliseconds time);
  // Whether the server closes within this time; bytes that still arrive are dropped.
  bool is_closed_within(std::chrono::milliseconds time);

  answer ask(std::string_view bytes) {
    send(bytes);
    return read();
  }
  answer get(std::string_view path, std::string_view token = {});

 private:
  bool fill(std::chrono::steady_clock::time_point end);  // false at the end of the stream

  int fd_ = -1;
  std::string buffer_;
};

// The bytes of a request; `fields` are complete header lines with "\r\n".
std::string request(std::string_view method, std::string_view path, std::string_view token = {},
                    std::string_view body = {}, std::string_view fields = {});
std::string json_request(std::string_view method, std::string_view path, std::string_view token,
                         const json::value& body, std::string_view fields = {});

std::string quoted_for_url(std::string_view text);

// Sends the bytes on a new connection and reads one answer.
answer ask_once(std::uint16_t port, std::string_view bytes);

}  // namespace lingerd::server_tests
