#include "sim/world/time/virtual_loop.hpp"

namespace lingerd {

void world_loop::run_until(instant end) {
  for (;;) {
    do {
      end_turn();
    } while (!is_idle());
    const auto next = next_deadline();
    if (!next || *next > end) {
      clock_.move_to(end);
      return;
    }
    at_once_ = *next == clock_.now() ? at_once_ + 1 : 0;
    clock_.move_to(*next);
    fire_timers();
    if (at_once_ > at_once_max_) return;
  }
}

}  // namespace lingerd
