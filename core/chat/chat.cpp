#include "core/chat/chat.hpp"

#include <utility>

#include "core/base/coverage.hpp"
#include "core/base/planted_faults.hpp"
#include "core/chat/history.hpp"
#include "core/chat/rules.hpp"
#include "core/chat/start.hpp"
#include "core/loop/one_shot.hpp"

namespace lingerd {
namespace {

// Fills the state from the store, row by row.
class state_loader final : public row_sink {
 public:
  explicit state_loader(chat_state& state) : state_(state) {}
  void on_meta(const meta_row& row) override {
    state_.epoch = row.epoch;
    state_.horizon = row.last_id;
  }
  void on_user(const user_row& row) override { state_.directory.absorb(row); }
  void on_friend(const friend_row& row) override { state_.directory.absorb(row); }
  void on_group(const group_row& row) override { state_.directory.absorb(row); }
  void on_member(const member_row& row) override { state_.directory.absorb(row); }
  void on_read(const read_row& row) override { state_.directory.absorb(row); }
  void on_session(const session_row& row) override { state_.sessions.absorb(row); }
  void on_conversation(conversation conversation, const message_head& newest) override {
    state_.directory.absorb(conversation, newest);
  }

 private:
  chat_state& state_;
};

}  // namespace

chat::chat(lingerd::loop& loop, store& store, const limits& bounds)
    : loop_(loop),
      store_(store),
      bounds_(bounds),
      wall_(loop.time()),
      state_(loop, bounds),
      commits_(loop, store, bounds),
      reads_(loop, state_.directory, commits_, bounds),
      publisher_(state_, commits_, reads_),
      feed_(loop, state_, store, bounds) {
  store_.set_listener(publisher_);
}

chat::~chat() = default;

void chat::load() {
  state_loader loader(state_);
  store_.load(loader);
  state_.fanout.start_at(state_.horizon);
  planted::note_start(state_.horizon);
  state_.presence.start_at(wall_.read().now);
}

result<change> chat::prepare_send(user_id sender, conversation target, std::string text,
                                  std::string cid) {
  if (cid.empty()) {
    // With a cid this may repeat a message that was allowed: apply() decides.
    const result<void> allowed = rules::may_send(state_.directory, sender, target);
    if (!allowed) return allowed.error();
  }
  const result<void> room = commits_.check_room();
  if (!room) return room.error();
  send_message message;
  message.sender = sender;
  message.target = target;
  message.text = std::move(text);
  message.cid = std::move(cid);
  const wall_clock::reading now = wall_.read();
  message.timestamp = now.now;
  message.unsynced = !now.synced;
  return change(std::move(message));
}

task<result<chat::sent>> chat::send(user_id sender, conversation target, std::string text,
                                    std::string cid) {
  result<change> prepared = prepare_send(sender, target, std::move(text), std::move(cid));
  if (!prepared) co_return prepared.error();
  waiter sleeper(loop_);
  pending_send pending(commits_, std::move(*prepared), sleeper);
  co_await sleeper.wait(wake::done);
  co_return pending.take();
}

result<void> chat::note_typing(user_id user, conversation conversation) {
  const result<void> allowed = rules::may_send(state_.directory, user, conversation);
  if (!allowed) return allowed;
  const bool in_group = conversation.is_group();
  state_.typing.add(user, in_group,
                    in_group ? conversation.group() : conversation.other_than(user));
  return {};
}

result<void> chat::check_cursor(std::string_view epoch, change_id after) const {
  if (epoch == state_.epoch && after <= state_.horizon) return {};
  coverage::hit(coverage::branch::cursor_expired);
  return refusal(error::cursor_expired, "this cursor is not of this server's life; start again");
}

task<result<std::string>> chat::start(user_id reader) {
  return read_start(loop_, state_, store_, reads_, reader);
}

task<result<std::string>> chat::history(user_id reader, conversation conversation, change_id before,
                                        std::size_t limit) {
  return read_history(loop_, state_, store_, reader, conversation, before, limit);
}

task<result<std::string>> chat::password_hash(user_id user) {
  one_shot<result<std::string>> reply(loop_);
  store_.read_password_hash(user, reply.callback());
  co_await reply.asleep.wait(wake::done);
  co_return reply.take();
}

}  // namespace lingerd
