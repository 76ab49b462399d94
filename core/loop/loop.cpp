#include "core/loop/loop.hpp"

namespace lingerd {

void loop::defer(ready_node& n) {
  if (n.is_linked()) return;
  const bool first = deferred_.empty();
  deferred_.push_back(n);
  if (first) on_deferred();
}

void loop::set_timer(timer& t, instant deadline) {
  if (timers_.is_beyond(deadline)) timers_.move_on(clock_.now());
  timers_.set(t, deadline);
  // Not compared with the earliest timer: finding it would order the timers of a slot.
  if (deadline >= announced_) return;
  announced_ = deadline;
  on_earlier_deadline(deadline);
}

std::optional<instant> loop::next_deadline() {
  const auto next = timers_.next();
  announced_ = next.value_or(instant::max());
  return next;
}

void loop::run_all(queue& q) {
  while (!q.empty()) {
    ready_node& n = q.front();
    q.pop_front();
    ++ran_;
    n.run_(n);
  }
}

void loop::run_ready() {
  run_all(ready_);
  clock_.on_turn_end();
}

void loop::end_turn() {
  run_ready();
  // Nodes deferred while this runs belong to the next turn.
  queue now;
  now.swap(deferred_);
  run_all(now);
  run_ready();
}

void loop::fire_timers() {
  announced_ = instant::max();
  ran_ += timers_.fire(clock_.now());
  run_ready();
}

}  // namespace lingerd
