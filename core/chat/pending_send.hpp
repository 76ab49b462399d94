#pragma once

#include "core/chat/chat.hpp"
#include "core/chat/commit_queue.hpp"

namespace lingerd {

// A message on its way to the disk, as chat::begin_send() returns it. Owned by the caller;
// destroyed early, the message is sent all the same and nobody learns of it.
class chat::pending_send {
 public:
  // `queue` and `sleeper` outlive it.
  pending_send(commit_queue& queue, change&& change, waiter& sleeper)
      : place_(queue, std::move(change), sleeper) {}

  // The outcome, once. REQUIRES: `sleeper` was signalled wake::done.
  result<sent> take();

 private:
  commit_queue::place place_;
};

}  // namespace lingerd
