#pragma once

#include <chrono>
#include <vector>

#include "core/loop/clock.hpp"
#include "sim/report/report.hpp"

namespace lingerd::sim {

// What happened in each second of a run. Time must not go back.
class time_line {
 public:
  // From now on; nothing counts before.
  void begin(instant now);
  void attempted(instant now) { at(now).attempted++; }
  void acknowledged(instant now) { at(now).acknowledged++; }
  void error(instant now) { at(now).errors++; }
  void delivered(instant now, std::uint64_t us) {
    at(now).delivered++;
    latencies_us_.push_back(us);
  }
  // All seconds, the last one cut where it is.
  std::vector<second> take(instant now);
  // The last whole second, for a progress line.
  const second& last() const { return last_; }

 private:
  second& at(instant now);
  void close_second();

  instant begin_{};
  second current_;
  second last_;
  std::vector<second> all_;
  std::vector<std::uint64_t> latencies_us_;  // of the current second
  bool has_begun_ = false;
};

}  // namespace lingerd::sim
