#pragma once

#include "core/chat/commit_queue.hpp"

namespace lingerd {

// The outcome of a message that is on disk.
struct sent_message {
  change_id id = 0;
  wall_ms timestamp = 0;
  bool repeated = false;  // the cid was known: id and timestamp are the first message's
};

// A message on its way to the disk: appends the change of chat::prepare_send(). Owned by the
// caller; destroyed early, the message is stored all the same and its outcome is dropped.
class pending_send {
 public:
  // `queue` and `sleeper` outlive it.
  pending_send(commit_queue& queue, change&& change, waiter& sleeper)
      : place_(queue, std::move(change), sleeper) {}

  // The outcome, once. REQUIRES: `sleeper` was signalled wake::done.
  result<sent_message> take() {
    const result<applied> outcome = place_.take();
    if (!outcome) return outcome.error();
    sent_message message;
    message.id = outcome->id;
    message.timestamp = outcome->timestamp;
    message.repeated = outcome->repeated;
    return message;
  }

 private:
  commit_queue::place place_;
};

}  // namespace lingerd
