#pragma once

#include <optional>

#include "core/chat.hpp"
#include "core/check.hpp"
#include "core/rare.hpp"
#include "core/waiter.hpp"

namespace lingerd {

// Somebody who waits for a change to be on disk. It lives in his frame; should the frame go first,
// its place in the queue is left empty.
class chat::waiting_commit {
 public:
  waiting_commit(chat& c, std::uint64_t ticket) : asleep(c.loop_), chat_(c), ticket_(ticket) {
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

  waiter asleep;
  std::optional<applied> outcome;

 private:
  chat& chat_;
  std::uint64_t ticket_;
};

}  // namespace lingerd
