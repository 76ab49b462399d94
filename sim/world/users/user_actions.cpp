#include "sim/world/users/user.hpp"

// Which actions users perform, and how often.
namespace lingerd::sim {

enum class user::action : std::uint8_t {
  send,
  send_to_group,
  send_burst,
  repeat_old,
  reuse_cid,
  send_without_permission,
  mark_read,
  announce_typing,
  befriend,
  unfriend,
  make_group,
  change_group,
  change_members,
  change_name,
  change_password,
  end_session,
  read_start,
  read_history,
  poll_old_cursor,
  send_malformed,
  count_
};

user::action user::choose_action() {
  struct weight {
    action kind;
    unsigned share;
  };
  constexpr weight weights[] = {
      {action::send, 300},           {action::send_to_group, 160},
      {action::send_burst, 30},      {action::repeat_old, 30},
      {action::reuse_cid, 15},       {action::send_without_permission, 20},
      {action::mark_read, 80},       {action::announce_typing, 20},
      {action::befriend, 40},        {action::unfriend, 12},
      {action::make_group, 20},      {action::change_group, 25},
      {action::change_members, 50},  {action::change_name, 20},
      {action::change_password, 14}, {action::end_session, 10},
      {action::read_start, 40},      {action::read_history, 40},
      {action::poll_old_cursor, 50}, {action::send_malformed, 10}};
  unsigned total = 0;
  for (const weight& w : weights) total += w.share;
  std::uint64_t remaining = below(total);
  for (const weight& w : weights) {
    if (remaining < w.share) return w.kind;
    remaining -= w.share;
  }
  return action::send;
}

// Not a coroutine itself: returns the action's task.
task<void> user::perform(action a) {
  switch (a) {
    case action::send: {
      const user* other = random_friend();
      if (!other) return befriend();
      return send_message(conversation::single(id_, other->id_), below(8) != 0);
    }
    case action::send_to_group: {
      const auto g = random_group();
      if (!g) return make_group();
      return send_message(conversation::group(*g), below(8) != 0);
    }
    case action::send_burst: return send_burst();
    case action::repeat_old: return repeat_old();
    case action::reuse_cid: return reuse_cid();
    case action::send_without_permission: return send_without_permission();
    case action::mark_read: return mark_read();
    case action::announce_typing: return announce_typing();
    case action::befriend: return befriend();
    case action::unfriend: return unfriend();
    case action::make_group: return make_group();
    case action::change_group: return change_group();
    case action::change_members: return change_members();
    case action::change_name: return change_name();
    case action::change_password: return change_password();
    case action::end_session: return end_session();
    case action::read_start: return read_start();
    case action::read_history: return read_history();
    case action::poll_old_cursor: return poll_old_cursor();
    case action::send_malformed: return send_malformed();
    case action::count_: break;
  }
  return announce_typing();
}

}  // namespace lingerd::sim
