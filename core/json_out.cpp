#include "core/json_out.hpp"

#include <chrono>

namespace lingerd::json_out {

void quote(std::string& out, std::string_view s) {
  static constexpr char hex[] = "0123456789abcdef";
  out += '"';
  std::size_t plain = 0;  // where the run of bytes that need no escape begins
  for (std::size_t i = 0; i < s.size(); ++i) {
    const auto c = static_cast<unsigned char>(s[i]);
    if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7f) continue;
    out.append(s, plain, i - plain);
    plain = i + 1;
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
  }
  out.append(s, plain, s.size() - plain);
  out += '"';
}

void timestamp(std::string& out, wall_ms t) {
  using namespace std::chrono;
  const sys_time<milliseconds> at{milliseconds(t)};
  const auto day = floor<days>(at);
  const year_month_day date{day};
  const hh_mm_ss time{at - day};
  char text[32] = "\"0000-00-00T00:00:00.000Z\"";
  const auto put = [&](int place, int digits, long value) {
    for (int i = digits - 1; i >= 0; --i, value /= 10) {
      text[place + i] = static_cast<char>('0' + value % 10);
    }
  };
  put(1, 4, static_cast<int>(date.year()));
  put(6, 2, static_cast<long>(static_cast<unsigned>(date.month())));
  put(9, 2, static_cast<long>(static_cast<unsigned>(date.day())));
  put(12, 2, time.hours().count());
  put(15, 2, time.minutes().count());
  put(18, 2, time.seconds().count());
  put(21, 3, time.subseconds().count());
  out.append(text, 26);
}

}  // namespace lingerd::json_out
