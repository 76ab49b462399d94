#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sim/world/run/world.hpp"

namespace lingerd::sim {

struct seeds_options {
  std::uint64_t first = 1;
  std::uint64_t last = 1;
  recipe_overrides overrides;
  bool count_all = false;       // goes on after a failure
  unsigned repeat_percent = 0;  // of the worlds are run twice: the traces must be the same
  world_options world;
  std::function<void(const std::string& line)> progress;  // called about twice a second
  const std::atomic<bool>* stop = nullptr;
};

struct failed_seed {
  std::uint64_t seed = 0;
  sim::violation violation;
};

// The result of many worlds.
struct seeds_outcome {
  std::uint64_t worlds = 0;
  std::uint64_t repeated = 0;
  std::vector<failed_seed> failed;  // the first hundred
  std::uint64_t failures = 0;
  std::optional<std::uint64_t> irreproducible;  // a seed whose second trace was different
  std::uint64_t events = 0;
  std::uint64_t trace_hash = 0;  // of all traces, in the order of the seeds
  instant duration{};            // virtual, the sum
  unsigned long lives = 0;
  double wall_s = 0;
  message_counts counts;
  latencies latency_us;  // deliver.max is the maximum of all worlds, the rest is the last world's
  wire_counts wire;
  counter_map counters;
  bool was_cut = false;  // stopped by `stop`

  bool is_clean() const { return failures == 0 && !irreproducible; }
};

// Runs the worlds of all seeds from `first` to `last`, one after the other.
seeds_outcome run_seeds(const seeds_options& options);

}  // namespace lingerd::sim
