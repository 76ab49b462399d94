#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "sim/report/report.hpp"
#include "sim/world/check/counter_map.hpp"
#include "sim/world/check/event_log.hpp"
#include "sim/world/check/recipe.hpp"
#include "sim/world/check/violation.hpp"
#include "sim/world/net/wire_tap.hpp"

namespace lingerd::sim {

// The result of one world.
struct outcome {
  std::optional<violation> failed;
  std::uint64_t trace_hash = 0;
  std::uint64_t events = 0;  // arrivals on wires, other deadlines, resumed coroutines
  instant duration{};        // virtual
  unsigned lives = 0;        // of the server
  message_counts counts;
  latencies latency_us;
  wire_counts wire;
  counter_map counters;
};

struct world_options {
  std::filesystem::path scratch = "/dev/shm";  // for LMDB's files, in a folder of their own
  wire_tap* tap = nullptr;
  event_log* log = nullptr;
};

// Runs a world to its end, in this thread. First the faults of its recipe happen; then they end,
// and every client must learn everything; at the end all clients leave, and nothing may be left.
outcome run_world(const recipe& recipe, const world_options& options);

}  // namespace lingerd::sim
