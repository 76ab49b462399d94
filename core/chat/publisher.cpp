#include <algorithm>
#include <cstdint>

#include "core/chat/chat.hpp"
#include "core/base/check.hpp"
#include "core/chat/waiting_commit.hpp"
#include "core/chat/event_json.hpp"

// What is on disk becomes visible: the directory and the horizon move, the streams are told, and
// whoever waited for the change goes on.
namespace lingerd {

using kind = fanout::state::kind;

namespace {

// What a membership's last change was to its member.
enum class step : std::uint8_t { none, came, left };
step step_of(const member_row& m) {
  if (!m.is_in() && m.stays.back().until == m.changed) return step::left;
  return m.stays.back().from == m.changed ? step::came : step::none;
}

}  // namespace

void chat::on_committed(std::span<const std::uint64_t> tickets, std::span<applied> results) {
  CHECK(tickets.size() == results.size());
  for (std::size_t i = 0; i < results.size(); ++i) {
    CHECK(tickets[i] == first_ticket_ && !waiting_.empty());
    applied& a = results[i];
    if (!a.refused && !a.repeated) publish(a);
    settle_reads(tickets[i], a);
    waiting_commit* who = waiting_.front();
    waiting_.pop_front();
    ++first_ticket_;
    if (!who) continue;
    a.message.reset();
    who->settle(std::move(a));
  }
}

void chat::publish(applied& a) {
  const change_id before = horizon_;
  horizon_ = std::max(horizon_, a.id);
  // First everything that is known, then what is told: an event shows the whole change.
  for (const row_written& row : a.rows) {
    if (const auto* s = std::get_if<session_row>(&row)) {
      sessions_.absorb(*s);
    } else if (const auto* gone = std::get_if<session_ended>(&row)) {
      sessions_.absorb_end(gone->hash);
    } else {
      std::visit(
          [&](const auto& r) {
            if constexpr (requires { people_.absorb(r); }) people_.absorb(r);
          },
          row);
    }
  }
  for (const row_written& row : a.rows) publish(row, a, before);
  if (a.message) publish_message(std::move(*a.message));
}

void chat::publish(const row_written& row, const applied& of, change_id before) {
  if (const auto* u = std::get_if<user_row>(&row)) {
    if (u->changed <= before) return;
    fanout::event e;
    e.id = u->changed;
    e.of = {kind::profile, u->id, 0};
    wire::profile(e.bytes, *people_.user(u->id), e.id);
    const std::vector<user_id> to = who_sees(u->id);
    streams_.publish(std::move(e), to);
  } else if (const auto* f = std::get_if<friend_row>(&row)) {
    const person* other = people_.user(f->other);
    if (f->changed <= before || !other) return;
    fanout::event e;
    e.id = f->changed;
    e.of = {kind::friendship, f->other, 0};
    wire::friend_state(e.bytes, *other, f->state, e.id);
    const user_id to[] = {f->user};
    streams_.publish(std::move(e), to);
    presence_.friends_changed(f->user);
  } else if (const auto* g = std::get_if<group_row>(&row)) {
    publish_group(*g, before);
  } else if (const auto* m = std::get_if<member_row>(&row)) {
    publish_member(*m, of, before);
  } else if (const auto* r = std::get_if<read_row>(&row)) {
    if (r->changed <= before) return;
    fanout::event e;
    e.id = r->changed;
    e.of = {kind::read, r->user, r->in.key};
    wire::read(e.bytes, r->user, r->in, r->up_to, e.id);
    std::vector<user_id> to{r->user};
    if (!r->in.is_group()) to = {r->in.low(), r->in.high()};
    streams_.publish(std::move(e), to);
  }
}

void chat::publish_message(message_row m) {
  people_.absorb(m.in, m.head);
  presence_.sent(m.head.from);
  fanout::event e;
  e.id = m.head.id;
  e.bytes.reserve(160 + m.text.size() + m.text.size() / 8);
  wire::message(e.bytes, m);
  e.is_message = true;
  e.sender = m.head.from;
  e.cid = std::move(m.cid);
  if (m.in.is_group()) return streams_.publish_to_group(std::move(e), m.in.group());
  const user_id to[] = {m.in.low(), m.in.high()};
  streams_.publish(std::move(e), to);
}

void chat::publish_group(const group_row& g, change_id before) {
  if (g.changed <= before || g.removed) return;
  fanout::event e;
  e.id = g.changed;
  e.of = {kind::group, g.id, 0};
  wire::group_state(e.bytes, people_, *people_.group(g.id), e.id);
  streams_.publish_to_group(std::move(e), g.id);
}

void chat::publish_member(const member_row& m, const applied& of, change_id before) {
  if (m.changed <= before) return;
  const step made = step_of(m);
  // A role is told by the group's event. A stay that begins does so after that event, so its member
  // is told by another one; and who has left hears no more of the group's.
  if (made == step::none) return;
  // All who came or went by this change are told by one event: a group is founded with thousands.
  const auto is_with_him = [&](const row_written& row) {
    const auto* other = std::get_if<member_row>(&row);
    return other && other->group == m.group && other->changed == m.changed &&
           step_of(*other) == made;
  };
  auto at = std::find_if(of.rows.begin(), of.rows.end(), is_with_him);
  if (&std::get<member_row>(*at) != &m) return;  // told with the first of them
  std::vector<user_id> to;
  for (; at != of.rows.end(); at = std::find_if(at + 1, of.rows.end(), is_with_him)) {
    to.push_back(std::get<member_row>(*at).user);
  }
  std::sort(to.begin(), to.end());
  to.erase(std::unique(to.begin(), to.end()), to.end());
  fanout::event e;
  e.id = m.changed;
  e.of = {kind::group, m.group, 0};
  if (made == step::left) {
    wire::group_left(e.bytes, m.group, e.id);
  } else {
    wire::group_state(e.bytes, people_, *people_.group(m.group), e.id);
  }
  streams_.publish(std::move(e), to);
}

std::vector<user_id> chat::who_sees(user_id u) const {
  std::vector<user_id> all{u};
  const person* p = people_.user(u);
  for (const friend_link& f : p->friends) {
    if (f.state != friendship::none || people_.newest(conversation::single(u, f.other))) {
      all.push_back(f.other);
    }
  }
  for (const group_id g : p->groups) {
    if (!people_.is_member(g, u)) continue;
    for (const member_link& m : people_.group(g)->members) {
      if (m.is_in()) all.push_back(m.user);
    }
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

}  // namespace lingerd
