#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "core/loop.hpp"
#include "core/store.hpp"
#include "core/worker.hpp"
#include "store/commit_batch.hpp"

namespace lingerd {

// The loop's side of committing: changes queue up while a batch is on its way to the disk, and
// everything queued goes into the next one. Under load the batches grow by themselves.
//
//   append ──► queue ── end of the turn, or the window is over ──► batch in flight ──► listener
//
// Invariants: (1) one batch is in flight at most; (2) changes are applied, and told of, in the
// order of their tickets; (3) a queue that is not empty has somebody who will submit it: the batch
// in flight, the deferred node or the timer.
class group_commit final : private job {
 public:
  // How long the first change of a batch waits for company: spares the flash, costs latency.
  // `fatal` is called on the loop, once, when the database can take no more writes until a restart.
  struct options {
    std::chrono::milliseconds window{0};
    std::function<void(std::string_view)> fatal;
  };

  // All of these outlive it; the worker has stopped before it goes.
  group_commit(backend& to, loop& on, worker& storage, const limits& bounds, options how);

  void set_listener(append_listener& l) { listener_ = &l; }
  std::uint64_t append(change c);
  std::size_t pending() const { return queue_.size() + committing_; }

 private:
  struct end_of_turn : ready_node {
    explicit end_of_turn(group_commit& of)
        : ready_node([](ready_node& n) { static_cast<end_of_turn&>(n).owner.submit_when_due(); }),
          owner(of) {}
    group_commit& owner;
  };
  struct end_of_window : timer {
    explicit end_of_window(group_commit& of)
        : timer([](timer& t) { static_cast<end_of_window&>(t).owner.submit_when_due(); }),
          owner(of) {}
    group_commit& owner;
  };

  void submit_when_due();
  void submit();
  void run() override { batch_.commit(); }
  void done() override;
  void report();

  loop& loop_;
  worker& storage_;
  const limits& bounds_;
  const options how_;
  append_listener* listener_ = nullptr;

  std::vector<change> queue_;
  std::uint64_t last_ticket_ = 0;
  instant first_queued_{};          // when the queue's first change came
  commit_batch batch_;              // the worker's while in flight
  bool in_flight_ = false;
  std::size_t committing_ = 0;      // changes in flight that nobody was told of yet
  std::uint64_t told_ = 0;          // the last ticket that the listener heard of
  std::vector<std::uint64_t> tickets_;
  end_of_turn end_of_turn_;
  end_of_window end_of_window_;
  bool failing_ = false;            // the last batch was lost
  bool fatal_told_ = false;
};

}  // namespace lingerd
