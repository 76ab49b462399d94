#pragma once

#include <benchmark/benchmark.h>

#include <cmath>
#include <cstddef>
#include <cstdint>

namespace lingerd::bench {

// Blocks of memory that operator new has given so far; 0 for ever in a sanitized build, which has
// an operator new of its own.
std::uint64_t blocks_taken();

// Counts the blocks that are taken while it lives: a benchmark's counter "blocks", for each of the
// `parts` of an iteration. Only where they can be counted.
class blocks_counted {
 public:
  explicit blocks_counted(benchmark::State& of, std::size_t parts = 1)
      : state_(of), parts_(parts), before_(blocks_taken()) {}
  blocks_counted(const blocks_counted&) = delete;
  blocks_counted& operator=(const blocks_counted&) = delete;
  ~blocks_counted() {
    const std::uint64_t after = blocks_taken();
    if (after == 0 || state_.iterations() == 0) return;
    const auto all = static_cast<double>(state_.iterations()) * static_cast<double>(parts_);
    // To a hundredth: buffers that grow once in a while are no part of the count.
    state_.counters["blocks"] = std::round(static_cast<double>(after - before_) / all * 100) / 100;
  }

 private:
  benchmark::State& state_;
  const std::size_t parts_;
  const std::uint64_t before_;
};

}  // namespace lingerd::bench
