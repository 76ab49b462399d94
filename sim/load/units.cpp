#include "sim/load/units.hpp"

#include <charconv>
#include <cmath>
#include <stdexcept>

namespace lingerd::sim {
namespace {

constexpr double longest_s = 30.0 * 24 * 3600;

// Takes the number off the front of `text`; negative if there is none.
double take_number(std::string_view& text) {
  double n = -1;
  const auto read =
      std::from_chars(text.data(), text.data() + text.size(), n, std::chars_format::fixed);
  if (read.ec != std::errc() || !std::isfinite(n)) return -1;
  text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
  return n;
}

// Length of a unit of time in seconds; 0 for an unknown unit.
double unit_seconds(std::string_view unit) {
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
  const double s = n * unit_seconds(rest);
  if (n < 0 || unit_seconds(rest) == 0 || s > longest_s) {
    throw std::invalid_argument("\"" + std::string(text) +
                                "\" is not a duration; examples: 250ms, 30s, 5min, 1h");
  }
  return std::chrono::nanoseconds(std::llround(s * 1e9));
}

double rate_of(std::string_view text) {
  std::string_view rest = text;
  const double n = take_number(rest);
  const double unit = rest.empty() ? 1 : rest.front() == '/' ? unit_seconds(rest.substr(1)) : 0;
  if (n < 0 || unit == 0 || n / unit > 1e6) {
    throw std::invalid_argument("\"" + std::string(text) +
                                "\" is not a rate; examples: 200/s, 12/min, 3600/h");
  }
  return n / unit;
}

}  // namespace lingerd::sim
