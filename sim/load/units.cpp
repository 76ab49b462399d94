#include "sim/load/units.hpp"

#include <charconv>
#include <cmath>
#include <stdexcept>

namespace lingerd::sim {
namespace {

constexpr double longest_s = 30.0 * 24 * 3600;

// The number at the front; what follows it stays in `text`. Negative where there is none.
double take_number(std::string_view& text) {
  double n = -1;
  const auto read =
      std::from_chars(text.data(), text.data() + text.size(), n, std::chars_format::fixed);
  if (read.ec != std::errc() || !std::isfinite(n)) return -1;
  text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
  return n;
}

// Seconds in a unit of time; 0: there is no such unit.
double seconds_in(std::string_view unit) {
  if (unit == "ms") return 1e-3;
  if (unit == "s") return 1;
  if (unit == "min" || unit == "m") return 60;
  if (unit == "h") return 3600;
  return 0;
}

}  // namespace

std::chrono::nanoseconds duration_of(std::string_view text) {
  std::string_view rest = text;
  const double n = take_number(rest);
  const double s = n * seconds_in(rest);
  if (n < 0 || seconds_in(rest) == 0 || s > longest_s) {
    throw std::invalid_argument("\"" + std::string(text) +
                                "\" is no duration; write 250ms, 30s, 5min or 1h");
  }
  return std::chrono::nanoseconds(std::llround(s * 1e9));
}

double rate_of(std::string_view text) {
  std::string_view rest = text;
  const double n = take_number(rest);
  const double unit = rest.empty() ? 1 : rest.front() == '/' ? seconds_in(rest.substr(1)) : 0;
  if (n < 0 || unit == 0 || n / unit > 1e6) {
    throw std::invalid_argument("\"" + std::string(text) +
                                "\" is no rate; write 200/s, 12/min or 3600/h");
  }
  return n / unit;
}

}  // namespace lingerd::sim
