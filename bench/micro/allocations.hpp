#pragma once

#include <benchmark/benchmark.h>

#include <cmath>
#include <cstddef>
#include <cstdint>

namespace lingerd::bench {

// The number of blocks that operator new has returned so far; always 0 in a sanitized build, which
// has an operator new of its own.
std::uint64_t allocation_count();

// Counts the allocations during its lifetime and reports them as the benchmark's counter "blocks":
// for each of the `parts_per_iteration`. Reports nothing in a sanitized build.
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
    // Rounded to a hundredth, so that buffers that grow now and then do not count.
    state_.counters["blocks"] =
        std::round(static_cast<double>(final_count - initial_count_) / parts * 100) / 100;
  }

 private:
  benchmark::State& state_;
  const std::size_t parts_;
  const std::uint64_t initial_count_;
};

}  // namespace lingerd::bench
