#pragma once

#include "sim/load/load.hpp"
#include "sim/world/run/seeds.hpp"

namespace lingerd::sim {

// What many worlds with trouble found, as a report with one run: their counts and bytes together.
// Its transport is "mixed" where each device chose its own.
report swarm_report(const seeds_outcome& all, const seeds_options& asked,
                    const std::string& command_line);

}  // namespace lingerd::sim
