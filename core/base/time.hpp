#pragma once

#include <chrono>
#include <cstdint>

namespace lingerd {

// Monotonic time since some origin: for every wait.
using instant = std::chrono::nanoseconds;

// Milliseconds since 1970 in UTC: for what people read. Order never depends on it.
using wall_ms = std::int64_t;

}  // namespace lingerd
