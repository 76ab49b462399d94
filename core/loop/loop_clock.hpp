#pragma once

#include <optional>

#include "core/loop/clock.hpp"

namespace lingerd {

// A clock that stands still for a turn of the loop, as it does in a virtual world: it is read when
// it is first asked, and remembered until the loop has nothing left to run. A request and the
// answer to it ask about ten times.
class turn_clock final : public clock {
 public:
  // `source` outlives it.
  explicit turn_clock(clock& source) : source_(source) {}

  instant now() override {
    if (!now_) now_ = source_.now();
    return *now_;
  }
  wall_ms wall() override {
    if (!wall_) wall_ = source_.wall();
    return *wall_;
  }
  bool wall_is_synced() override { return source_.wall_is_synced(); }
  void turn_is_over() override {
    now_.reset();
    wall_.reset();
  }

 private:
  clock& source_;
  std::optional<instant> now_;
  std::optional<wall_ms> wall_;
};

}  // namespace lingerd
