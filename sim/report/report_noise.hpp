#pragma once

#include <cstdint>

#include "sim/report/report.hpp"

namespace lingerd::sim {

// How far a run's figure may be off by chance, told from how it differs from second to second:
// three standard errors, as a part of its mean. 0 where the seconds do not tell.
double noise_of(const run& r, std::uint64_t second::*figure);

}  // namespace lingerd::sim
