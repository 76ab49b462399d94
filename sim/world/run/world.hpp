#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "sim/report/report.hpp"
#include "sim/world/net/network.hpp"
#include "sim/world/check/event_log.hpp"
#include "sim/world/check/recipe.hpp"
#include "sim/world/check/world_context.hpp"
#include "sim/world/check/violation.hpp"

namespace lingerd::sim {

// What became of a world.
struct outcome {
  std::optional<violation> failed;
  std::uint64_t trace_hash = 0;
  std::uint64_t events = 0;  // arrivals on wires, other deadlines, coroutines that went on
  instant lasted{};          // virtual
  unsigned lives = 0;        // of the server
  message_counts counts;
  latencies latency_us;
  wire_counts wire;
  tally happened;
};

struct world_options {
  std::filesystem::path scratch = "/dev/shm";  // for LMDB's files: a folder of its own in it
  wire_tap* tap = nullptr;
  notes* told = nullptr;  // to be filled
};

// Runs a world from its beginning to its end, in this thread. First everything may go wrong that
// its recipe says, then all that heals, and everybody has to come to know everything; at the end
// all leave, and nothing may be left.
outcome run_world(const recipe& made, const world_options& options);

}  // namespace lingerd::sim
