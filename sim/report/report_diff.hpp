#pragma once

#include <string>
#include <vector>

#include "sim/report/report.hpp"

// Differences between two reports that exceed the noise.
namespace lingerd::sim {

struct change {
  std::string run;      // "long", "short 0.25 s"
  std::string message;  // a name in report.json: "deliver.p99"
  std::string before, after;
  double part = 0;   // relative increase from A to B; 0 if A has no value
  double noise = 0;  // the relative difference that is still noise
  bool is_worse = false;
};

struct comparison {
  std::vector<std::string> notes;  // differences in machine or load that limit the comparison
  std::vector<change> changes;
  std::size_t compared = 0;  // number of compared figures
  bool is_worse = false;     // B is worse in at least one figure
};

// Compares runs of the same transport and interval. Differences within the noise are ignored: for
// delivery times three standard errors of the figures of the single seconds, at least a quarter;
// for CPU a fifth, for memory a tenth, for the disk a half (how many messages share a commit is
// random); for requests and bytes, which the schedule determines, 2 %, and 5 % on the wire. A fault
// such as a loss has no noise. Throws std::runtime_error if the reports have no run in common.
comparison compare_reports(const report& a, const report& b);

// Text for a terminal, one line for each difference.
std::string text_of(const comparison& c);

}  // namespace lingerd::sim
