#pragma once

#include <functional>
#include <string>

#include "sim/report/html/phrase.hpp"
#include "sim/report/report.hpp"

// The charts of the report: HTML with SVG.
namespace lingerd::sim::charts {

struct bar_figure {
  std::function<double(const run&)> value;      // length of the bar
  std::function<double(const run&)> extended;   // end of the lighter bar behind it; may be empty
  std::function<std::string(const run&)> text;  // label of the bar; empty: formatted by `tick`
  std::function<std::string(double)> tick;
};

// Whether the figures differ so much that a linear axis would hide the small ones.
bool needs_log(const report& r, const bar_figure& figure);

// One bar for each run, with its name and figure, and an axis below. `label_id` is the id of the
// heading.
std::string bars(const report& r, const bar_figure& figure, const std::string& label_id);

// Distribution of delivery times, one line for each run.
std::string curve(const report& r, const std::string& label_id);
bool has_curve(const report& r);

// One small chart for each run: deliveries in each second and their p50 and p99.
std::string seconds(const report& r);
bool has_seconds(const report& r);

// Names and colours of the lines.
std::string legend(const report& r);

}  // namespace lingerd::sim::charts
