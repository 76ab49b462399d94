#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "core/base/limits.hpp"
#include "core/loop/task.hpp"
#include "core/loop/waiter.hpp"
#include "core/state/store.hpp"

namespace lingerd {

// Changes on their way to the disk, and the caller that waits for the outcome of each. Owned by the
// chat; on the loop's thread.
//
// Invariant: places_[i] belongs to ticket first_ticket_ + i, the order in which the store applies.
class commit_queue {
 public:
  // All of these outlive it.
  commit_queue(lingerd::loop& loop, store& store, const limits& bounds)
      : loop_(loop), store_(store), bounds_(bounds) {}
  commit_queue(const commit_queue&) = delete;
  commit_queue& operator=(const commit_queue&) = delete;

  // Where one caller waits: `sleeper` is signalled wake::done when the outcome is known. Destroyed
  // earlier, it leaves its place in the queue empty; the change is applied all the same.
  class place {
   public:
    // Appends the change. `queue` and `sleeper` outlive the place.
    place(commit_queue& queue, change&& change, waiter& sleeper);
    ~place();
    place(const place&) = delete;
    place& operator=(const place&) = delete;

    // The outcome, once. REQUIRES: `sleeper` was signalled wake::done.
    result<applied> take();

   private:
    friend class commit_queue;
    void settle(applied&& outcome);

    commit_queue& queue_;
    const std::uint64_t ticket_;
    waiter& sleeper_;
    std::optional<applied> outcome_;
  };

  // Whether another change may wait for the disk: fewer than limits.append_queue do.
  bool has_room() const { return store_.pending() < bounds_.append_queue; }
  // has_room(), or the refusal `overloaded`.
  result<void> check_room() const;

  // Appends a change and waits until it is on disk and published. Refused as apply() decides, or
  // `overloaded`.
  task<result<applied>> commit(change change);
  // The same for many, in their order, with one wait for the disk. Not bounded by has_room().
  task<std::vector<result<applied>>> commit_all(std::vector<change> changes);
  // Appends a change that nothing waits for; returns its ticket. Where clients cause it:
  // REQUIRES has_room().
  std::uint64_t append_unwatched(change change);

  // From the publisher, in the order of the tickets: the outcome of the oldest change.
  // REQUIRES: the ticket is the oldest one's.
  void settle(std::uint64_t ticket, applied&& outcome);

  // Changes that wait for the disk or are being committed.
  std::size_t size() const { return places_.size(); }

 private:
  lingerd::loop& loop_;
  store& store_;
  const limits& bounds_;
  std::deque<place*> places_;  // null: nothing waits for this one
  std::uint64_t first_ticket_ = 1;
};

}  // namespace lingerd
