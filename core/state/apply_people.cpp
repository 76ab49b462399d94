#include "core/base/planted_faults.hpp"
#include "core/base/refusals.hpp"
#include "core/base/text.hpp"
#include "core/state/apply_entry.hpp"

// Accounts, sessions, friendships.
namespace lingerd::applying {
namespace {

constexpr wall_ms day = 24 * 60 * 60 * 1000;

// The user, if the account exists; else refuses the change.
std::optional<user_row> existing(entry& e, user_id id) {
  auto u = e.rows.user(id);
  if (u && !u->removed) return u;
  e.refuse(refusals::no_such_user());
  return std::nullopt;
}

std::size_t count_friends(entry& e, user_id user) {
  std::size_t n = 0;
  e.rows.for_each_friend(user, [&](const friend_row& f) {
    if (f.state != friendship::none && f.state != friendship::asked_me) ++n;
    return true;
  });
  return n;
}

// Whether the user's list has room for `other`. Requests and ended friendships stay in the list and
// are bounded too, because every read of the user's streams visits them.
bool has_place_for(entry& e, user_id user, user_id other) {
  if (e.rows.friendship_of(user, other)) return true;
  std::size_t ever = 0;
  const std::size_t most = e.bounds.friends_ever_per_user;
  e.rows.for_each_friend(user, [&](const friend_row&) { return ++ever < most; });
  return ever < most;
}

// Whether the user may have one more friend; a friendship that the user requested counts already.
bool has_room_for(entry& e, const friend_row& f) {
  const std::size_t own = f.state == friendship::asked ? 1 : 0;
  return count_friends(e, f.user) - own < e.bounds.friends_per_user;
}

friend_row row_between(entry& e, user_id user, user_id other) {
  auto f = e.rows.friendship_of(user, other);
  if (f) return *f;
  friend_row fresh;
  fresh.user = user;
  fresh.other = other;
  return fresh;
}

void write_both(entry& e, friend_row mine, friendship my_state, friend_row theirs,
                friendship their_state, wall_ms now) {
  const change_id id = e.new_id();
  mine.state = my_state;
  theirs.state = their_state;
  mine.since = theirs.since = now;
  mine.changed = theirs.changed = id;
  e.write(mine);
  e.write(theirs);
}

}  // namespace

void end_sessions_of(entry& e, user_id user, const std::optional<token_hash>& keep) {
  std::vector<session_row> ending;
  e.rows.for_each_session([&](const session_row& s) {
    if (s.user == user && !(keep && s.hash == *keep)) ending.push_back(s);
    return true;
  });
  for (const session_row& s : ending) e.end_session(s);
}

void apply_one(entry& e, const add_user& c) {
  const std::string folded = fold(c.name);
  if (e.rows.named(folded)) return e.refuse(error::name_taken, "the name is taken");
  if (e.meta().users >= e.bounds.users) return e.refuse(error::limit_reached, "too many users");
  user_row u;
  u.id = e.new_party();
  u.name = c.name;
  u.display = c.display;
  u.password_hash = c.password_hash;
  u.admin = c.admin;
  u.changed = e.new_id();
  e.rows.put_name(folded, u.id);
  e.count_users(+1);
  e.write(u);
}

void apply_one(entry& e, const set_password& c) {
  auto u = existing(e, c.user);
  if (!u) return;
  if (!c.verified.empty() && c.verified != u->password_hash) {
    return e.refuse(error::forbidden, "the password was changed meanwhile");
  }
  e.new_id();
  u->password_hash = c.password_hash;
  e.write(*u);
  if (planted::is(planted::fault::session_stays)) return;
  end_sessions_of(e, c.user, c.keep);
}

void apply_one(entry& e, const set_display& c) {
  auto u = existing(e, c.user);
  if (!u) return;
  if (u->display == c.display) return;
  u->display = c.display;
  u->changed = e.new_id();
  e.write(*u);
}

void apply_one(entry& e, const set_disabled& c) {
  auto u = existing(e, c.user);
  if (!u) return;
  if (u->disabled == c.disabled) return;
  e.new_id();
  u->disabled = c.disabled;
  e.write(*u);
  if (c.disabled) end_sessions_of(e, c.user, std::nullopt);
}

void apply_one(entry& e, const remove_user& c) {
  auto u = existing(e, c.user);
  if (!u) return;
  leave_all_groups(e, c.user);
  // Groups, friendships and the account get separate ids: one reader may receive all three.
  const change_id id = e.new_id();
  std::vector<friend_row> ending;
  e.rows.for_each_friend(c.user, [&](const friend_row& f) {
    if (f.state != friendship::none) ending.push_back(f);
    return true;
  });
  for (friend_row& mine : ending) {
    friend_row theirs = row_between(e, mine.other, mine.user);
    mine.state = theirs.state = friendship::none;
    mine.changed = theirs.changed = id;
    e.write(mine);
    e.write(theirs);
  }
  e.rows.erase_name(fold(u->name));
  e.count_users(-1);
  u->removed = true;
  u->password_hash.clear();
  u->changed = e.new_id();
  e.write(*u);
  end_sessions_of(e, c.user, std::nullopt);
}

void apply_one(entry& e, const open_session& c) {
  const auto u = existing(e, c.user);
  if (!u) return;
  if (u->disabled) return e.refuse(error::not_signed_in, "this account is disabled");
  if (!c.verified.empty() && c.verified != u->password_hash) {
    return e.refuse(error::not_signed_in, "the password was changed meanwhile");
  }
  for (const token_hash& old : c.ending) {
    const auto gone = e.rows.session(old);
    if (gone && gone->user == c.user) e.end_session(*gone);
  }
  session_row s;
  s.hash = c.hash;
  s.user = c.user;
  s.id = e.new_id();
  s.created = s.used = c.now;
  e.write(s);
}

void apply_one(entry& e, const touch_session& c) {
  auto s = e.rows.session(c.hash);
  if (!s) return;
  // Moves back only if a clock that was not set had put it more than a day ahead.
  const wall_ms ahead = s->used - c.now;
  if (ahead >= 0 && ahead <= day) return;
  s->used = c.now;
  e.write(*s);
}

void apply_one(entry& e, const lingerd::end_session& c) {
  const auto s = e.rows.session(c.hash);
  if (s) e.end_session(*s);
}

void apply_one(entry& e, const end_session_by_id& c) {
  std::optional<session_row> found;
  e.rows.for_each_session([&](const session_row& s) {
    if (s.user == c.user && s.id == c.id) found = s;
    return !found;
  });
  if (!found) return e.refuse(refusals::no_such_session());
  e.end_session(*found);
}

void apply_one(entry& e, const ask_friend& c) {
  if (!existing(e, c.user) || !existing(e, c.other)) return;
  const friend_row mine = row_between(e, c.user, c.other);
  const friend_row theirs = row_between(e, c.other, c.user);
  if (mine.state == friendship::agreed || mine.state == friendship::asked) return;
  if (count_friends(e, c.user) >= e.bounds.friends_per_user) {
    return e.refuse(error::limit_reached, "you have too many friends");
  }
  if (!has_place_for(e, c.user, c.other) || !has_place_for(e, c.other, c.user)) {
    return e.refuse(error::limit_reached, "one of you has had to do with too many people");
  }
  if (mine.state == friendship::asked_me) {
    write_both(e, mine, friendship::agreed, theirs, friendship::agreed, c.now);
  } else {
    write_both(e, mine, friendship::asked, theirs, friendship::asked_me, c.now);
  }
}

void apply_one(entry& e, const make_friends& c) {
  if (!existing(e, c.a) || !existing(e, c.b)) return;
  const friend_row mine = row_between(e, c.a, c.b);
  const friend_row theirs = row_between(e, c.b, c.a);
  if (mine.state == friendship::agreed) return;
  if (!has_room_for(e, mine) || !has_room_for(e, theirs) || !has_place_for(e, c.a, c.b) ||
      !has_place_for(e, c.b, c.a)) {
    return e.refuse(error::limit_reached, "one of them has too many friends");
  }
  write_both(e, mine, friendship::agreed, theirs, friendship::agreed, c.now);
}

void apply_one(entry& e, const end_friendship& c) {
  const auto mine = e.rows.friendship_of(c.user, c.other);
  if (!mine) return e.refuse(error::not_found, "there is no such friendship");
  if (mine->state == friendship::none) return;
  write_both(e, *mine, friendship::none, row_between(e, c.other, c.user), friendship::none, c.now);
}

}  // namespace lingerd::applying
