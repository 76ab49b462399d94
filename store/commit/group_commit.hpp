#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string_view>
#include <vector>

#include "core/base/log_state.hpp"
#include "core/loop/loop.hpp"
#include "core/loop/owned_timer.hpp"
#include "core/loop/worker.hpp"
#include "core/state/store.hpp"
#include "store/commit/commit_batch.hpp"

namespace lingerd {

// The loop's side of committing: changes queue up, and all that are queued when the storage thread
// begins form one batch. Under load the batches grow by themselves. Owned by durable_store; on the
// loop, except run().
//
//   append ──► queue ── end of the turn, or end of the window ──► the job is submitted
//                │                                                      │
//                └──────────────── taken when it begins ────────────────┴──► batch ──► listener
//
// If loop and storage share one core, the thread begins when the loop is idle, and changes that
// arrived in between are part of the batch.
//
// Invariants: (1) at most one batch is in flight; (2) changes are applied, and their results
// delivered, in the order of their tickets; (3) a queue that is not empty is submitted by the batch
// in flight, the deferred node or the timer; (4) both threads use the queue, under its mutex, and
// nothing else; a batch belongs to the storage thread while it is in flight.
class group_commit final : private job {
 public:
  // `window`: how long the first change of a batch waits for others; a longer one means fewer syncs
  // and more latency. `fatal` is called on the loop, once, when the database accepts no more writes
  // until a restart.
  struct options {
    std::chrono::milliseconds window{0};
    std::function<void(std::string_view)> fatal;
  };

  // REQUIRES: all arguments outlive this object; the worker has stopped before it is destroyed.
  group_commit(backend& backend, loop& loop, worker& storage, const limits& bounds,
               options options);

  void set_listener(append_listener& l) { listener_ = &l; }
  std::uint64_t append(change c);
  // Changes whose results the listener does not have yet.
  std::size_t pending() const { return static_cast<std::size_t>(last_ticket_ - last_delivered_); }
  // Messages in the memtable of the message index.
  std::size_t unindexed() const { return batch_.unindexed(); }

 private:
  struct end_of_turn : ready_node {
    explicit end_of_turn(group_commit& parent)
        : ready_node([](ready_node& n) { static_cast<end_of_turn&>(n).owner.submit_when_due(); }),
          owner(parent) {}
    group_commit& owner;
  };

  void submit_when_due();
  void submit();
  void take_queue();
  void run() override {
    take_queue();
    batch_.commit();
  }
  void done() override;
  void report();
  void report_end();

  loop& loop_;
  worker& storage_;
  const limits& bounds_;
  const options options_;
  append_listener* listener_ = nullptr;

  std::mutex mutex_;
  std::vector<change> queue_;  // under the mutex while a batch is in flight
  std::uint64_t last_ticket_ = 0;
  // Arrival of the queue's first change, or of the first one since the batch in flight was
  // submitted: never later than the arrival of the change that is now first.
  instant first_queued_{};
  bool is_dated_ = false;  // first_queued_ is set
  commit_batch batch_;
  bool is_in_flight_ = false;
  std::uint64_t last_delivered_ = 0;  // the last ticket delivered to the listener
  std::vector<std::uint64_t> tickets_;
  end_of_turn end_of_turn_;
  owned_timer<group_commit, &group_commit::submit_when_due> end_of_window_;
  log_state failing_;  // batches are lost
  owned_timer<group_commit, &group_commit::report_end> end_of_failing_;
  bool is_fatal_reported_ = false;
};

}  // namespace lingerd
