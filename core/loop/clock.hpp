#pragma once

#include <chrono>

#include "core/base/time.hpp"

namespace lingerd {

// A deadline that need not be exact, moved back to a whole tenth of a second: of thousands of
// deadlines, those of one tenth fire together, and an idle board wakes once for them.
inline constexpr instant coalescing_step = std::chrono::milliseconds(100);
constexpr instant coalesced(instant deadline) { return deadline - deadline % coalescing_step; }

// Where time comes from. The server has the kernel's, a virtual world its own.
class clock {
 public:
  virtual ~clock() = default;
  virtual instant now() = 0;
  virtual wall_ms wall() = 0;
  // Whether the kernel believes its wall clock (a time service has set it).
  virtual bool wall_is_synced() = 0;
  // From the loop, when all that was ready has run: the next thing comes at another time.
  virtual void on_turn_end() {}
};

}  // namespace lingerd
