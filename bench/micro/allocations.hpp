#pragma once

#include <benchmark/benchmark.h>

#include <cmath>
#include <cstddef>
#include <cstdint>

namespace lingerd::bench {

// Blocks of memory that operator new has given so far; 0 for ever in a sanitized build, which has
// an operator new of its own.
std::uint64_t allocation_count();

// Counts the blocks that are taken while it lives: a benchmark's counter "blocks", for each of the
// `parts` of an iteration. Only where they can be counted.
class allocation_counter {
 public:
  explicit allocation_counter(benchmark::State& state, std::size_t parts_per_iteration = 1)
      : state_(state), parts_(parts_per_iteration), initial_count_(allocation_count()) {}
  allocation_counter(const allocation_counter&) = delete;
  allocation_counter& operator=(const allocation_counter&) = delete;
  ~allocation_counter() {
    const std::uint64_t final_count = allocation_count();
    if (final_count == 0 || state_.iterations() == 0) return;
    const auto parts = static_cast<double>(state_.iterations()) * static_cast<double>(parts_);
    // To a hundredth: buffers that grow once in a while are no part of the count.
    state_.counters["blocks"] =
        std::round(static_cast<double>(final_count - initial_count_) / parts * 100) / 100;
  }

 private:
  benchmark::State& state_;
  const std::size_t parts_;
  const std::uint64_t initial_count_;
};

}  // namespace lingerd::bench
