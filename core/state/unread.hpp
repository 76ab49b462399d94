#pragma once

#include "core/state/rows.hpp"

// Counting by subtraction: how many messages of others lie at or below a message.
namespace lingerd {

// In a conversation of two, of which `who` is one.
inline std::uint64_t others_in_single(const message_head& head, user_id who) {
  return head.from == who ? head.number - head.number_from : head.number_from;
}

// In a group, where `sent` counts one's own, all of which lie at or below `head`.
inline std::uint64_t others_in_group(const message_head& head, std::uint64_t sent) {
  return head.number > sent ? head.number - sent : 0;
}

}  // namespace lingerd
