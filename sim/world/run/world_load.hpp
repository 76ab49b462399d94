#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "sim/load/load.hpp"

namespace lingerd::sim {

// What a world had to do for a report.
struct world_effort {
  std::uint64_t events = 0;  // arrivals on wires, other deadlines, coroutines that went on
  double wall_s = 0;
  double virtual_s = 0;
};

// The same as run_load(), in virtual worlds without trouble: each way after the other, each in a
// world of its own. The report's clock is "virtual", and its trace hash is that of all of them.
report run_world_load(const load_options& options, bool clock_is_synced, world_effort& effort);

std::string hex_of(std::uint64_t hash);

}  // namespace lingerd::sim
