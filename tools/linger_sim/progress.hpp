#pragma once

#include <atomic>
#include <chrono>
#include <string>

#include "sim/report/report.hpp"

// Terminal output of the commands of linger-sim.
namespace lingerd::sim {

// A progress line: rewritten in place on a terminal; elsewhere a plain line at each change of phase
// and every few seconds.
class progress_line {
 public:
  explicit progress_line(bool is_quiet);
  ~progress_line() { end(); }
  progress_line(const progress_line&) = delete;
  progress_line& operator=(const progress_line&) = delete;

  void show(const std::string& text);
  // Clears the line, so that other output can follow.
  void end();

 private:
  const bool is_quiet_;
  const bool is_terminal_;
  bool is_shown_ = false;
  std::string phase_;
  std::chrono::steady_clock::time_point printed_at_{};
};

// A flag set by the first Ctrl-C or SIGTERM; the second one ends the program.
const std::atomic<bool>* stop_on_signals();

// Prints a table with one line for each run.
void print_summary(const report& r);
// Prints problems to stderr, a few lines for each run that is not clean; nothing otherwise.
void print_findings(const report& r);

// The command line of this process, from /proc.
std::string own_command_line();

}  // namespace lingerd::sim
