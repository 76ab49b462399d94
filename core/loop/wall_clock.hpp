#pragma once

#include "core/loop/clock.hpp"

namespace lingerd {

// The wall clock, as far as it can be trusted. Boards have no battery clock: until a time service
// has set it, the kernel's wall clock may be anything, and one bad step must not pin timestamps to
// the far future. Until it is synced, a leap of more than a day against the monotonic clock is not
// followed.
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
