#pragma once

#include <vector>

#include "sim/report/html/phrase.hpp"
#include "sim/report/html/tables.hpp"
#include "sim/report/report.hpp"

// The two built-in studies: a published table next to the measured figures.
namespace lingerd::sim {

struct study_table {
  phrase name;
  phrase claim;  // the published claim, and what is counted here
  tables::table table;
  std::vector<phrase> verdict;
};

// The tables of report.study ("tutorial", "headers"); empty for any other.
std::vector<study_table> study_of(const report& r);

// The cost of listening alone: a run's bytes without starts, sends and the opening and closing of
// connections, which are the same for every transport. Those are taken from the model.
struct listening {
  double events = 0;  // received, including a client's own messages
  double app_bytes = 0;
  double wire_bytes = 0;
  double app_per_event() const { return events > 0 ? app_bytes / events : 0; }
  double wire_per_event() const { return events > 0 ? wire_bytes / events : 0; }
};
listening listening_of(const report& r, const run& run);

}  // namespace lingerd::sim
