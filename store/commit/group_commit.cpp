#include "store/commit/group_commit.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <string>
#include <utility>

#include "core/base/check.hpp"
#include "core/base/log.hpp"

namespace lingerd {

group_commit::group_commit(backend& backend, loop& loop, worker& storage, const limits& bounds,
                           options options)
    : loop_(loop),
      storage_(storage),
      bounds_(bounds),
      options_(std::move(options)),
      batch_(backend, bounds),
      end_of_turn_(*this),
      end_of_window_(*this),
      end_of_failing_(*this) {
  CHECK(bounds.batch_changes > 0);
}

std::uint64_t group_commit::append(change c) {
  if (!is_dated_) {
    first_queued_ = loop_.now();
    is_dated_ = true;
  }
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    queue_.push_back(std::move(c));
  }
  if (!is_in_flight_) loop_.defer(end_of_turn_);
  return ++last_ticket_;
}

void group_commit::submit_when_due() {
  if (is_in_flight_ || pending() == 0) return;
  const instant due = first_queued_ + options_.window;
  if (pending() < bounds_.batch_changes && loop_.now() < due) {
    if (!end_of_window_.is_set()) loop_.set_timer(end_of_window_, due);
    return;
  }
  submit();
}

void group_commit::submit() {
  end_of_window_.cancel();
  is_dated_ = pending() > bounds_.batch_changes;  // then some changes stay queued
  is_in_flight_ = true;
  storage_.submit(*this);
}

// On the storage thread.
void group_commit::take_queue() {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (queue_.size() <= bounds_.batch_changes) {
    batch_.changes.swap(queue_);
    return;
  }
  const auto end = queue_.begin() + static_cast<std::ptrdiff_t>(bounds_.batch_changes);
  std::move(queue_.begin(), end, std::back_inserter(batch_.changes));
  queue_.erase(queue_.begin(), end);
}

void group_commit::done() {
  CHECK(listener_ && batch_.results.size() == batch_.changes.size());
  tickets_.resize(batch_.results.size());
  std::iota(tickets_.begin(), tickets_.end(), last_delivered_ + 1);
  last_delivered_ += tickets_.size();
  if (pending() == 0) is_dated_ = false;
  // Still in flight: changes that the listener appends wait for the next batch.
  listener_->on_committed(tickets_, batch_.results);
  batch_.changes.clear();
  is_in_flight_ = false;
  report();
  submit_when_due();
}

// Two lines, however many batches are lost and however many get through in between.
void group_commit::report() {
  const auto& failure = batch_.failure;
  if (!failure) {
    if (failing_.is_under_way() && !end_of_failing_.is_set()) {
      loop_.set_timer(end_of_failing_, failing_.end());
    }
    return;
  }
  end_of_failing_.cancel();
  if (failing_.show(loop_.now())) log::error("changes are refused: " + failure->message);
  if (failure->kind == store_failure::unusable && !is_fatal_reported_) {
    is_fatal_reported_ = true;
    log::error("the database takes no changes until the server is started again: " +
               failure->message);
    if (options_.fatal) options_.fatal(failure->message);
  }
}

void group_commit::report_end() {
  if (failing_.pass(loop_.now())) log::info("changes are stored again");
}

}  // namespace lingerd
