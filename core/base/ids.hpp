#pragma once

#include <algorithm>
#include <compare>
#include <cstdint>

// Numbers of changes, users, groups and conversations.
namespace lingerd {

// A change's id, and so a message's: strictly increasing over the server, below 2^53, gaps allowed.
// 0 means "none", "never", "before everything".
using change_id = std::uint64_t;
inline constexpr change_id change_id_max = (change_id{1} << 53) - 1;

// Users and groups count in one sequence from 1, so that no user has a group's number. 32 bits, so
// that two of them make a conversation's key.
using user_id = std::uint32_t;
using group_id = std::uint32_t;

// What a message belongs to: two people, or a group. One 64-bit key: (smaller user, larger user),
// or (0, group).
struct conversation {
  std::uint64_t key = 0;

  static conversation single(user_id a, user_id b) {
    return {std::uint64_t{std::min(a, b)} << 32 | std::max(a, b)};
  }
  static conversation group(group_id g) { return {g}; }

  bool is_group() const { return key >> 32 == 0; }
  group_id group() const { return static_cast<group_id>(key); }
  user_id low() const { return static_cast<user_id>(key >> 32); }
  user_id high() const { return static_cast<user_id>(key); }
  // REQUIRES: a conversation of two, `me` one of them.
  user_id other_than(user_id me) const { return me == low() ? high() : low(); }

  friend auto operator<=>(conversation, conversation) = default;
};

}  // namespace lingerd
