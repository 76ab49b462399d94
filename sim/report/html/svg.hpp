#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "sim/report/html/phrase.hpp"

// Axes, lines and bars as SVG, with the classes of the page's style sheet.
namespace lingerd::sim::svg {

// A scale that maps values to 0…1, linear from 0 or logarithmic.
class scale {
 public:
  // From 0 to a round number not below `highest`.
  static scale linear(double highest);
  // Whole decades around `lowest` and `highest`; both > 0.
  static scale logarithmic(double lowest, double highest);
  // From `lowest` to `highest` exactly; the ticks are the decades between.
  static scale logarithmic_within(double lowest, double highest);

  double position(double value) const;  // clamped to 0…1
  const std::vector<double>& ticks() const { return ticks_; }

 private:
  bool is_log_ = false;
  double low_ = 0, high_ = 1;
  std::vector<double> ticks_;
};

using point = std::pair<double, double>;

struct polyline {
  std::string classes;
  std::vector<point> points;  // in values of the axes
  bool is_filled = false;     // filled down to the lower edge
};

struct tick {
  double position;  // 0…1
  phrase text;
};

// A rectangle with axes and lines.
struct plot {
  double width = 360, height = 150;
  double left = 52, right = 12, top = 12, bottom = 26;
  std::vector<tick> x_ticks, y_ticks;
  phrase x_title;
  std::vector<polyline> lines;
  std::function<double(double)> x, y;  // value → 0…1

  // The content only, without <svg>, moved down by `y0`.
  std::string content(double y0 = 0) const;
};

// The opening tag of a drawing; `label_id` is the id of the element that names it.
std::string open(double width, double height, const std::string& classes,
                 const std::string& label_id);
inline std::string close() { return "</svg>"; }

// A number with at most one digit after the point.
std::string number(double n);

}  // namespace lingerd::sim::svg
