#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "sim/load/load.hpp"

namespace lingerd::sim {

// What the worlds of a report cost.
struct world_effort {
  std::uint64_t events = 0;  // arrivals on wires, other deadlines, resumed coroutines
  double wall_s = 0;
  double virtual_s = 0;
};

// As run_load(), but in virtual worlds without faults: a new world for each mode, one after the
// other. The report's clock is "virtual"; its trace hash covers all worlds. Throws
// std::runtime_error where the options ask for too few or too many clients.
report run_world_load(const load_options& options, bool clock_is_synced, world_effort& effort);

// 16 hexadecimal digits.
std::string hex_of(std::uint64_t hash);

}  // namespace lingerd::sim
