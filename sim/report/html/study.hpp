#pragma once

#include <vector>

#include "sim/report/html/phrase.hpp"
#include "sim/report/report.hpp"
#include "sim/report/html/tables.hpp"

// The two ready-made studies: a published table beside what was measured here.
namespace lingerd::sim {

struct study_table {
  phrase name;
  phrase says;  // what was claimed, and what is counted here
  tables::table table;
  std::vector<phrase> verdict;
};

// Of report.study: "tutorial", "headers"; nothing for any other.
std::vector<study_table> study_of(const report& r);

// What listening alone cost a run: its bytes without the starts, the sends and the connections'
// opening and closing, which are the same for every way. Those are taken from the model.
struct listening {
  double events = 0;  // that arrived, one's own messages included
  double app_bytes = 0;
  double wire_bytes = 0;
  double app_per_event() const { return events > 0 ? app_bytes / events : 0; }
  double wire_per_event() const { return events > 0 ? wire_bytes / events : 0; }
};
listening listening_of(const report& r, const run& one);

}  // namespace lingerd::sim
