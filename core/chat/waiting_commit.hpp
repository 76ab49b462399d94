#pragma once

#include <optional>

#include "core/chat/chat.hpp"
#include "core/base/check.hpp"
#include "core/base/coverage.hpp"
#include "core/loop/waiter.hpp"

namespace lingerd {

// The place of somebody who waits for a change to be on disk: he is signalled wake::done when the
// outcome is here. Should he go first, his place in the queue is left empty.
class chat::waiting_commit {
 public:
  // `sleeper` outlives it.
  waiting_commit(chat& c, std::uint64_t ticket, waiter& sleeper)
      : chat_(c), ticket_(ticket), sleeper_(sleeper) {
    CHECK(ticket == c.first_ticket_ + c.waiting_.size());
    c.waiting_.push_back(this);
  }
  waiting_commit(const waiting_commit&) = delete;
  waiting_commit& operator=(const waiting_commit&) = delete;
  ~waiting_commit() {
    if (ticket_ < chat_.first_ticket_) return;
    rare::took(rare::branch::commit_left);
    chat_.waiting_[ticket_ - chat_.first_ticket_] = nullptr;
  }

  void settle(applied&& a) {
    outcome_.emplace(std::move(a));
    sleeper_.signal(wake::done);
  }
  // REQUIRES: he was signalled. Once.
  result<applied> take() {
    if (outcome_->refused) {
      rare::took(rare::branch::refused_in_apply);
      return std::move(*outcome_->refused);
    }
    return std::move(*outcome_);
  }

 private:
  chat& chat_;
  const std::uint64_t ticket_;
  waiter& sleeper_;
  std::optional<applied> outcome_;
};

}  // namespace lingerd
