#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// WebSocket on bytes alone (RFC 6455): the frames and the handshake's key, for the server and for
// the simulator's clients, on whatever stream carries them.
namespace lingerd::websocket {

enum class opcode : std::uint8_t {
  continuation = 0,
  text = 1,
  binary = 2,
  close = 8,
  ping = 9,
  pong = 10,
};

// Close codes that Linger sends; the last two are its own.
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

// Appends one whole frame. A client masks, a server does not.
void append_frame(std::string& out, opcode op, std::string_view payload,
                  const std::optional<mask_key>& mask = std::nullopt);
// Appends a close frame with its code and no words.
void append_close(std::string& out, close_code code,
                  const std::optional<mask_key>& mask = std::nullopt);

// Sec-WebSocket-Accept for a Sec-WebSocket-Key.
std::string accept_of(std::string_view key);
// Whether it has the form of one: 16 bytes in base64.
bool is_key(std::string_view key);

// Bytes → messages. Control frames come between the pieces of a message, as the RFC allows.
class reader {
 public:
  // Masked frames are expected by a server, plain ones by a client. A message has at most
  // `message_bytes`.
  reader(bool expects_mask, std::size_t message_bytes)
      : expects_mask_(expects_mask), message_bytes_(message_bytes) {}

  enum class status {
    message,  // text: take payload()
    ping,     // answer with payload()
    pong,
    close,  // the other side ends; payload() is its code and words
    need_more,
    refused,  // see why(): close with it
  };

  // Takes the next thing off the front of `bytes`.
  status next(std::string_view& bytes);

  std::string& payload() { return payload_; }
  close_code reason() const { return reason_; }
  // Bytes held of what is not whole yet.
  std::size_t held_bytes() const { return header_.size() + message_.capacity(); }

 private:
  status header(std::string_view& bytes);
  status finish();
  status refuse(close_code reason);

  const bool expects_mask_;
  const std::size_t message_bytes_;
  std::string header_;  // of the frame at hand, as far as it is here
  bool is_in_payload_ = false;
  opcode op_ = opcode::text;
  bool is_final_ = false;
  std::uint64_t payload_left_ = 0;  // of the frame's payload
  mask_key mask_{};
  std::size_t mask_offset_ = 0;  // bytes unmasked of this frame
  bool is_in_message_ = false;   // a message has begun and not ended
  std::string message_;
  std::string control_;
  std::string payload_;
  close_code reason_ = close_code::normal;
};

}  // namespace lingerd::websocket
