#include "core/timers.hpp"

namespace lingerd {

void timers::set(timer& t, instant deadline) {
  t.cancel();
  t.deadline_ = deadline;
  t.sequence_ = ++sequence_;
  // Deadlines are mostly set in their own order (every hold has the same length), so the end is the
  // best guess.
  queue_.insert(queue_.end(), t);
}

std::optional<instant> timers::next() const {
  if (queue_.empty()) return std::nullopt;
  return queue_.begin()->deadline_;
}

std::size_t timers::fire(instant now) {
  std::size_t fired = 0;
  while (!queue_.empty() && queue_.begin()->deadline_ <= now) {
    timer& t = *queue_.begin();
    t.unlink();
    t.on_time_(t);
    ++fired;
  }
  return fired;
}

}  // namespace lingerd
