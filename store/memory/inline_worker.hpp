#pragma once

#include <deque>

#include "core/loop/worker.hpp"

namespace lingerd {

// A worker without a thread: jobs run on the caller's thread, when run_one() or run_all() is
// called, or at the end of submit(). For tests and tools. A job that a done() submits waits for its
// turn.
class inline_worker final : public worker {
 public:
  enum class when { told, at_once };
  explicit inline_worker(when how = when::told) : mode_(how) {}

  void submit(job& j) override {
    queue_.push_back(&j);
    if (mode_ == when::at_once && !busy_) run_all();
  }

  // Runs the oldest job and calls its done(); false if there is none.
  bool run_one() {
    busy_ = true;
    job* const next = begin_one();
    if (next) next->done();
    busy_ = false;
    return next != nullptr;
  }
  // Runs the oldest job and leaves its done() to the caller, as a thread leaves it to the loop;
  // null if there is none.
  job* begin_one() {
    if (queue_.empty()) return nullptr;
    job* const next = queue_.front();
    queue_.pop_front();
    next->run();
    return next;
  }
  // Until none is left, those included that come meanwhile. Returns how many.
  std::size_t run_all() {
    std::size_t n = 0;
    while (run_one()) ++n;
    return n;
  }
  std::size_t waiting() const { return queue_.size(); }
  // Drops all queued jobs, as thread_worker::stop() does.
  void stop() { queue_.clear(); }

 private:
  const when mode_;
  bool busy_ = false;
  std::deque<job*> queue_;
};

}  // namespace lingerd
