#pragma once

#include <cstdint>
#include <vector>

#include "sim/report/report.hpp"

namespace lingerd::sim {

// How long things took, in microseconds: a log-linear histogram. Each power of two is cut into 128
// equal parts, so that a value is known to 0.8 % and below 256 µs exactly; a few KiB whatever
// comes.
class histogram {
 public:
  void record(std::uint64_t us);
  std::uint64_t count() const { return count_; }
  std::uint64_t max() const { return max_; }

  // The least recorded value that at least this part of all does not exceed, rounded up to the end
  // of its part; 0 where nothing was recorded.
  std::uint64_t at(double quantile) const;
  percentiles summary() const;
  // For a picture with a log axis: denser towards 1, and the greatest at the end.
  std::vector<curve_point> curve() const;

 private:
  std::vector<std::uint64_t> buckets_;
  std::uint64_t count_ = 0;
  std::uint64_t max_ = 0;
};

}  // namespace lingerd::sim
