#pragma once

#include <functional>
#include <string>

#include "sim/report/html/phrase.hpp"
#include "sim/report/report.hpp"

// The report's pictures, as HTML with SVG in it.
namespace lingerd::sim::charts {

struct bar_figure {
  std::function<double(const run&)> value;      // what the bar shows
  std::function<double(const run&)> further;    // the lighter bar goes on to here; may be empty
  std::function<std::string(const run&)> text;  // beside it; empty: as `tick` writes it
  std::function<std::string(double)> tick;
};

// Whether the figures lie so far apart that a linear axis would hide the small ones.
bool needs_log(const report& r, const bar_figure& figure);

// A bar a run, with its name before and its figure behind, and an axis below.
std::string bars(const report& r, const bar_figure& figure, const std::string& labelled_by);

// Which part of all deliveries took how long; every run a line.
std::string curve(const report& r, const std::string& labelled_by);
bool has_curve(const report& r);

// A small picture a run: deliveries in each second, and their p50 and p99.
std::string seconds(const report& r);
bool has_seconds(const report& r);

// Names beside the lines' colours.
std::string legend(const report& r);

}  // namespace lingerd::sim::charts
