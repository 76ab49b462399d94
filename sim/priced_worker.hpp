#pragma once

#include <deque>

#include "core/loop.hpp"
#include "core/worker.hpp"

namespace lingerd {

// A worker of a virtual world: a job runs inline when its turn comes, and is done after its price in
// virtual time. One after the other, as on a thread.
class priced_worker final : public worker {
 public:
  priced_worker(loop& on, instant price)
      : loop_(on),
        price_(price),
        timer_([](timer& t) { static_cast<busy&>(t).owner.finish(); }, *this) {}

  void submit(job& j) override {
    waiting_.push_back(&j);
    if (waiting_.size() == 1) begin();
  }

 private:
  struct busy : timer {
    busy(callback c, priced_worker& w) : timer(c), owner(w) {}
    priced_worker& owner;
  };

  void begin() {
    waiting_.front()->run();
    loop_.set_timer(timer_, loop_.now() + price_);
  }
  void finish() {
    job* j = waiting_.front();
    waiting_.pop_front();
    if (!waiting_.empty()) begin();
    j->done();
  }

  loop& loop_;
  instant price_;
  std::deque<job*> waiting_;
  busy timer_;
};

}  // namespace lingerd
