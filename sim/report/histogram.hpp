#pragma once

#include <cstdint>
#include <vector>

#include "sim/report/report.hpp"

namespace lingerd::sim {

// Log-linear histogram of durations in microseconds. Each power of two is divided into 128 equal
// buckets: a value is exact below 256 µs and known to 0.8 % above. Takes a few KiB for any input.
class histogram {
 public:
  void record(std::uint64_t us);
  std::uint64_t count() const { return count_; }
  std::uint64_t max() const { return max_; }

  // The least recorded value that is not exceeded by the given part of all values, rounded up to
  // the end of its bucket; 0 if nothing was recorded.
  std::uint64_t value_at(double quantile) const;
  percentiles summary() const;
  // Points for a chart with a log axis: denser towards 1, the maximum last.
  std::vector<curve_point> curve() const;

 private:
  std::vector<std::uint64_t> buckets_;
  std::uint64_t count_ = 0;
  std::uint64_t max_ = 0;
};

}  // namespace lingerd::sim
