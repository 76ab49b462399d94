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
  recipe_wish wish;
  bool goes_on = false;         // counts all failures instead of stopping at the first
  unsigned repeat_percent = 0;  // of the worlds are run twice: their traces must be the same
  world_options each;
  std::function<void(const std::string& line)> progress;  // about twice a second
  const std::atomic<bool>* stop = nullptr;
};

struct failed_seed {
  std::uint64_t seed = 0;
  violation what;
};

// What became of many worlds.
struct seeds_outcome {
  std::uint64_t ran = 0;
  std::uint64_t repeated = 0;
  std::vector<failed_seed> failed;  // at most a hundred are kept
  std::uint64_t failures = 0;
  std::optional<std::uint64_t> unsteady;  // a seed whose second trace was another
  std::uint64_t events = 0;
  std::uint64_t trace_hash = 0;  // of all traces, in the order of the seeds
  instant lasted{};              // virtual, all together
  unsigned long lives = 0;
  double wall_s = 0;
  message_counts counts;
  latencies latency_us;  // the worst world's maximum, the last one's rest
  wire_counts wire;
  tally happened;
  bool was_cut = false;

  bool is_clean() const { return failures == 0 && !unsteady; }
  // What never happened, of all that is counted: troubles, actions, the server's rare branches.
  std::vector<std::string> never() const;
};

seeds_outcome run_seeds(const seeds_options& options);

// Makes a world that fails smaller while it still fails in the same clause: fewer kinds of trouble,
// people, actions, less time. Returns the wish that makes it so.
recipe_wish shrink(std::uint64_t seed, const recipe_wish& wish, const world_options& each,
                   const std::function<void(const std::string&)>& progress);

// The one command that runs such a world again.
std::string command_of(std::uint64_t seed, const recipe_wish& wish);

}  // namespace lingerd::sim
