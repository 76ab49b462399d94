#pragma once

#include <optional>
#include <string>

#include "core/chat/pending_send.hpp"
#include "http/api/app_context.hpp"
#include "http/api/message_form.hpp"
#include "http/connection/connection.hpp"

namespace lingerd {

// How long the user must wait until it may send a message; zero where it may now, which takes it
// out of its allowance.
std::chrono::seconds take_message_allowance(app_context& context, user_id sender);
// Counts a message that is new on disk.
void count_message(app_context& context, const result<chat::sent>& outcome);

// A message of a POST on its way to the disk, as JSON or as the tutorial's form: answered when it
// is durable.
class pending_message final : public pending {
 public:
  enum class form : std::uint8_t { json, classic };

  // The context outlives it.
  pending_message(app_context& context, user_id sender, message_form message, form answered_as)
      : context_(context), message_(std::move(message)), sender_(sender), form_(answered_as) {}

  wake_set wakes() const override { return static_cast<wake_set>(wake::done); }
  step resume(event reason, connection_io& io) override;

  // The two halves, without a connection. `asleep` is signalled wake::done when outcome() may be
  // called, once; it outlives this object.
  std::optional<refusal> begin(waiter& asleep);
  // The response's body may lie in `body`.
  response outcome(std::string& body);

 private:
  app_context& context_;
  message_form message_;
  std::optional<chat::pending_send> sending_;
  const user_id sender_;
  const form form_;
};

}  // namespace lingerd
