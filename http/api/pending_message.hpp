#pragma once

#include <optional>
#include <string>

#include "http/api/message_commit.hpp"
#include "http/connection/connection.hpp"

namespace lingerd {

// A message of a POST, as JSON or as the tutorial's form: answered when it is durable.
class pending_message final : public pending {
 public:
  enum class form : std::uint8_t { json, classic };

  // The context outlives it.
  pending_message(app_context& app, user_id sender, message_form message, form answered_as)
      : commit_(app, sender), message_(std::move(message)), form_(answered_as) {}

  wake_set wakes() const override { return static_cast<wake_set>(wake::done); }
  step resume(event reason, connection_io& io) override;

  // The two halves, without a connection. The response where the message is refused at once;
  // otherwise `asleep` is signalled wake::done when outcome() may be called, once. `asleep`
  // outlives this object.
  std::optional<response> begin(waiter& asleep);
  // The response's body may lie in `body`.
  response outcome(std::string& body);

 private:
  message_commit commit_;
  message_form message_;
  const form form_;
};

}  // namespace lingerd
