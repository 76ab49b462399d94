#include "http/api/pending_message.hpp"

namespace lingerd {

std::chrono::seconds take_message_allowance(app_context& context, user_id sender) {
  return context.guard.take_send(sender);
}

void count_message(app_context& context, const result<chat::sent>& outcome) {
  if (outcome && !outcome->repeated) ++context.counters.messages;
}

std::optional<refusal> pending_message::begin(waiter& asleep) {
  asleep.clear(wake::done);
  std::string cid = form_ == form::json ? std::move(message_.cid) : std::string();
  result<change> prepared = context_.chat.prepare_send(sender_, message_.target,
                                                       std::move(message_.text), std::move(cid));
  if (!prepared) return prepared.error();
  sending_.emplace(context_.chat.commits(), std::move(*prepared), asleep);
  return std::nullopt;
}

response pending_message::outcome(std::string& body) {
  const result<chat::sent> outcome = sending_->take();
  sending_.reset();
  count_message(context_, outcome);
  return sent_response(outcome, form_ == form::classic, body);
}

pending::step pending_message::resume(event reason, connection_io& io) {
  loop_scratch& scratch = io.home.scratch;
  if (reason == event::started) {
    const std::optional<refusal> refused = begin(io.asleep);
    if (!refused) return step::wait;
    scratch.answer = refuse(*refused);
  } else {
    scratch.answer = outcome(scratch.body);
  }
  return step::answer;
}

}  // namespace lingerd
