#pragma once

#include "core/state/rows.hpp"

// Counts by subtraction how many messages of others lie at or below a message.
namespace lingerd {

// In a conversation of two, for its member `reader`.
inline std::uint64_t others_in_single(const message_head& head, user_id reader) {
  return head.sender == reader ? head.number - head.number_from : head.number_from;
}

// In a group, for a reader with `sent` messages there, all of them at or below `head`.
inline std::uint64_t others_in_group(const message_head& head, std::uint64_t sent) {
  return head.number > sent ? head.number - sent : 0;
}

}  // namespace lingerd
