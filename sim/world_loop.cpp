#include "sim/world_loop.hpp"

namespace lingerd {

std::uint64_t world_loop::run_until(instant end) {
  std::uint64_t deadlines = 0;
  for (;;) {
    do {
      end_turn();
    } while (!is_idle());
    const auto next = next_deadline();
    if (!next || *next > end) {
      clock_.move_to(end);
      return deadlines;
    }
    at_once_ = *next == clock_.now() ? at_once_ + 1 : 0;
    clock_.move_to(*next);
    fire_timers();
    ++deadlines;
    if (at_once_ > at_once_max_) return deadlines;
  }
}

}  // namespace lingerd
