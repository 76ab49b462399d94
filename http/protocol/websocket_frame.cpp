#include "http/protocol/websocket_frame.hpp"

#include <sodium.h>

#include <algorithm>
#include <boost/uuid/detail/sha1.hpp>

#include "core/base/check.hpp"
#include "core/base/text.hpp"

namespace lingerd::websocket {
namespace {

constexpr std::size_t key_bytes = 16;
constexpr std::size_t control_bytes_max = 125;

constexpr bool is_control(opcode op) { return static_cast<unsigned>(op) >= 8; }

void append_big_endian(std::string& out, std::uint64_t n, int bytes) {
  for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) {
    out += static_cast<char>(n >> shift & 0xff);
  }
}

std::uint64_t big_endian(std::string_view bytes) {
  std::uint64_t n = 0;
  for (const char c : bytes) n = n << 8 | static_cast<unsigned char>(c);
  return n;
}

// Whether a close frame may have this payload: none, or a code that may be sent and a text.
bool is_close(std::string_view payload) {
  if (payload.empty()) return true;
  if (payload.size() == 1 || !is_utf8(payload.substr(2))) return false;
  const std::uint64_t code = big_endian(payload.substr(0, 2));
  return (code >= 1000 && code <= 1011 && code != 1004 && code != 1005 && code != 1006) ||
         (code >= 3000 && code <= 4999);
}

}  // namespace

void append_frame(std::string& out, opcode op, std::string_view payload,
                  const std::optional<mask_key>& mask) {
  const unsigned char masked = mask ? 0x80 : 0;
  out += static_cast<char>(0x80u | static_cast<unsigned>(op));
  if (payload.size() < 126) {
    out += static_cast<char>(masked | payload.size());
  } else if (payload.size() < 65536) {
    out += static_cast<char>(masked | 126u);
    append_big_endian(out, payload.size(), 2);
  } else {
    out += static_cast<char>(masked | 127u);
    append_big_endian(out, payload.size(), 8);
  }
  if (!mask) {
    out += payload;
    return;
  }
  out.append(reinterpret_cast<const char*>(mask->data()), mask->size());
  for (std::size_t i = 0; i < payload.size(); ++i) {
    out += static_cast<char>(static_cast<unsigned char>(payload[i]) ^ (*mask)[i % 4]);
  }
}

void append_close(std::string& out, close_code code, const std::optional<mask_key>& mask) {
  std::string payload;
  append_big_endian(payload, static_cast<std::uint16_t>(code), 2);
  append_frame(out, opcode::close, payload, mask);
}

std::string accept_of(std::string_view key) {
  boost::uuids::detail::sha1 hash;
  hash.process_bytes(key.data(), key.size());
  constexpr std::string_view suffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";  // RFC 6455, 1.3
  hash.process_bytes(suffix.data(), suffix.size());
  boost::uuids::detail::sha1::digest_type words;
  hash.get_digest(words);
  std::string digest;
  for (const unsigned int word : words) append_big_endian(digest, word, 4);
  char text[sodium_base64_ENCODED_LEN(20, sodium_base64_VARIANT_ORIGINAL)];
  sodium_bin2base64(text, sizeof text, reinterpret_cast<const unsigned char*>(digest.data()),
                    digest.size(), sodium_base64_VARIANT_ORIGINAL);
  return text;
}

bool is_key(std::string_view key) {
  unsigned char bytes[key_bytes];
  std::size_t n = 0;
  return sodium_base642bin(bytes, sizeof bytes, key.data(), key.size(), nullptr, &n, nullptr,
                           sodium_base64_VARIANT_ORIGINAL) == 0 &&
         n == key_bytes;
}

reader::status reader::refuse(close_code reason) {
  reason_ = reason;
  return status::refused;
}

reader::status reader::header(std::string_view& bytes) {
  // The bytes before may have ended anywhere within the header.
  std::size_t target_size = std::max<std::size_t>(2, header_.size());
  for (;;) {
    const std::size_t n = std::min(bytes.size(), target_size - header_.size());
    header_ += bytes.substr(0, n);
    bytes.remove_prefix(n);
    if (header_.size() < target_size) return status::need_more;
    const unsigned length = static_cast<unsigned char>(header_[1]) & 0x7fu;
    const bool is_masked = (static_cast<unsigned char>(header_[1]) & 0x80u) != 0;
    const std::size_t full_size = 2u +
                                  (length == 126   ? 2u
                                   : length == 127 ? 8u
                                                   : 0u) +
                                  (is_masked ? 4u : 0u);
    if (header_.size() == full_size) break;
    target_size = full_size;
  }
  const auto first = static_cast<unsigned char>(header_[0]);
  const auto second = static_cast<unsigned char>(header_[1]);
  is_final_ = (first & 0x80u) != 0;
  op_ = static_cast<opcode>(first & 0x0fu);
  const bool is_masked = (second & 0x80u) != 0;
  payload_left_ = second & 0x7fu;
  std::size_t offset = 2;
  if (payload_left_ == 126) {
    payload_left_ = big_endian(std::string_view(header_).substr(offset, 2));
    offset += 2;
  } else if (payload_left_ == 127) {
    payload_left_ = big_endian(std::string_view(header_).substr(offset, 8));
    offset += 8;
  }
  if (is_masked)
    std::copy_n(header_.begin() + static_cast<std::ptrdiff_t>(offset), 4, mask_.begin());
  header_.clear();
  if ((first & 0x70u) != 0 || is_masked != expects_mask_) return refuse(close_code::protocol_error);
  switch (op_) {
    case opcode::continuation:
      if (!is_in_message_) return refuse(close_code::protocol_error);
      break;
    case opcode::text:
      if (is_in_message_) return refuse(close_code::protocol_error);
      break;
    case opcode::binary: return refuse(close_code::unsupported);
    case opcode::close:
    case opcode::ping:
    case opcode::pong:
      if (!is_final_ || payload_left_ > control_bytes_max)
        return refuse(close_code::protocol_error);
      break;
    default: return refuse(close_code::protocol_error);
  }
  if (!is_control(op_) && payload_left_ > message_bytes_ - message_.size()) {
    return refuse(close_code::too_big);
  }
  is_in_payload_ = true;
  mask_offset_ = 0;
  return status::message;
}

reader::status reader::next(std::string_view& bytes) {
  CHECK(reason_ == close_code::normal);
  for (;;) {
    if (!is_in_payload_) {
      const status s = header(bytes);
      if (s != status::message) return s;
    }
    std::string& buffer = is_control(op_) ? control_ : message_;
    const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(payload_left_, bytes.size()));
    for (std::size_t i = 0; i < n; ++i) {
      const auto c = static_cast<unsigned char>(bytes[i]);
      buffer += static_cast<char>(expects_mask_ ? c ^ mask_[mask_offset_++ % 4] : c);
    }
    bytes.remove_prefix(n);
    payload_left_ -= n;
    if (payload_left_ > 0) return status::need_more;
    is_in_payload_ = false;
    const status s = finish();
    if (s != status::need_more) return s;
  }
}

reader::status reader::finish() {
  if (!is_control(op_)) {
    is_in_message_ = !is_final_;
    if (is_in_message_) return status::need_more;
    payload_ = std::exchange(message_, {});
    if (!is_utf8(payload_)) return refuse(close_code::not_utf8);
    return status::message;
  }
  payload_ = std::exchange(control_, {});
  if (op_ == opcode::ping) return status::ping;
  if (op_ == opcode::pong) return status::pong;
  if (!is_close(payload_)) return refuse(close_code::protocol_error);
  return status::close;
}

}  // namespace lingerd::websocket
