#include "http/api/pending_message.hpp"

namespace lingerd {

std::optional<response> pending_message::begin(waiter& asleep) {
  if (form_ == form::classic) message_.cid.clear();
  const std::optional<message_refusal> refused = commit_.begin(std::move(message_), asleep);
  if (!refused) return std::nullopt;
  response answer = refuse(refused->why);
  if (refused->retry_after.count() > 0) {
    answer.fields += "Retry-After: " + std::to_string(refused->retry_after.count()) + "\r\n";
  }
  return answer;
}

response pending_message::outcome(std::string& body) {
  return sent_response(commit_.take(), form_ == form::classic, body);
}

pending::step pending_message::resume(event reason, connection_io& io) {
  loop_scratch& scratch = io.connections.scratch;
  if (reason == event::started) {
    std::optional<response> refused = begin(io.waiter);
    if (!refused) return step::wait;
    scratch.answer = std::move(*refused);
  } else {
    scratch.answer = outcome(scratch.body);
  }
  return step::answer;
}

}  // namespace lingerd
