#pragma once

#include <atomic>
#include <chrono>
#include <string>

#include "sim/report/report.hpp"

// What the commands of linger-sim say on a terminal.
namespace lingerd::sim {

// A line that is rewritten in place on a terminal; elsewhere a plain line whenever the phase
// changes, and every few seconds.
class progress_line {
 public:
  explicit progress_line(bool is_quiet);
  ~progress_line() { end(); }
  progress_line(const progress_line&) = delete;
  progress_line& operator=(const progress_line&) = delete;

  void show(const std::string& text);
  // Leaves the terminal clean for what follows.
  void end();

 private:
  const bool is_quiet_;
  const bool is_terminal_;
  bool is_shown_ = false;
  std::string phase_;
  std::chrono::steady_clock::time_point told_{};
};

// Set by the first Ctrl-C or SIGTERM; the second one ends the program.
const std::atomic<bool>* stop_on_signals();

// A table, one line a run.
void print_summary(const report& r);
// On stderr what went wrong, a line for each run that is not clean; nothing otherwise.
void print_findings(const report& r);

// How we were called, from /proc.
std::string own_command_line();

}  // namespace lingerd::sim
