#pragma once

#include <string>
#include <vector>

#include "sim/report/report.hpp"

// What changed between two reports, beyond the noise.
namespace lingerd::sim {

struct change {
  std::string run;   // "long", "short 0.25 s"
  std::string what;  // a name of report.json: "deliver.p99"
  std::string before, after;
  double part = 0;   // of the figure in A by which B is higher; 0 where A's is nothing
  double noise = 0;  // the part below which it would not be a change
  bool is_worse = false;
};

struct comparison {
  std::vector<std::string> notes;  // what makes them hard to compare: another machine, another load
  std::vector<change> changes;
  std::size_t compared = 0;  // figures looked at
  bool is_worse = false;     // B, in anything
};

// Runs are matched by transport and interval. How far a figure may move by chance: for delivery
// times, three standard errors of the seconds' own figures, and not less than a quarter; for CPU a
// fifth, for memory a tenth, for the disk a half (how many messages share a commit is chance); for
// requests and bytes, which the schedule fixes, 2 %, and 5 % on the wire. What must never happen (a
// loss) has no noise. Throws std::runtime_error where no run of one has its like in the other.
comparison compare_reports(const report& a, const report& b);

// For a terminal: a line a change.
std::string text_of(const comparison& c);

}  // namespace lingerd::sim
