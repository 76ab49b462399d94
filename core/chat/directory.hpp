#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/state/change.hpp"
#include "core/state/rows.hpp"

namespace lingerd {

// One side of a friendship, as its owner sees it.
struct friend_link {
  user_id other = 0;
  friendship state = friendship::none;
  wall_ms since = 0;
  change_id changed = 0;
};

// Up to where a user has read a conversation.
struct read_mark {
  lingerd::conversation conversation;
  change_id up_to = 0;
  std::uint64_t others = 0;  // messages of others that it covers
  change_id changed = 0;
};

// A user, with everything that belongs to the user alone.
struct person {
  user_id id = 0;
  std::string name;
  std::string display;
  bool admin = false;
  bool disabled = false;
  bool removed = false;
  bool has_password = false;
  change_id changed = 0;
  std::vector<friend_link> friends;  // ascending by `other`; ended ones stay
  std::vector<group_id> groups;      // ascending; those that were left stay
  std::vector<read_mark> reads;      // ascending by conversation
};

// A membership, past or present.
struct member_link {
  user_id user = 0;
  role rank = role::member;
  std::vector<interval> stays;    // in ascending order
  std::uint64_t sent = 0;         // messages of this member in the group
  std::uint64_t last_number = 0;  // number of the newest message when the member left
  change_id changed = 0;

  bool is_in() const { return !stays.empty() && stays.back().until == 0; }
  // Whether the message with this id lies within a stay.
  bool sees(change_id id) const {
    for (const interval& s : stays) {
      if (id > s.from && (s.until == 0 || id < s.until)) return true;
    }
    return false;
  }
};

// A group with all its members, present and former.
struct group {
  group_id id = 0;
  std::string name;
  std::string brief;
  user_id owner = 0;
  std::uint32_t max_members = 0;
  bool removed = false;
  change_id changed = 0;
  std::vector<member_link> members;  // ascending by user; former ones stay

  const member_link* member(user_id) const;
};

// Users, friendships, groups, memberships, read marks and the newest message of each conversation,
// in memory, so that rules and counts cost no I/O. It follows the rows that apply() has written and
// decides nothing. Owned by the chat; on the loop's thread; only the publisher moves it, together
// with the horizon.
class directory {
 public:
  directory() = default;
  directory(const directory&) = delete;
  directory& operator=(const directory&) = delete;

  void absorb(const user_row&);
  void absorb(const friend_row&);
  void absorb(const group_row&);
  void absorb(const member_row&);
  void absorb(const read_row&);
  void absorb(conversation, const message_head&);

  // Null where there is none. Removed users and groups are found, too, because messages name them.
  // Pointers hold until the next absorb().
  const person* user(user_id) const;
  const person* user_named(std::string_view name) const;
  const lingerd::group* group(group_id) const;
  const message_head* newest(conversation) const;
  const friend_link* friendship_of(user_id user, user_id other) const;
  const read_mark* read_mark_of(user_id user, conversation) const;

  bool are_friends(user_id a, user_id b) const;
  bool is_member(group_id, user_id) const;
  // Messages of others that the user has not read.
  std::uint64_t unread(user_id, conversation) const;

  // Users and groups in the order of their numbers, null for a number of the other kind.
  std::size_t party_end() const {
    return users_.size() > groups_.size() ? users_.size() : groups_.size();
  }
  std::size_t user_count() const { return user_count_; }
  std::size_t conversation_count() const { return newest_.size(); }

 private:
  person& make_user(user_id);
  lingerd::group& make_group(group_id);

  std::vector<std::unique_ptr<person>> users_;
  std::vector<std::unique_ptr<lingerd::group>> groups_;
  boost::unordered_flat_map<std::string, user_id> names_;  // folded; looked up, never walked
  boost::unordered_flat_map<std::uint64_t, message_head> newest_;
  std::size_t user_count_ = 0;
};

}  // namespace lingerd
