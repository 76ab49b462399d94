#include "core/base/coverage.hpp"
#include "core/base/planted_faults.hpp"
#include "core/base/refusals.hpp"
#include "core/state/apply_entry.hpp"

// Sending and reading.
namespace lingerd::applying {

namespace {

// Whether `c` may be sent; sets `membership` to the sender's if the target is a group.
bool may_send(entry& e, const send_message& c, std::optional<member_row>& membership) {
  if (c.target.is_group()) {
    const auto g = e.rows.group(c.target.group());
    if (!g || g->removed) {
      e.refuse(refusals::no_such_group());
      return false;
    }
    membership = e.rows.member(g->id, c.sender);
    if (!membership || !membership->is_in()) {
      e.refuse(refusals::not_a_member());
      return false;
    }
    return true;
  }
  const user_id other = c.target.other_than(c.sender);
  const auto f = e.rows.friendship_of(c.sender, other);
  if (f && f->state == friendship::agreed) return true;
  const auto u = e.rows.user(other);
  if (!u || u->removed) {
    e.refuse(refusals::no_such_user());
  } else {
    e.refuse(refusals::not_friends());
  }
  return false;
}

// Whether the cid was used before; then sets the result: the first message, or a refusal.
bool is_repeated(entry& e, const send_message& c) {
  if (c.cid.empty()) return false;
  const auto before = e.rows.sent(c.sender, c.cid);
  if (!before) return false;
  if (planted::is_forgotten(before->id)) return false;
  const auto m = e.rows.message(before->conversation, before->id);
  if (!m) return false;
  if (before->conversation != c.target || m->text != c.text) {
    coverage::hit(coverage::branch::cid_conflict);
    e.refuse(error::cid_conflict, "this cid was used for another message");
    return true;
  }
  e.out.id = m->head.id;
  e.out.timestamp = m->timestamp;
  e.out.repeated = true;
  coverage::hit(coverage::branch::cid_repeated);
  return true;
}

// Sending marks all earlier messages as read, with a change id below the message's.
void read_before_sending(entry& e, const send_message& c, const message_head& head,
                         std::uint64_t others) {
  if (others == 0) return;
  read_row mark =
      e.rows.read_mark(c.sender, c.target).value_or(read_row{c.sender, c.target, 0, 0, 0});
  if (mark.others >= others) return;
  mark.others = others;
  mark.up_to = std::max(mark.up_to, head.id);
  mark.changed = e.new_id();
  e.write(mark);
}

}  // namespace

void apply_one(entry& e, const send_message& c) {
  if (is_repeated(e, c)) return;
  std::optional<member_row> membership;
  if (!may_send(e, c, membership)) return;

  const auto head = e.rows.newest(c.target);
  message_row m;
  m.conversation = c.target;
  m.head.sender = c.sender;
  m.head.number = head ? head->number + 1 : 1;
  std::uint64_t own = 0;  // messages of the sender in this conversation so far
  if (membership) {
    own = membership->sent;
  } else if (head) {
    own = head->number - others_in_single(*head, c.sender);
  }
  if (head) read_before_sending(e, c, *head, head->number - own);
  m.head.number_from = own + 1;
  m.timestamp =
      planted::is(planted::fault::timestamp_back) ? c.timestamp : e.stamp(c.timestamp, c.unsynced);
  m.head.id = e.new_id();
  m.unsynced = c.unsynced;
  m.text = c.text;
  m.cid = c.cid;
  e.rows.put(m);
  if (membership) {
    membership->sent = own + 1;
    e.write(*membership);
  }
  if (!c.cid.empty()) e.rows.put(sent_row{c.sender, c.cid, c.target, m.head.id});
  e.out.timestamp = m.timestamp;
  e.out.message = std::move(m);
}

void apply_one(entry& e, const mark_read& c) {
  std::optional<member_row> membership;
  change_id visible = change_id_max;
  if (c.conversation.is_group()) {
    membership = e.rows.member(c.conversation.group(), c.user);
    if (!membership) {
      e.refuse(refusals::not_a_member());
      return;
    }
    if (!membership->is_in()) visible = membership->stays.back().until - 1;
  }
  const auto head = e.rows.newest(c.conversation, std::min(c.up_to, visible));
  if (!head) return;
  read_row mark =
      e.rows.read_mark(c.user, c.conversation).value_or(read_row{c.user, c.conversation, 0, 0, 0});
  const std::uint64_t others =
      membership ? others_in_group(*head, membership->sent) : others_in_single(*head, c.user);
  if (head->id <= mark.up_to) return;
  mark.up_to = head->id;
  // Later messages of the reader would make the group's subtraction too small; but sending them
  // marked all earlier ones as read, so the mark is already at or above.
  mark.others = std::max(mark.others, others);
  mark.changed = e.new_id();
  e.write(mark);
}

}  // namespace lingerd::applying
