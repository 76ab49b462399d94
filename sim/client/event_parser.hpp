#pragma once

#include <array>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parser.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/ids.hpp"

namespace lingerd::sim {

// A message as a client hears it.
struct heard_message {
  change_id id = 0;
  user_id from = 0;
  std::uint32_t to = 0;  // a user, or a group
  bool is_group = false;
  bool has_cid = false;  // told to its sender
  std::string_view text;
};

// Any event, a message or not, in the order of hearing.
struct heard_event {
  change_id id = 0;  // 0: it has none
  std::string_view kind;
  const boost::json::object* whole = nullptr;
};

// What one answer, one frame or one event said.
struct heard {
  std::optional<change_id> next;
  bool more = false;
  std::optional<double> pause_s;
  std::string error;  // its code, where it is one
  std::vector<heard_event> events;
  std::vector<heard_message> messages;            // those of them that are messages
  const boost::json::object* presence = nullptr;  // where it came along
};

// Understands what the server says on a stream, whichever way it comes. Views hold until the next
// call.
class hearing {
 public:
  // {"next":N,"events":[…]}, {"error":{…}}; null where it is neither.
  const heard* batch(std::string_view text);
  // {"pause":N} or {"error":{…}}, as SSE tells them.
  const heard* notice(std::string_view text);
  // One event alone.
  const heard* event(std::string_view text);

 private:
  bool parse(std::string_view text);
  bool take_notice(const boost::json::object& o);
  void take_event(const boost::json::value& e);

  std::array<unsigned char, 64 * 1024> room_;
  std::optional<boost::json::monotonic_resource> memory_;
  std::optional<boost::json::value> value_;
  heard heard_;
};

}  // namespace lingerd::sim
