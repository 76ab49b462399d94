#include "sim/report/html/svg.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "sim/report/html/markup.hpp"

namespace lingerd::sim::svg {

std::string number(double n) {
  char text[32];
  const double rounded = std::round(n * 10) / 10;
  return {text, std::to_chars(text, text + sizeof text, rounded).ptr};
}

scale scale::linear(double highest) {
  scale s;
  if (!(highest > 0)) highest = 1;
  const double decade = std::pow(10, std::floor(std::log10(highest)));
  double step = decade / 5;
  for (const double wanted : {0.2, 0.25, 0.5, 1.0, 2.0, 2.5}) {
    step = decade * wanted;
    if (highest / step <= 4.0001) break;
  }
  s.high_ = std::ceil(highest / step - 1e-9) * step;
  for (double t = 0; t <= s.high_ + step / 2; t += step) s.ticks_.push_back(t);
  return s;
}

scale scale::logarithmic(double lowest, double highest) {
  scale s;
  s.is_log_ = true;
  s.low_ = std::floor(std::log10(std::max(lowest, 1e-9)) + 1e-9);
  s.high_ = std::max(s.low_ + 1, std::ceil(std::log10(std::max(highest, 1e-9)) - 1e-9));
  for (double t = s.low_; t <= s.high_ + 0.5; ++t) s.ticks_.push_back(std::pow(10, t));
  return s;
}

scale scale::logarithmic_within(double lowest, double highest) {
  scale s;
  s.is_log_ = true;
  s.low_ = std::log10(std::max(lowest, 1e-9));
  s.high_ = std::max(std::log10(std::max(highest, 1e-9)), s.low_ + 0.1);
  for (double t = std::ceil(s.low_ - 1e-9); t <= s.high_ + 1e-9; ++t) {
    s.ticks_.push_back(std::pow(10, t));
  }
  return s;
}

double scale::position(double value) const {
  if (is_log_) value = value > 0 ? std::log10(value) : low_;
  return std::clamp((value - low_) / (high_ - low_), 0.0, 1.0);
}

std::string open(double width, double height, const std::string& classes,
                 const std::string& label_id) {
  return R"(<svg class=")" + classes + R"(" viewBox="0 0 )" + number(width) + ' ' + number(height) +
         R"(" role="img" aria-labelledby=")" + label_id + R"(">)";
}

namespace {

std::string path_of(const polyline& l, const plot& p, double y0) {
  const double wide = p.width - p.left - p.right;
  const double high = p.height - p.top - p.bottom;
  std::string d;
  double first = 0, last = 0;
  for (const point& value : l.points) {
    const double x = p.left + p.x(value.first) * wide;
    const double y = y0 + p.top + (1 - p.y(value.second)) * high;
    if (d.empty()) first = x;
    last = x;
    d += d.empty() ? 'M' : 'L';
    d += number(x) + ' ' + number(y);
  }
  if (l.is_filled && !d.empty()) {
    const std::string floor = number(y0 + p.top + high);
    d += 'L' + number(last) + ' ' + floor + 'L' + number(first) + ' ' + floor + 'Z';
  }
  return d;
}

}  // namespace

std::string plot::content(double y0) const {
  const double wide = width - left - right;
  const double high = height - top - bottom;
  const double floor = y0 + top + high;
  std::string out;
  for (const tick& t : y_ticks) {
    const std::string y = number(y0 + top + (1 - t.position) * high);
    out += R"(<path class="grid" d="M)" + number(left) + ' ' + y + 'h' + number(wide) + R"("/>)";
    out += markup::both_in_svg(t.text, R"(class="y" x=")" + number(left - 7) + R"(" y=")" +
                                           number(y0 + top + (1 - t.position) * high + 4) + '"');
  }
  for (const tick& t : x_ticks) {
    const double x = left + t.position * wide;
    out += R"(<path class="grid" d="M)" + number(x) + ' ' + number(y0 + top) + 'v' + number(high) +
           R"("/>)";
    const char* anchor = t.position > 0.97 ? "end" : t.position < 0.03 ? "start" : "mid";
    out += markup::both_in_svg(t.text, R"(class="x )" + std::string(anchor) + R"(" x=")" +
                                           number(x) + R"(" y=")" + number(floor + 16) + '"');
  }
  for (const polyline& l : lines) {
    const std::string d = path_of(l, *this, y0);
    if (!d.empty()) out += R"(<path class=")" + l.classes + R"(" d=")" + d + R"("/>)";
  }
  if (!x_title.en.empty()) {
    out += markup::both_in_svg(x_title, R"(class="x end" x=")" + number(left + wide) + R"(" y=")" +
                                            number(floor + 33) + '"');
  }
  return out;
}

}  // namespace lingerd::sim::svg
