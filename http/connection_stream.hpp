#pragma once

#include "http/connection.hpp"
#include "http/websocket_frame.hpp"

namespace lingerd {

// What a connection owns while it is a stream that stays open.
struct connection::streaming {
  streaming(waiter& sleeper, stream_request&& r, const limits& bounds)
      : asked(std::move(r)),
        stream(sleeper, asked.presence.has_value()),
        frames(true, bounds.body_bytes) {}

  stream_request asked;
  held_stream stream;
  instant ping_at{};
  // Of a WebSocket: what came and is not understood yet, and the message at hand.
  websocket::reader frames;
  std::string arrived;
  std::string said;
  std::string replies;       // to control frames
  bool is_present = false;   // presence was told
  bool is_ending = false;    // what is written now is the last
  bool is_silent = false;    // the last ping is unanswered
};

}  // namespace lingerd
