#pragma once

#include <chrono>
#include <cstdint>

namespace lingerd {

// Monotonic time since an unspecified origin. All waits use it.
using instant = std::chrono::nanoseconds;

// Milliseconds since 1970 in UTC, for display. No order depends on it.
using wall_ms = std::int64_t;

}  // namespace lingerd
