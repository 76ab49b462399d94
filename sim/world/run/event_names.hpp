#pragma once

#include <string>
#include <vector>

#include "core/base/coverage.hpp"
#include "sim/world/check/counter_map.hpp"

namespace lingerd::sim {

// The name under which a rare branch of the server is counted: "rare." and the branch's own.
std::string counter_name(coverage::branch b);

// All events that a world counts (faults, actions, rare branches) and that `counters` lack.
std::vector<std::string> missing_events(const counter_map& counters);

}  // namespace lingerd::sim
