#pragma once

#include "sim/load/load.hpp"
#include "sim/world/run/seeds.hpp"

namespace lingerd::sim {

// The result of many small worlds as a report with one run: the sums of their counts and bytes. The
// transport is "mixed" unless the overrides fix it.
report swarm_report(const seeds_outcome& all, const seeds_options& options,
                    const std::string& command_line);

}  // namespace lingerd::sim
