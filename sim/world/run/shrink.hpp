#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "sim/world/run/world.hpp"

namespace lingerd::sim {

// Makes a failing world smaller while it still breaks the same invariant: fewer kinds of faults,
// users, devices, groups and actions, less time. Returns the overrides that make the smallest world
// found; `overrides` where the world does not fail.
recipe_overrides shrink(std::uint64_t seed, const recipe_overrides& overrides,
                        const world_options& options,
                        const std::function<void(const std::string&)>& progress);

// The command that runs such a world again.
std::string command_of(std::uint64_t seed, const recipe_overrides& overrides);

}  // namespace lingerd::sim
