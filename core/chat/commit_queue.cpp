#include "core/chat/commit_queue.hpp"

#include <utility>

#include "core/base/check.hpp"
#include "core/base/coverage.hpp"

namespace lingerd {

commit_queue::place::place(commit_queue& queue, change&& change, waiter& sleeper)
    : queue_(queue), ticket_(queue.store_.append(std::move(change))), sleeper_(sleeper) {
  CHECK(ticket_ == queue.first_ticket_ + queue.places_.size());
  queue.places_.push_back(this);
}

commit_queue::place::~place() {
  if (ticket_ < queue_.first_ticket_) return;
  coverage::hit(coverage::branch::commit_left);
  queue_.places_[ticket_ - queue_.first_ticket_] = nullptr;
}

void commit_queue::place::settle(applied&& outcome) {
  outcome_.emplace(std::move(outcome));
  sleeper_.signal(wake::done);
}

result<applied> commit_queue::place::take() {
  CHECK(outcome_.has_value());
  if (outcome_->refused) {
    coverage::hit(coverage::branch::refused_in_apply);
    return std::move(*outcome_->refused);
  }
  return std::move(*outcome_);
}

result<void> commit_queue::check_room() const {
  if (has_room()) return {};
  coverage::hit(coverage::branch::queue_full);
  return refusal(error::overloaded, "too many changes wait for the disk");
}

task<result<applied>> commit_queue::commit(change change) {
  const result<void> room = check_room();
  if (!room) co_return room.error();
  waiter sleeper(loop_);
  place place(*this, std::move(change), sleeper);
  co_await sleeper.wait(wake::done);
  co_return place.take();
}

task<std::vector<result<applied>>> commit_queue::commit_all(std::vector<change> changes) {
  std::deque<waiter> sleepers;
  std::deque<place> places;
  for (change& one : changes) {
    waiter& sleeper = sleepers.emplace_back(loop_);
    places.emplace_back(*this, std::move(one), sleeper);
  }
  std::vector<result<applied>> outcomes;
  for (std::size_t i = 0; i < places.size(); ++i) {
    co_await sleepers[i].wait(wake::done);
    outcomes.push_back(places[i].take());
  }
  co_return outcomes;
}

std::uint64_t commit_queue::append_unwatched(change change) {
  const std::uint64_t ticket = store_.append(std::move(change));
  CHECK(ticket == first_ticket_ + places_.size());
  places_.push_back(nullptr);
  return ticket;
}

void commit_queue::settle(std::uint64_t ticket, applied&& outcome) {
  CHECK(!places_.empty());
  CHECK(ticket == first_ticket_);
  place* const waiting = places_.front();
  places_.pop_front();
  ++first_ticket_;
  if (!waiting) return;
  outcome.message.reset();  // it has moved on to the streams
  waiting->settle(std::move(outcome));
}

}  // namespace lingerd
