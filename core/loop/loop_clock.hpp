#pragma once

#include <optional>

#include "core/loop/clock.hpp"

namespace lingerd {

// A clock that stands still for a turn of the loop, as in a virtual world. It reads `source` on the
// first call and keeps the value until the loop has nothing left to run: one request with its
// answer reads the clock about ten times.
class loop_clock final : public clock {
 public:
  // `source` outlives it.
  explicit loop_clock(clock& source) : source_(source) {}

  instant now() override {
    if (!now_) now_ = source_.now();
    return *now_;
  }
  wall_ms wall() override {
    if (!wall_) wall_ = source_.wall();
    return *wall_;
  }
  bool wall_is_synced() override { return source_.wall_is_synced(); }
  void on_turn_end() override {
    now_.reset();
    wall_.reset();
  }

 private:
  clock& source_;
  std::optional<instant> now_;
  std::optional<wall_ms> wall_;
};

}  // namespace lingerd
