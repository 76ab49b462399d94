#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "bench/load/timestamp.hpp"

namespace load {

// Durations in microseconds. Keeps every one, so that quantiles are exact.
class latencies {
 public:
  void add(microseconds_t latency) { all_.push_back(latency); }
  std::size_t size() const { return all_.size(); }

  // The value below which a share `q` (0 to 1) of them lies; 0 if there are none. Sorts.
  microseconds_t quantile(double q) {
    if (all_.empty()) return 0;
    std::sort(all_.begin(), all_.end());
    const auto i = static_cast<std::size_t>(q * static_cast<double>(all_.size()));
    return all_[std::min(i, all_.size() - 1)];
  }

 private:
  std::vector<microseconds_t> all_;
};

}  // namespace load
