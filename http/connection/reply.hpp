#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "core/base/error.hpp"
#include "core/base/ids.hpp"
#include "core/state/rows.hpp"
#include "core/loop/task.hpp"
#include "http/net/byte_stream.hpp"
#include "http/protocol/request.hpp"
#include "http/protocol/response.hpp"

namespace lingerd {

// Who asks, by his session.
struct caller {
  user_id user = 0;
  token_hash session{};
  bool by_cookie = false;
};

// A poll that may be held: GET /api/events, and the tutorial's new_msgs.
struct poll_request {
  caller who;
  change_id after = 0;
  std::uint32_t wait_s = 0;
  std::optional<std::uint64_t> presence;  // the revision that the client knows
  bool classic = false;                   // a bare list of others' messages
};

// A stream that stays open, Server-Sent Events or a WebSocket: whose it is, and where it stands.
struct open_stream {
  enum class kind : std::uint8_t { sse, websocket };
  kind how = kind::sse;
  caller who;
  change_id after = 0;
  std::optional<std::uint64_t> presence;
};

// The request for one.
struct stream_request : open_stream {
  std::string accept;  // of a WebSocket: the handshake's answer
  std::optional<refusal>
      refused;  // told within the stream, which then ends: no status is seen there
};

// A message to be sent: answered when it is on disk.
struct send_request {
  user_id from = 0;
  conversation to;
  std::string text;
  std::string cid;       // may be empty
  bool classic = false;  // answered as the tutorial's page expects
};

// What becomes of a request: an answer at once, one that needs waiting, a poll, a message to send,
// or a stream.
using reply = std::variant<response, task<response>, poll_request, send_request, stream_request>;

// What stands behind a connection: it answers requests.
class endpoint {
 public:
  virtual ~endpoint() = default;
  // `r` is only good during the call: what a task needs it has taken over by then.
  virtual reply answer(const http_request& r, const byte_stream& from) = 0;
  // A message that came on a WebSocket: the text to answer with.
  virtual task<std::string> said(caller who, std::string text);
};

}  // namespace lingerd
