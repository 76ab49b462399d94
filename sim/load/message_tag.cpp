#include "sim/load/message_tag.hpp"

namespace lingerd::sim {
namespace {

constexpr std::string_view digits = "0123456789abcdefghijklmnopqrstuvwxyz";

std::string base36(std::uint64_t n, std::size_t length) {
  std::string out(length, '0');
  for (std::size_t i = length; i-- > 0; n /= 36) out[i] = digits[n % 36];
  return out;
}

}  // namespace

message_tag::message_tag(std::uint64_t entropy) : salt_(base36(entropy, salt_bytes)) {}

std::string message_tag::tag_of(std::uint32_t message) const {
  return salt_ + base36(message, bytes - salt_bytes);
}

std::string message_tag::text(std::uint32_t message, std::size_t length) const {
  std::string text = tag_of(message);
  if (length > text.size()) text += ' ';
  if (length > text.size()) text.resize(length, 'x');
  return text;
}

std::optional<std::uint32_t> message_tag::read(std::string_view text) const {
  if (text.size() < bytes || text.substr(0, salt_bytes) != salt_) return std::nullopt;
  std::uint64_t n = 0;
  for (const char c : text.substr(salt_bytes, bytes - salt_bytes)) {
    const auto digit = digits.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    n = n * 36 + digit;
  }
  if (n > UINT32_MAX) return std::nullopt;
  return static_cast<std::uint32_t>(n);
}

}  // namespace lingerd::sim
