#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace lingerd::sim {

// How often events happened, by name.
using counter_map = std::map<std::string, std::uint64_t, std::less<>>;

}  // namespace lingerd::sim
