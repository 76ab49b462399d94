#pragma once

#include <string>

#include "sim/load/load_options.hpp"
#include "sim/load/load_target.hpp"
#include "sim/report/report.hpp"

namespace lingerd::sim {

// Measures each mode in turn and returns the report. Throws std::runtime_error with a readable
// sentence if a run cannot begin: an address that does not answer, a token file that does not fit.
// A server that ends in mid-run does not throw: the run is marked as cut.
report run_load(const load_options& options);

// For other load targets: a report without runs, and one run on a target that is added to it.
// `number` is the prefix of progress lines ("2/6 ").
report begin_report(const load_options& options);
void add_run(report& r, const load_options& options, const listening_mode& mode,
             load_target& target, const std::string& number);

// 0 if every run is correct, valid and complete; otherwise 1.
int exit_code_of(const report& r);

}  // namespace lingerd::sim
