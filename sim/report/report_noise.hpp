#pragma once

#include <cstdint>

#include "sim/report/report.hpp"

namespace lingerd::sim {

// Estimated random error of a run's figure, from its variation between seconds: three standard
// errors, relative to the mean. 0 if the seconds do not suffice.
double noise_of(const run& r, std::uint64_t second::*figure);

}  // namespace lingerd::sim
