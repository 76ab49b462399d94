#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sim/client/transport.hpp"
#include "sim/load/load_target.hpp"
#include "sim/report/report.hpp"

namespace lingerd::sim {

struct load_options {
  std::vector<listening_mode> modes{{}};  // one run each, with the same schedule
  std::size_t clients = 1000;
  std::chrono::seconds duration{30};  // length of the steady phase
  std::chrono::seconds wait{100};     // hold of a long poll
  double rate_per_s = 200;            // messages of all clients together
  std::size_t text_bytes = 100;
  std::string groups;  // "10x100": ten groups of a hundred members; empty: friends in pairs
  std::uint64_t seed = 1;
  std::string url;               // empty: start a server for each run
  std::filesystem::path tokens;  // with url: file of the users and their tokens
  std::filesystem::path linger;  // the program to start; empty: the one beside this program
  std::string command_line;      // for the report

  // Called about twice a second with a text of one line.
  std::function<void(const std::string& line)> progress;
  // Set by a signal handler: end in order and report what was measured.
  const std::atomic<bool>* stop = nullptr;
};

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
