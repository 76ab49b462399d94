#pragma once

#include <deque>

#include "core/loop/worker.hpp"

namespace lingerd {

// A worker without a thread: jobs run on the caller's thread, when run_one() or run_all() is
// called, or at the end of submit(). For tests and tools. A job that a done() submits waits for its
// turn.
class inline_worker final : public worker {
 public:
  enum class mode { manual, immediate };
  explicit inline_worker(mode m = mode::manual) : mode_(m) {}

  void submit(job& j) override {
    queue_.push_back(&j);
    if (mode_ == mode::immediate && !busy_) run_all();
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
  const mode mode_;
  bool busy_ = false;
  std::deque<job*> queue_;
};

}  // namespace lingerd
