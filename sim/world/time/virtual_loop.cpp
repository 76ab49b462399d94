#include "sim/world/time/virtual_loop.hpp"

namespace lingerd {

void virtual_loop::run_until(instant end) {
  for (;;) {
    do {
      end_turn();
    } while (!is_idle());
    const auto deadline = next_deadline();
    if (!deadline || *deadline > end) {
      clock_.move_to(end);
      return;
    }
    simultaneous_ = *deadline == clock_.now() ? simultaneous_ + 1 : 0;
    clock_.move_to(*deadline);
    fire_timers();
    if (simultaneous_ > simultaneous_max_) return;
  }
}

}  // namespace lingerd
