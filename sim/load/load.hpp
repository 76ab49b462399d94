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
  std::vector<listening_mode> modes{{}};  // one run each, the same schedule
  std::size_t clients = 1000;
  std::chrono::seconds duration{30};  // the steady phase
  std::chrono::seconds wait{100};     // a hold, of long polls
  double rate_per_s = 200;            // messages, all together
  std::size_t text_bytes = 100;
  std::string groups;  // "10x100": ten groups of a hundred; empty: pairs
  std::uint64_t seed = 1;
  std::string url;               // empty: a server of its own
  std::filesystem::path tokens;  // with url: the users as they are
  std::filesystem::path linger;  // the program to start; beside our own
  std::string command_line;      // for the report

  // Told about twice a second; the text is one line.
  std::function<void(const std::string& line)> progress;
  // Set from a signal handler: end in order, report what there is.
  const std::atomic<bool>* stop = nullptr;
};

// Runs each way after the other and reports. Throws std::runtime_error with a sentence for a
// person: an address that does not answer, a token file that does not fit. A server that dies in
// mid-run is no exception: the run is cut, and says so.
report run_load(const load_options& options);

// For other stages: a report without runs, and one way's run on a stage, added to it.
report begin_report(const load_options& options);
void add_run(report& r, const load_options& options, const listening_mode& mode,
             load_target& target, const std::string& number);

// 0 where every run is clean, valid and whole; else 1.
int exit_code_of(const report& r);

}  // namespace lingerd::sim
