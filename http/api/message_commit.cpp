#include "http/api/message_commit.hpp"

#include <string>
#include <utility>

#include "core/base/check.hpp"

namespace lingerd {

std::optional<message_refusal> message_commit::begin(message_form&& message, waiter& asleep) {
  CHECK(!sending_);
  const std::chrono::seconds wait = app_.rate_limits.take_message(sender_);
  if (wait.count() > 0) {
    const std::string text = "too many messages; wait " + std::to_string(wait.count()) + " s";
    return message_refusal{{error::too_many, text}, wait};
  }
  asleep.clear(wake::done);
  result<change> prepared = app_.chat.prepare_send(sender_, message.target, std::move(message.text),
                                                   std::move(message.cid));
  if (!prepared) return message_refusal{prepared.error()};
  sending_.emplace(app_.chat.commits(), std::move(*prepared), asleep);
  return std::nullopt;
}

result<sent_message> message_commit::take() {
  CHECK(sending_);
  const result<sent_message> outcome = sending_->take();
  sending_.reset();
  if (outcome && !outcome->repeated) ++app_.counters.messages;
  return outcome;
}

}  // namespace lingerd
