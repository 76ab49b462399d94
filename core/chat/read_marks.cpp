#include "core/chat/read_marks.hpp"

#include <algorithm>

#include "core/base/coverage.hpp"
#include "core/chat/rules.hpp"

namespace lingerd {
namespace {

// The mark may be written later: the disk, or the queue for it, has no room now.
bool is_temporary(const refusal& refused) {
  return refused.code == error::storage_full || refused.code == error::overloaded;
}

}  // namespace

read_marks::read_marks(lingerd::loop& loop, const directory& directory, commit_queue& commits,
                       const limits& bounds)
    : loop_(loop), directory_(directory), commits_(commits), bounds_(bounds), timer_(*this) {}

result<void> read_marks::mark(user_id user, conversation conversation, change_id up_to) {
  const result<void> allowed = rules::may_read(directory_, user, conversation);
  if (!allowed) return allowed;
  const message_head* newest = directory_.newest(conversation);
  if (!newest) return {};
  up_to = std::min(up_to, newest->id);
  const read_mark* stored = directory_.read_mark_of(user, conversation);
  if (stored && stored->up_to >= up_to) return {};
  mark_read wanted;
  wanted.user = user;
  wanted.conversation = conversation;
  wanted.up_to = up_to;
  gather(wanted);
  return {};
}

void read_marks::gather(const mark_read& mark) {
  change_id& up_to = gathered_[{mark.user, mark.conversation}];
  up_to = std::max(up_to, mark.up_to);
  set_timer();
}

void read_marks::set_timer() {
  if (!timer_.is_set()) loop_.set_timer(timer_, loop_.now() + bounds_.read_gather);
}

mark_read read_marks::take(std::map<std::pair<user_id, conversation>, change_id>::iterator entry) {
  mark_read mark;
  mark.user = entry->first.first;
  mark.conversation = entry->first.second;
  mark.up_to = entry->second;
  gathered_.erase(entry);
  return mark;
}

void read_marks::flush() {
  while (!gathered_.empty() && commits_.has_room()) {
    const mark_read mark = take(gathered_.begin());
    const std::uint64_t ticket = commits_.append_unwatched(change(mark));
    in_flight_.push_back({ticket, mark});
  }
  if (gathered_.empty()) return;
  coverage::hit(coverage::branch::marks_wait);
  set_timer();
}

task<void> read_marks::flush_of(user_id user) {
  for (;;) {
    const auto entry = gathered_.lower_bound({user, conversation{}});
    if (entry == gathered_.end() || entry->first.first != user) co_return;
    const mark_read mark = take(entry);
    change wanted = mark;
    const result<applied> done = co_await commits_.commit(std::move(wanted));
    if (done) continue;
    if (is_temporary(done.error())) gather(mark);
    co_return;
  }
}

void read_marks::settle(std::uint64_t ticket, const applied& outcome) {
  if (in_flight_.empty() || in_flight_.front().ticket != ticket) return;
  const mark_read mark = in_flight_.front().mark;
  in_flight_.pop_front();
  if (outcome.refused && is_temporary(*outcome.refused)) gather(mark);
}

}  // namespace lingerd
