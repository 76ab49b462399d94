#include "core/base/json_writer.hpp"

#include <chrono>
#include <cstdint>
#include <cstring>

namespace lingerd::json_writer {

namespace {

bool needs_escape(unsigned char c) { return c < 0x20 || c == '"' || c == '\\' || c == 0x7f; }

// Where the next byte that needs an escape is, from `at` on; the end if there is none. Most texts
// have none: eight bytes are looked at together, by the usual tests for a byte below n and for a
// byte that is zero.
std::size_t next_escape(std::string_view s, std::size_t offset) {
  constexpr std::uint64_t each = 0x0101010101010101u;
  constexpr std::uint64_t high = each * 0x80;
  const auto has_zero = [](std::uint64_t x) { return (x - each) & ~x & high; };
  for (; offset + 8 <= s.size(); offset += 8) {
    std::uint64_t x = 0;
    std::memcpy(&x, s.data() + offset, sizeof x);
    const std::uint64_t below_space = (x - each * 0x20) & ~x & high;
    if (below_space | has_zero(x ^ each * '"') | has_zero(x ^ each * '\\') |
        has_zero(x ^ each * 0x7f)) {
      break;
    }
  }
  while (offset < s.size() && !needs_escape(static_cast<unsigned char>(s[offset]))) ++offset;
  return offset;
}

}  // namespace

void quote(std::string& out, std::string_view s) {
  static constexpr char hex[] = "0123456789abcdef";
  out += '"';
  for (std::size_t plain = 0;;) {
    const std::size_t offset = next_escape(s, plain);
    out.append(s, plain, offset - plain);
    if (offset == s.size()) break;
    const auto c = static_cast<unsigned char>(s[offset]);
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        out += "\\u00";
        out += hex[c >> 4];
        out += hex[c & 15];
    }
    plain = offset + 1;
  }
  out += '"';
}

void timestamp(std::string& out, wall_ms t) {
  using namespace std::chrono;
  const sys_time<milliseconds> moment{milliseconds(t)};
  const auto day = floor<days>(moment);
  const year_month_day date{day};
  const hh_mm_ss time{moment - day};
  char text[32] = "\"0000-00-00T00:00:00.000Z\"";
  const auto put = [&](int place, int digits, auto count) {
    auto value = static_cast<unsigned>(count);
    for (int i = digits - 1; i >= 0; --i, value /= 10) {
      text[place + i] = static_cast<char>('0' + value % 10);
    }
  };
  put(1, 4, static_cast<int>(date.year()));
  put(6, 2, static_cast<unsigned>(date.month()));
  put(9, 2, static_cast<unsigned>(date.day()));
  put(12, 2, time.hours().count());
  put(15, 2, time.minutes().count());
  put(18, 2, time.seconds().count());
  put(21, 3, time.subseconds().count());
  out.append(text, 26);
}

}  // namespace lingerd::json_writer
