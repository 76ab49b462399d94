#include "sim/report/number_format.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <string_view>

namespace lingerd::sim::number_format {
namespace {

std::string fixed(double n, int after_point) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", after_point, n);
  return text;
}

std::string scaled(double n, double base, const std::array<std::string_view, 4>& units) {
  std::size_t unit = 0;
  // Not "1000 kB": a value that would need a fourth digit takes the next unit.
  while (unit + 1 < units.size() && std::abs(n) >= 999.5) {
    n /= base;
    ++unit;
  }
  return (unit == 0 ? fixed(n, std::abs(n) < 10 && n != std::floor(n) ? 1 : 0) : digits(n)) + " " +
         std::string(units[unit]);
}

}  // namespace

std::string count(double n) {
  std::string text = fixed(std::round(n), 0);
  const std::size_t first = text.starts_with('-') ? 1 : 0;
  for (std::size_t position = text.size(); position > first + 3;) text.insert(position -= 3, ",");
  return text;
}

std::string digits(double n) {
  if (n == 0 || !std::isfinite(n)) return "0";
  const double size = std::abs(n);
  if (size >= 999.5) return count(n);
  // A value that rounds up to the next power of ten has one digit less after the point: 9.996 is
  // 10.0.
  const int magnitude = static_cast<int>(std::floor(std::log10(size * 1.0005)));
  return fixed(n, std::clamp(2 - magnitude, 0, 6));
}

std::string time_us(double us) {
  if (us < 999.5) return fixed(us, 0) + " µs";
  if (us < 999'500) return digits(us / 1e3) + " ms";
  return digits(us / 1e6) + " s";
}

std::string traffic(double bytes) { return scaled(bytes, 1000, {"B", "kB", "MB", "GB"}); }
std::string memory(double bytes) { return scaled(bytes, 1024, {"B", "KiB", "MiB", "GiB"}); }

std::string short_form(std::string figure) {
  const std::size_t point = figure.find('.');
  if (point == figure.npos) return figure;
  std::size_t end = figure.find(' ', point);
  if (end == figure.npos) end = figure.size();
  std::size_t keep = end;
  while (figure[keep - 1] == '0') --keep;
  if (keep == point + 1) --keep;
  return figure.erase(keep, end - keep);
}

std::string percent(double part) {
  const double hundredths = part * 100;
  std::string text = fixed(std::abs(hundredths), std::abs(hundredths) < 10 ? 1 : 0);
  const bool is_nothing = text == "0.0";
  return (is_nothing ? "±" : hundredths < 0 ? "−" : "+") + text + " %";
}

std::string times(double factor) {
  return (factor < 9.95 ? fixed(factor, 1) : count(factor)) + "×";
}

}  // namespace lingerd::sim::number_format
