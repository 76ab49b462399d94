#pragma once

#include <chrono>
#include <vector>

#include "core/loop/clock.hpp"
#include "sim/report/report.hpp"

namespace lingerd::sim {

// Counts the events of each second of a run. Times passed in must not decrease.
class timeline {
 public:
  // Starts at `now`; earlier events are dropped.
  void begin(instant now);
  void attempted(instant now) { current(now).attempted++; }
  void acknowledged(instant now) { current(now).acknowledged++; }
  void error(instant now) { current(now).errors++; }
  void delivered(instant now, std::uint64_t us) {
    current(now).delivered++;
    latencies_us_.push_back(us);
  }
  // All seconds; the last one may be incomplete.
  std::vector<second> take(instant now);
  // The last complete second, for a progress line.
  const second& last() const { return last_; }

 private:
  second& current(instant now);
  void close_second();

  instant begin_{};
  second current_;
  second last_;
  std::vector<second> all_;
  std::vector<std::uint64_t> latencies_us_;  // of the current second
  bool has_begun_ = false;
};

}  // namespace lingerd::sim
