#pragma once

#include "core/loop/clock.hpp"

namespace lingerd {

// The wall clock, with implausible steps removed. Machines without a battery clock start with an
// arbitrary wall clock until a time service sets it, and one bad step must not pin timestamps to
// the far future. Until the clock is synced, a leap of more than a day against the monotonic clock
// is ignored.
class wall_clock {
 public:
  explicit wall_clock(clock& source) : source_(source) {}

  struct reading {
    wall_ms now = 0;
    bool synced = false;
  };
  reading read();

 private:
  clock& source_;
  bool started_ = false;
  wall_ms last_ = 0;
  instant last_at_{};
  bool synced_ = false;
  instant asked_at_{};
};

}  // namespace lingerd
