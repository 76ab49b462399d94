#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// WebSocket (RFC 6455) as bytes: frames and the key of the handshake, without a stream, for the
// server and the simulator's clients.
namespace lingerd::websocket {

enum class opcode : std::uint8_t {
  continuation = 0,
  text = 1,
  binary = 2,
  close = 8,
  ping = 9,
  pong = 10,
};

// Close codes that Linger sends; the last two are Linger's own.
enum class close_code : std::uint16_t {
  normal = 1000,
  going_away = 1001,
  protocol_error = 1002,
  unsupported = 1003,
  not_utf8 = 1007,
  too_big = 1009,
  not_signed_in = 4401,
  cursor_expired = 4410,
};

using mask_key = std::array<unsigned char, 4>;

// Appends one complete frame. A client masks, a server does not.
void append_frame(std::string& out, opcode op, std::string_view payload,
                  const std::optional<mask_key>& mask = std::nullopt);
// Appends a close frame with its code and no text.
void append_close(std::string& out, close_code code,
                  const std::optional<mask_key>& mask = std::nullopt);

// Sec-WebSocket-Accept for a Sec-WebSocket-Key.
std::string accept_of(std::string_view key);
// Whether a Sec-WebSocket-Key is well-formed: 16 bytes in base64.
bool is_key(std::string_view key);

// Turns the bytes of one connection into messages. Its owner is the stream or the client; it keeps
// incomplete frames and messages. Control frames may stand between the frames of a message, as the
// RFC allows. After `refused` it is not used again.
class reader {
 public:
  // A server expects masked frames, a client plain ones. A message has at most `message_bytes`.
  reader(bool expects_mask, std::size_t message_bytes)
      : expects_mask_(expects_mask), message_bytes_(message_bytes) {}

  enum class status {
    message,  // a text message: payload()
    ping,     // to be answered with payload()
    pong,
    close,  // the peer ends; payload() is its code and text
    need_more,
    refused,  // malformed: close with reason()
  };

  // Parses up to the next status, and removes the parsed bytes from the front of `bytes`.
  status next(std::string_view& bytes);

  std::string& payload() { return payload_; }
  close_code reason() const { return reason_; }
  // Bytes of an incomplete frame or message.
  std::size_t held_bytes() const { return header_.size() + message_.capacity(); }

 private:
  status header(std::string_view& bytes);
  status finish();
  status refuse(close_code reason);

  const bool expects_mask_;
  const std::size_t message_bytes_;
  std::string header_;  // of the frame at hand, as far as it has arrived
  bool is_in_payload_ = false;
  opcode op_ = opcode::text;
  bool is_final_ = false;
  std::uint64_t payload_left_ = 0;  // bytes of the payload that are still to come
  mask_key mask_{};
  std::size_t mask_offset_ = 0;  // bytes of this frame that are unmasked
  bool is_in_message_ = false;   // a message has begun and not ended
  std::string message_;
  std::string control_;
  std::string payload_;
  close_code reason_ = close_code::normal;
};

}  // namespace lingerd::websocket
