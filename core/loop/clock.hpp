#pragma once

#include <chrono>

#include "core/base/time.hpp"

namespace lingerd {

// An inexact deadline, rounded down to a whole tenth of a second: waits that end within one tenth
// end together, and an idle machine wakes once for all of them.
inline constexpr instant coalescing_step = std::chrono::milliseconds(100);
constexpr instant coalesced(instant deadline) { return deadline - deadline % coalescing_step; }

// The source of time: the kernel in the server, a virtual clock in a simulated world.
class clock {
 public:
  virtual ~clock() = default;
  virtual instant now() = 0;
  virtual wall_ms wall() = 0;
  // Whether the kernel reports its wall clock as set by a time service.
  virtual bool wall_is_synced() = 0;
  // Called by the loop when all ready nodes have run: the next event comes at another time.
  virtual void on_turn_end() {}
};

}  // namespace lingerd
