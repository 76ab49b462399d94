#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "sim/report/html/phrase.hpp"

// Drawings made by hand: axes, lines and bars as SVG, with the classes of the page's look.
namespace lingerd::sim::svg {

// A scale from values to 0…1, linear from 0 or logarithmic over whole decades.
class scale {
 public:
  // From 0 to a round number at or above `highest`.
  static scale linear(double highest);
  // From the decade below `lowest` to the one above `highest`; both > 0.
  static scale logarithmic(double lowest, double highest);
  // From `lowest` to `highest` as they are; the ticks are the decades between.
  static scale logarithmic_within(double lowest, double highest);

  double at(double value) const;  // cut to 0…1
  const std::vector<double>& ticks() const { return ticks_; }

 private:
  bool is_log_ = false;
  double from_ = 0, to_ = 1;
  std::vector<double> ticks_;
};

using point = std::pair<double, double>;

struct line {
  std::string classes;
  std::vector<point> points;  // in the values of the axes
  bool is_filled = false;     // down to the lower edge
};

struct tick {
  double at;  // 0…1
  phrase text;
};

// A rectangle with axes, with lines in it.
struct plot {
  double width = 360, height = 150;
  double left = 52, right = 12, top = 12, bottom = 26;
  std::vector<tick> x_ticks, y_ticks;
  phrase x_title;
  std::vector<line> lines;
  std::function<double(double)> x, y;  // value → 0…1

  // The inside alone, without <svg>, moved down by `y0`.
  std::string inside(double y0 = 0) const;
};

// The element around a drawing; `labelled_by` is the id of what names it.
std::string open(double width, double height, const std::string& classes,
                 const std::string& labelled_by);
inline std::string close() { return "</svg>"; }

// A number with one digit after the point at most.
std::string number(double n);

}  // namespace lingerd::sim::svg
