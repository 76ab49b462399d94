#include "core/base/refusals.hpp"
#include "core/state/apply_entry.hpp"

// Groups and memberships.
namespace lingerd::applying {
namespace {

std::optional<group_row> existing(entry& e, group_id id) {
  auto g = e.rows.group(id);
  if (g && !g->removed) return g;
  e.refuse(refusals::no_such_group());
  return std::nullopt;
}

// Whether `initiator` manages the group: its owner, an admin, or the administrator.
bool may_manage(entry& e, const group_row& g, user_id initiator) {
  if (initiator == 0) return true;
  const auto m = e.rows.member(g.id, initiator);
  if (!m || !m->is_in()) {
    e.refuse(refusals::not_a_member());
    return false;
  }
  if (m->rank != role::admin && g.owner != initiator) {
    e.refuse(error::forbidden, "only the owner and admins of the group may do this");
    return false;
  }
  return true;
}

bool may_own(entry& e, const group_row& g, user_id initiator) {
  if (initiator == 0 || initiator == g.owner) return true;
  const auto m = e.rows.member(g.id, initiator);
  if (m && m->is_in()) {
    e.refuse(error::forbidden, "only the owner of the group may do this");
  } else {
    e.refuse(refusals::not_a_member());
  }
  return false;
}

bool are_friends(entry& e, user_id a, user_id b) {
  const auto f = e.rows.friendship_of(a, b);
  return f && f->state == friendship::agreed;
}

// Whether the user may join one more group. Groups that the user left are bounded too: they stay
// readable, and every read of the user's streams visits them.
bool has_room_for_group(entry& e, user_id user) {
  std::size_t present = 0;
  std::size_t ever = 0;
  e.rows.for_each_group_of(user, [&](group_id g) {
    const auto m = e.rows.member(g, user);
    ++ever;
    if (m && m->is_in()) ++present;
    return true;
  });
  return present < e.bounds.groups_per_user && ever < e.bounds.groups_ever_per_user;
}

// Whether `user` exists and has room for one more group.
bool may_join(entry& e, user_id user) {
  const auto u = e.rows.user(user);
  if (!u || u->removed) {
    e.refuse(refusals::no_such_user());
    return false;
  }
  if (!has_room_for_group(e, user)) {
    e.refuse(error::limit_reached, "this user is in too many groups");
    return false;
  }
  return true;
}

// Begins a stay: the member sees messages from `id` on; earlier ones count as read.
void join_group(entry& e, const group_row& g, user_id user, role rank, change_id id) {
  auto m = e.rows.member(g.id, user);
  const bool was_member = m.has_value();
  if (!was_member) {
    m.emplace();
    m->group = g.id;
    m->user = user;
  }
  m->rank = rank;
  m->stays.push_back({id, 0});
  m->changed = id;
  e.write(*m);
  const auto target = conversation::group(g.id);
  if (const auto head = e.rows.newest(target)) {
    read_row mark = e.rows.read_mark(user, target).value_or(read_row{user, target, 0, 0, 0});
    mark.up_to = head->id;
    mark.others = others_in_group(*head, m->sent);
    // A former member may have open pages that still count messages unread then: they get an event.
    if (was_member) mark.changed = e.new_id();
    e.write(mark);
  }
}

void end_group(entry& e, group_row& g, change_id id) {
  std::vector<member_row> present;
  e.rows.for_each_member(g.id, [&](const member_row& m) {
    if (m.is_in()) present.push_back(m);
    return true;
  });
  for (member_row& m : present) leave_group(e, g, std::move(m), id);
  g.removed = true;
  g.changed = id;
  e.write(g);
}

}  // namespace

void leave_group(entry& e, group_row& g, member_row m, change_id id) {
  const auto head = e.rows.newest(conversation::group(g.id));
  m.stays.back().until = id;
  m.rank = role::member;
  m.last_number = head ? head->number : 0;
  m.changed = id;
  e.write(m);
  --g.members;
}

void leave_all_groups(entry& e, user_id user) {
  std::vector<group_id> groups;
  e.rows.for_each_group_of(user, [&](group_id g) {
    groups.push_back(g);
    return true;
  });
  for (const group_id gid : groups) {
    auto g = e.rows.group(gid);
    auto m = e.rows.member(gid, user);
    if (!g || g->removed || !m || !m->is_in()) continue;
    const change_id id = e.new_id();
    if (g->owner == user) {
      std::optional<member_row> heir;
      e.rows.for_each_member(gid, [&](const member_row& other) {
        if (other.user == user || !other.is_in()) return true;
        if (!heir || (heir->rank != role::admin && other.rank == role::admin)) heir = other;
        return heir->rank != role::admin;
      });
      if (!heir) {
        end_group(e, *g, id);
        continue;
      }
      heir->rank = role::admin;
      heir->changed = id;
      g->owner = heir->user;
      e.write(*heir);
    }
    leave_group(e, *g, std::move(*m), id);
    g->changed = id;
    e.write(*g);
  }
}

void apply_one(entry& e, const add_group& c) {
  std::vector<user_id> others = c.members;
  std::sort(others.begin(), others.end());
  others.erase(std::unique(others.begin(), others.end()), others.end());
  std::erase(others, c.owner);
  const auto room = c.max_members == 0 ? e.bounds.max_members_default : c.max_members;
  if (room > e.bounds.members_per_group) {
    return e.refuse(error::bad_request, "max_members is too large");
  }
  if (others.size() + 1 > room) {
    return e.refuse(refusals::group_full(room));
  }
  if (!may_join(e, c.owner)) return;
  for (const user_id u : others) {
    if (!may_join(e, u)) return;
    if (c.initiator != 0 && !are_friends(e, c.initiator, u)) {
      return e.refuse(refusals::only_own_friends());
    }
  }
  group_row g;
  g.id = e.new_party();
  g.name = c.name;
  g.brief = c.brief;
  g.owner = c.owner;
  g.max_members = static_cast<std::uint32_t>(room);
  g.members = static_cast<std::uint32_t>(others.size() + 1);
  g.changed = e.new_id();
  e.write(g);
  join_group(e, g, c.owner, role::admin, g.changed);
  for (const user_id u : others) join_group(e, g, u, role::member, g.changed);
}

void apply_one(entry& e, const edit_group& c) {
  auto g = existing(e, c.group);
  if (!g || !may_manage(e, *g, c.initiator)) return;
  std::optional<member_row> heir;
  if (c.owner && *c.owner != g->owner) {
    if (!may_own(e, *g, c.initiator)) return;
    heir = e.rows.member(g->id, *c.owner);
    if (!heir || !heir->is_in()) {
      return e.refuse(error::not_member, "the new owner is not a member of the group");
    }
  }
  if (c.max_members) {
    if (*c.max_members > e.bounds.members_per_group || *c.max_members == 0) {
      return e.refuse(error::bad_request, "max_members is out of range");
    }
    if (*c.max_members < g->members) {
      return e.refuse(error::group_full, "the group has more members than that");
    }
  }
  const group_row before = *g;
  if (c.name) g->name = *c.name;
  if (c.brief) g->brief = *c.brief;
  if (c.max_members) g->max_members = *c.max_members;
  const bool same =
      g->name == before.name && g->brief == before.brief && g->max_members == before.max_members;
  if (same && !heir) return;
  const change_id id = e.new_id();
  if (heir) {
    g->owner = heir->user;
    heir->rank = role::admin;
    heir->changed = id;
    e.write(*heir);
  }
  g->changed = id;
  e.write(*g);
}

void apply_one(entry& e, const add_member& c) {
  auto g = existing(e, c.group);
  if (!g || !may_manage(e, *g, c.initiator)) return;
  const auto before = e.rows.member(g->id, c.user);
  if (before && before->is_in()) return;
  if (!may_join(e, c.user)) return;
  if (c.initiator != 0 && !are_friends(e, c.initiator, c.user)) {
    return e.refuse(refusals::only_own_friends());
  }
  if (g->members >= g->max_members) {
    return e.refuse(refusals::group_full(g->max_members));
  }
  if (before && before->stays.size() >= e.bounds.stays_per_member) {
    return e.refuse(error::limit_reached, "this user has come and gone too often");
  }
  g->changed = e.new_id();
  ++g->members;
  e.write(*g);
  join_group(e, *g, c.user, role::member, g->changed);
}

void apply_one(entry& e, const remove_member& c) {
  auto g = existing(e, c.group);
  if (!g) return;
  const bool leaves = c.initiator == c.user;
  if (!leaves && !may_manage(e, *g, c.initiator)) return;
  auto m = e.rows.member(g->id, c.user);
  if (!m || !m->is_in()) {
    if (leaves) return e.refuse(refusals::not_a_member());
    return e.refuse(refusals::user_not_a_member());
  }
  if (g->owner == c.user) {
    if (!leaves && c.initiator != 0)
      return e.refuse(error::forbidden, "the owner cannot be removed");
    return e.refuse(error::owner_must_stay, "the owner hands the group over first");
  }
  if (!leaves && c.initiator != 0 && c.initiator != g->owner && m->rank == role::admin) {
    return e.refuse(error::forbidden, "only the owner may remove an admin");
  }
  g->changed = e.new_id();
  leave_group(e, *g, std::move(*m), g->changed);
  e.write(*g);
}

void apply_one(entry& e, const set_role& c) {
  auto g = existing(e, c.group);
  if (!g || !may_own(e, *g, c.initiator)) return;
  auto m = e.rows.member(g->id, c.user);
  if (!m || !m->is_in()) {
    return e.refuse(refusals::user_not_a_member());
  }
  if (c.user == g->owner && c.rank != role::admin) {
    return e.refuse(error::owner_must_stay, "the owner is always an admin");
  }
  if (m->rank == c.rank) return;
  g->changed = e.new_id();
  m->rank = c.rank;
  m->changed = g->changed;
  e.write(*m);
  e.write(*g);
}

void apply_one(entry& e, const remove_group& c) {
  auto g = existing(e, c.group);
  if (!g || !may_own(e, *g, c.initiator)) return;
  end_group(e, *g, e.new_id());
}

}  // namespace lingerd::applying
