#include "core/chat/directory.hpp"

#include <algorithm>

#include "core/base/text.hpp"
#include "core/state/unread.hpp"

namespace lingerd {
namespace {

// The position of `key` in a vector that is ascending by `key_of(element)`.
template <class Vector, class Key, class KeyOf>
auto position(Vector& v, const Key& key, KeyOf key_of) {
  return std::lower_bound(v.begin(), v.end(), key,
                          [&](const auto& e, const Key& k) { return key_of(e) < k; });
}

template <class Vector, class Key, class KeyOf>
auto* find(Vector& v, const Key& key, KeyOf key_of) {
  const auto entry = position(v, key, key_of);
  return entry != v.end() && key_of(*entry) == key ? &*entry : nullptr;
}

template <class Vector, class Key, class KeyOf>
auto& find_or_insert(Vector& v, const Key& key, KeyOf key_of) {
  auto entry = position(v, key, key_of);
  if (entry == v.end() || key_of(*entry) != key) entry = v.emplace(entry);
  return *entry;
}

constexpr auto by_other = [](const friend_link& f) { return f.other; };
constexpr auto by_user = [](const member_link& m) { return m.user; };
constexpr auto by_conversation = [](const read_mark& r) { return r.conversation; };

}  // namespace

const member_link* group::member(user_id user) const { return find(members, user, by_user); }

person& directory::make_user(user_id id) {
  if (users_.size() <= id) users_.resize(id + 1);
  if (!users_[id]) {
    users_[id] = std::make_unique<person>();
    users_[id]->id = id;
    users_[id]->removed = true;  // until its own row comes
  }
  return *users_[id];
}

group& directory::make_group(group_id id) {
  if (groups_.size() <= id) groups_.resize(id + 1);
  if (!groups_[id]) {
    groups_[id] = std::make_unique<lingerd::group>();
    groups_[id]->id = id;
  }
  return *groups_[id];
}

void directory::absorb(const user_row& r) {
  person& p = make_user(r.id);
  if (p.removed != r.removed) {
    if (r.removed) {
      names_.erase(fold(p.name));
      --user_count_;
    } else {
      names_[fold(r.name)] = r.id;
      ++user_count_;
    }
  }
  p.name = r.name;
  p.display = r.display;
  p.admin = r.admin;
  p.disabled = r.disabled;
  p.removed = r.removed;
  p.has_password = !r.password_hash.empty();
  p.changed = r.changed;
}

void directory::absorb(const friend_row& r) {
  friend_link& f = find_or_insert(make_user(r.user).friends, r.other, by_other);
  f = {r.other, r.state, r.since, r.changed};
}

void directory::absorb(const group_row& r) {
  lingerd::group& g = make_group(r.id);
  g.name = r.name;
  g.brief = r.brief;
  g.owner = r.owner;
  g.max_members = r.max_members;
  g.removed = r.removed;
  g.changed = r.changed;
}

void directory::absorb(const member_row& r) {
  member_link& m = find_or_insert(make_group(r.group).members, r.user, by_user);
  m = {r.user, r.rank, r.stays, r.sent, r.last_number, r.changed};
  find_or_insert(make_user(r.user).groups, r.group, [](group_id g) { return g; }) = r.group;
}

void directory::absorb(const read_row& r) {
  read_mark& m = find_or_insert(make_user(r.user).reads, r.conversation, by_conversation);
  m = {r.conversation, r.up_to, r.others, r.changed};
}

void directory::absorb(conversation conversation, const message_head& head) {
  newest_[conversation.key] = head;
}

const person* directory::user(user_id id) const {
  return id < users_.size() ? users_[id].get() : nullptr;
}

const person* directory::user_named(std::string_view name) const {
  const auto entry = names_.find(fold(name));
  return entry == names_.end() ? nullptr : user(entry->second);
}

const group* directory::group(group_id id) const {
  return id < groups_.size() ? groups_[id].get() : nullptr;
}

const message_head* directory::newest(conversation conversation) const {
  const auto entry = newest_.find(conversation.key);
  return entry == newest_.end() ? nullptr : &entry->second;
}

const friend_link* directory::friendship_of(user_id id, user_id other) const {
  const person* p = user(id);
  return p ? find(p->friends, other, by_other) : nullptr;
}

const read_mark* directory::read_mark_of(user_id id, conversation conversation) const {
  const person* p = user(id);
  return p ? find(p->reads, conversation, by_conversation) : nullptr;
}

bool directory::are_friends(user_id a, user_id b) const {
  // Both have the row; the shorter list is searched.
  const person* p = user(a);
  const person* q = user(b);
  if (!p || !q) return false;
  const friend_link* f = p->friends.size() < q->friends.size() ? find(p->friends, b, by_other)
                                                               : find(q->friends, a, by_other);
  return f && f->state == friendship::agreed;
}

bool directory::is_member(group_id id, user_id user) const {
  const lingerd::group* found = group(id);
  if (!found || found->removed) return false;
  const member_link* m = found->member(user);
  return m && m->is_in();
}

std::uint64_t directory::unread(user_id id, conversation conversation) const {
  const message_head* head = newest(conversation);
  if (!head) return 0;
  std::uint64_t others = 0;
  if (conversation.is_group()) {
    const lingerd::group* g = group(conversation.group());
    const member_link* m = g ? g->member(id) : nullptr;
    if (!m) return 0;
    const std::uint64_t number = m->is_in() ? head->number : m->last_number;
    others = number > m->sent ? number - m->sent : 0;
  } else {
    others = others_in_single(*head, id);
  }
  const read_mark* mark = read_mark_of(id, conversation);
  const std::uint64_t read = mark ? mark->others : 0;
  return others > read ? others - read : 0;
}

}  // namespace lingerd
