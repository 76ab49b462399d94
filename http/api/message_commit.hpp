#pragma once

#include <chrono>
#include <optional>

#include "core/chat/pending_send.hpp"
#include "http/api/app_context.hpp"
#include "http/api/message_form.hpp"

namespace lingerd {

// Why a message was not appended.
struct message_refusal {
  refusal why;
  std::chrono::seconds retry_after{0};  // 0: not known
};

// A user's message on its way to the disk, whichever transport it came on: limits it, appends it,
// and counts it once it is durable. Owned by whatever answers the client; destroyed early, the
// message is stored all the same.
class message_commit {
 public:
  // The context outlives it.
  message_commit(app_context& app, user_id sender) : app_(app), sender_(sender) {}

  // Takes the message out of the sender's allowance and appends it. `asleep` is signalled
  // wake::done when take() may be called; it outlives this object. Nothing is appended where a
  // refusal is returned.
  std::optional<message_refusal> begin(message_form&& message, waiter& asleep);
  // The outcome, once. REQUIRES: `asleep` was signalled wake::done.
  result<sent_message> take();

 private:
  app_context& app_;
  const user_id sender_;
  std::optional<pending_send> sending_;
};

}  // namespace lingerd
