#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "bench/load/stamp.hpp"

namespace load {

// Durations in microseconds, each kept.
class latencies {
 public:
  void add(microseconds_t one) { all_.push_back(one); }
  std::size_t size() const { return all_.size(); }

  // The value that a share `q` of them lies below; 0 without any. Sorts.
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
