#pragma once

#include "tools/linger_sim/world_arguments.hpp"

namespace lingerd::sim {

// `linger-sim world` with faults: runs a small world for each seed, prints the result, and explains
// the first failing seed. Returns the exit code: 0 if no invariant was violated, every world that
// ran twice had the same trace, and the run was not stopped; otherwise 1. Throws
// CLI::ValidationError for wrong usage.
int run_seeds_command(world_arguments& a);

}  // namespace lingerd::sim
