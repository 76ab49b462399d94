#pragma once

#include <boost/json.hpp>
#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

// A blocking HTTP client that sends whatever bytes it is told to.
namespace lingerd::server_tests {

namespace json = boost::json;

struct answer {
  int status = 0;
  std::multimap<std::string, std::string> fields;  // their names in small letters
  std::string body;

  std::string field(const std::string& name) const;  // "" where it is absent
  json::value json() const { return json::parse(body); }
  std::string code() const;  // of an error, "" where it is none
};

// One connection. Whatever does not come in time throws.
class connection {
 public:
  explicit connection(std::uint16_t port);
  ~connection();
  connection(connection&& other) noexcept;
  connection& operator=(connection&&) = delete;

  void send(std::string_view bytes);
  answer read(bool to_head = false, std::chrono::milliseconds longest = std::chrono::seconds(20));
  // What comes up to and with `end`, of a stream that has no length.
  std::string read_until(std::string_view end,
                         std::chrono::milliseconds longest = std::chrono::seconds(20));
  // At least one byte of it.
  std::string read_some(std::chrono::milliseconds longest = std::chrono::seconds(20));
  // Whether nothing comes for this time (neither bytes nor the end).
  bool is_quiet_for(std::chrono::milliseconds time);
  // Whether the other side closes; what it still sends is dropped.
  bool is_closed_within(std::chrono::milliseconds time);

  answer ask(std::string_view bytes) {
    send(bytes);
    return read();
  }
  answer get(std::string_view path, std::string_view token = {});

 private:
  bool fill(std::chrono::steady_clock::time_point end);  // false: the end of the stream

  int fd_ = -1;
  std::string ahead_;
};

// The bytes of a request; `fields` are whole lines with their "\r\n".
std::string request(std::string_view method, std::string_view path, std::string_view token = {},
                    std::string_view body = {}, std::string_view fields = {});
std::string json_request(std::string_view method, std::string_view path, std::string_view token,
                         const json::value& body, std::string_view fields = {});

std::string quoted_for_url(std::string_view text);

// The same on a connection of their own.
answer ask_once(std::uint16_t port, std::string_view bytes);

}  // namespace lingerd::server_tests
