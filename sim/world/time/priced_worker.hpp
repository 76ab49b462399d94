#pragma once

#include <deque>
#include <functional>
#include <utility>

#include "core/loop/loop.hpp"
#include "core/loop/owned_timer.hpp"
#include "core/loop/worker.hpp"

namespace lingerd {

// The worker of a virtual world. Jobs run one after the other, as on a thread: each runs inline
// when its turn comes, and completes after its price in virtual time. `loop` outlives it.
class priced_worker final : public worker {
 public:
  priced_worker(loop& loop, instant price) : priced_worker(loop, [price] { return price; }) {}
  // `price` is called once for each job.
  priced_worker(loop& loop, std::function<instant()> price)
      : loop_(loop), price_(std::move(price)), timer_(*this) {}

  void submit(job& j) override {
    waiting_.push_back(&j);
    if (waiting_.size() == 1) begin();
  }

  // A job has run and has not completed.
  bool is_under_way() const { return !waiting_.empty(); }

 private:
  void begin() {
    waiting_.front()->run();
    loop_.set_timer(timer_, loop_.now() + price_());
  }
  void finish() {
    job* j = waiting_.front();
    waiting_.pop_front();
    if (!waiting_.empty()) begin();
    j->done();
  }

  loop& loop_;
  const std::function<instant()> price_;
  std::deque<job*> waiting_;
  owned_timer<priced_worker, &priced_worker::finish> timer_;
};

}  // namespace lingerd
