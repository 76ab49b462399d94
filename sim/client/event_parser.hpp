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

// A message as a client receives it.
struct parsed_message {
  change_id id = 0;
  user_id sender = 0;
  std::uint32_t target_id = 0;  // of a user or group
  bool is_group = false;
  bool has_cid = false;  // only in the sender's own events
  std::string_view text;
};

// An event of any kind, in the order received.
struct parsed_event {
  change_id id = 0;  // 0: the event has no id
  std::string_view kind;
  const boost::json::object* body = nullptr;
};

// The content of one answer, frame or SSE event.
struct parsed_batch {
  std::optional<change_id> next;
  bool more = false;
  std::optional<double> pause_s;
  std::string error;  // the error code; empty if this is no error
  std::vector<parsed_event> events;
  std::vector<parsed_message> messages;           // the events that are messages
  const boost::json::object* presence = nullptr;  // null if absent
};

// Parses what the server sends on a stream, for all transports. The views in a result are valid
// until the next call; a function returns null on malformed input.
class event_parser {
 public:
  // {"next":N,"events":[…]} or {"error":{…}}.
  const parsed_batch* batch(std::string_view text);
  // {"pause":N} or {"error":{…}}, as SSE sends them.
  const parsed_batch* notice(std::string_view text);
  // A single event.
  const parsed_batch* event(std::string_view text);

 private:
  bool parse(std::string_view text);
  bool read_notice(const boost::json::object& o);
  void read_event(const boost::json::value& e);

  std::array<unsigned char, 64 * 1024> buffer_;
  std::optional<boost::json::monotonic_resource> memory_;
  std::optional<boost::json::value> value_;
  parsed_batch batch_;
};

}  // namespace lingerd::sim
