#include "sim/report/html/phrase.hpp"

namespace lingerd::sim {
namespace {

bool is_latin(unsigned char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

// The first byte of a Chinese character (U+4E00 to U+9FFF) in UTF-8, not of Chinese punctuation.
bool begins_chinese(unsigned char c) { return c >= 0xe4 && c <= 0xe9; }

}  // namespace

std::string with_air(std::string_view zh) {
  std::string out;
  bool after_latin = false;
  bool after_chinese = false;
  for (std::size_t i = 0; i < zh.size();) {
    const auto c = static_cast<unsigned char>(zh[i]);
    const std::size_t length = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
    if ((after_latin && begins_chinese(c)) || (after_chinese && is_latin(c))) out += ' ';
    after_latin = is_latin(c);
    after_chinese = begins_chinese(c);
    out += zh.substr(i, length);
    i += length;
  }
  return out;
}

}  // namespace lingerd::sim
