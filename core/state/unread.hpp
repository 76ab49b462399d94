#pragma once

#include "core/state/rows.hpp"

// The messages of others at or below a message, by subtraction.
namespace lingerd {

// In a conversation of two, one of which is `reader`.
inline std::uint64_t others_in_single(const message_head& head, user_id reader) {
  return head.sender == reader ? head.number - head.number_from : head.number_from;
}

// In a group, where `sent` counts the reader's own messages, all at or below `head`.
inline std::uint64_t others_in_group(const message_head& head, std::uint64_t sent) {
  return head.number > sent ? head.number - sent : 0;
}

}  // namespace lingerd
