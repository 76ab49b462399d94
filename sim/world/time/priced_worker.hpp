#pragma once

#include <deque>
#include <functional>
#include <utility>

#include "core/loop/loop.hpp"
#include "core/loop/worker.hpp"

namespace lingerd {

// A worker of a virtual world: a job runs inline when its turn comes, and is done after its price
// in virtual time. One after the other, as on a thread.
class priced_worker final : public worker {
 public:
  priced_worker(loop& on, instant price) : priced_worker(on, [price] { return price; }) {}
  // The price is asked for once a job.
  priced_worker(loop& on, std::function<instant()> price)
      : loop_(on),
        price_(std::move(price)),
        timer_([](timer& t) { static_cast<busy&>(t).owner.finish(); }, *this) {}

  void submit(job& j) override {
    waiting_.push_back(&j);
    if (waiting_.size() == 1) begin();
  }

  // A job has run, and its end was not told yet.
  bool is_under_way() const { return !waiting_.empty(); }

 private:
  struct busy : timer {
    busy(callback c, priced_worker& w) : timer(c), owner(w) {}
    priced_worker& owner;
  };

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
  busy timer_;
};

}  // namespace lingerd
