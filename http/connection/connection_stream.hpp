#pragma once

#include "http/connection/connection.hpp"
#include "http/protocol/websocket_frame.hpp"

namespace lingerd {

// What a connection owns while it is a stream that stays open.
struct connection::streaming {
  streaming(waiter& sleeper, const open_stream& s, const limits& bounds)
      : asked(s), stream(sleeper, s.presence.has_value()) {
    if (asked.how == open_stream::kind::websocket) {
      hears = std::make_unique<hearing>(bounds.body_bytes);
    }
  }

  // What a WebSocket hears.
  struct hearing {
    explicit hearing(std::size_t message_bytes) : frames(true, message_bytes) {}
    websocket::reader frames;
    std::string arrived;  // and is not understood yet
    std::string said;     // the message at hand
    std::string replies;  // to control frames
  };

  open_stream asked;
  held_stream stream;
  instant ping_at{};
  std::unique_ptr<hearing> hears;  // null: Server-Sent Events
  bool is_present = false;         // presence was told
  bool is_ending = false;          // what is written now is the last
  bool is_silent = false;          // the last ping is unanswered
};

}  // namespace lingerd
