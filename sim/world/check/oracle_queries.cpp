#include <algorithm>

#include "sim/world/check/oracle.hpp"

// Queries of the current state: the messages that a user may see, friendships and memberships.
namespace lingerd::sim {

const oracle_message* oracle::message(change_id id) const {
  const auto entry =
      std::lower_bound(messages_.begin(), messages_.end(), id,
                       [](const oracle_message& m, change_id i) { return m.id < i; });
  return entry != messages_.end() && entry->id == id ? &*entry : nullptr;
}

bool oracle::may_see(user_id reader, const oracle_message& m) const {
  if (!m.conversation.is_group())
    return m.conversation.low() == reader || m.conversation.high() == reader;
  const auto entry = members_.find({m.conversation.group(), reader});
  if (entry == members_.end()) return false;
  return std::any_of(
      entry->second.stays.begin(), entry->second.stays.end(),
      [&](const interval& s) { return m.id > s.from && (s.until == 0 || m.id < s.until); });
}

change_id oracle::newest_for(user_id reader) const {
  const auto entry = std::find_if(messages_.rbegin(), messages_.rend(),
                                  [&](const oracle_message& m) { return may_see(reader, m); });
  return entry == messages_.rend() ? 0 : entry->id;
}

std::uint64_t oracle::count_unread(user_id reader, conversation conversation, change_id above,
                                   change_id up_to) const {
  return static_cast<std::uint64_t>(
      std::count_if(messages_.begin(), messages_.end(), [&](const oracle_message& m) {
        return m.conversation == conversation && m.id > above && m.id <= up_to &&
               sender(m) != reader && may_see(reader, m);
      }));
}

bool oracle::are_friends(user_id a, user_id b) const {
  const auto entry = friends_.find({a, b});
  return entry != friends_.end() && entry->second.state == friendship::agreed;
}

bool oracle::is_member(user_id u, group_id g) const {
  const auto entry = members_.find({g, u});
  return entry != members_.end() && entry->second.is_in();
}

// Without any period the state is off. `periods` may be null.
bool oracle::was_at_any_time(const std::vector<period>* periods, bool state, instant since) {
  bool state_then = false;
  if (periods) {
    for (const period& p : *periods) {
      if (p.begin <= since) state_then = p.is_on;
      if (p.begin >= since && p.is_on == state) return true;
    }
  }
  return state_then == state;
}

bool oracle::were_friends_since(user_id a, user_id b, instant since) const {
  const auto entry = friendship_.find(std::minmax(a, b));
  return was_at_any_time(entry == friendship_.end() ? nullptr : &entry->second, true, since);
}
bool oracle::were_strangers_since(user_id a, user_id b, instant since) const {
  const auto entry = friendship_.find(std::minmax(a, b));
  return was_at_any_time(entry == friendship_.end() ? nullptr : &entry->second, false, since);
}
bool oracle::was_member_since(user_id u, group_id g, instant since) const {
  const auto entry = membership_.find({g, u});
  return was_at_any_time(entry == membership_.end() ? nullptr : &entry->second, true, since);
}
bool oracle::was_outside_since(user_id u, group_id g, instant since) const {
  const auto entry = membership_.find({g, u});
  return was_at_any_time(entry == membership_.end() ? nullptr : &entry->second, false, since);
}

std::vector<user_id> oracle::members_of(group_id g) const {
  std::vector<user_id> all;
  for (auto entry = members_.lower_bound({g, 0});
       entry != members_.end() && entry->first.first == g; ++entry) {
    if (entry->second.is_in()) all.push_back(entry->first.second);
  }
  return all;
}

}  // namespace lingerd::sim
