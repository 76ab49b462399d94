#include "core/base/text.hpp"

#include <cstdint>

namespace lingerd {
namespace {

constexpr char32_t bad = 0xffffffff;

// Takes one code point off the front of `s`; `bad` if it is not well formed.
char32_t next(std::string_view& s) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(s[i]); };
  const unsigned char lead = byte(0);
  std::size_t length = 0;
  char32_t c = 0;
  if (lead < 0x80) {
    length = 1, c = lead;
  } else if (lead >= 0xc2 && lead < 0xe0) {
    length = 2, c = lead & 0x1fu;
  } else if (lead >= 0xe0 && lead < 0xf0) {
    length = 3, c = lead & 0x0fu;
  } else if (lead >= 0xf0 && lead < 0xf5) {
    length = 4, c = lead & 0x07u;
  } else {
    return bad;
  }
  if (s.size() < length) return bad;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return bad;
    c = c << 6 | (byte(i) & 0x3fu);
  }
  const bool overlong = (length == 3 && c < 0x800) || (length == 4 && c < 0x10000);
  if (overlong || (c >= 0xd800 && c <= 0xdfff) || c > 0x10ffff) return bad;
  s.remove_prefix(length);
  return c;
}

bool is_space(char32_t c) {
  return c == ' ' || (c >= 0x09 && c <= 0x0d) || c == 0x85 || c == 0xa0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f ||
         c == 0x3000;
}

bool is_invisible(char32_t c) {
  return c == 0x00ad || (c >= 0x200b && c <= 0x200f) || (c >= 0x202a && c <= 0x202e) ||
         (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || c == 0x3164 || c < 0x20 || c == 0x7f ||
         c == 0x115f || c == 0x1160 || c == 0x180e || c == 0x2800 || c == 0xffa0 ||
         (c >= 0xfe00 && c <= 0xfe0f);
}

bool is_control(char32_t c) {
  return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x2028 || c == 0x2029;
}

// Embeddings, overrides and isolates: they change the order of the text around them.
bool is_bidi_control(char32_t c) {
  return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

bool is_bidi_mark(char32_t c) { return c == 0x061c || c == 0x200e || c == 0x200f; }

// A backslash and a letter, two hexadecimal digits, or four.
void append_escape(std::string& out, char32_t c) {
  static constexpr char hex[] = "0123456789abcdef";
  switch (c) {
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: break;
  }
  const bool is_byte = c <= 0xff;
  out += is_byte ? "\\x" : "\\u";
  for (int shift = is_byte ? 4 : 12; shift >= 0; shift -= 4) out += hex[c >> shift & 0xf];
}

template <class Predicate>
bool any(std::string_view s, Predicate p) {
  while (!s.empty()) {
    const char32_t c = next(s);
    if (c == bad) return false;
    if (p(c)) return true;
  }
  return false;
}

}  // namespace

bool is_utf8(std::string_view s) {
  while (!s.empty()) {
    if (next(s) == bad) return false;
  }
  return true;
}

bool is_blank(std::string_view s) {
  return !any(s, [](char32_t c) { return !is_space(c) && !is_invisible(c); });
}

bool has_control(std::string_view s) { return any(s, is_control); }

bool has_space(std::string_view s) { return any(s, is_space); }

std::string fold(std::string_view name) {
  std::string folded(name);
  for (char& c : folded) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return folded;
}

bool is_user_name(std::string_view s, std::size_t bytes_max) {
  return !s.empty() && s.size() <= bytes_max && is_utf8(s) && !is_blank(s) && !has_space(s) &&
         !has_control(s) && !any(s, is_invisible) && !any(s, is_bidi_mark) &&
         s.find('/') == std::string_view::npos;
}

bool is_title(std::string_view s, std::size_t bytes_max) {
  return s.size() <= bytes_max && is_utf8(s) && !is_blank(s) && !has_control(s) &&
         !any(s, is_bidi_control);
}

bool is_brief(std::string_view s) {
  return is_utf8(s) && !any(s, [](char32_t c) {
           return is_bidi_control(c) || (is_control(c) && c != '\t' && c != '\n' && c != '\r');
         });
}

std::string printable(std::string_view s, lingerd::tabs tabs) {
  std::string out;
  out.reserve(s.size());
  while (!s.empty()) {
    const std::string_view rest = s;
    const char32_t c = next(s);
    if (c == bad) {
      append_escape(out, static_cast<unsigned char>(rest.front()));
      s = rest.substr(1);
    } else if ((is_control(c) && !(c == '\t' && tabs == lingerd::tabs::kept)) ||
               is_bidi_control(c) || is_bidi_mark(c)) {
      append_escape(out, c);
    } else {
      out += rest.substr(0, rest.size() - s.size());
    }
  }
  return out;
}

}  // namespace lingerd
