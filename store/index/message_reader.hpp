#pragma once

#include <cstddef>
#include <vector>

#include "core/state/store.hpp"
#include "store/index/message_index.hpp"

// Reads messages in one transaction, on its thread; for the results see core/state/store.hpp. All
// throw store_error.
namespace lingerd {

// Merges the ranges by id. Memory: the answer, and a block of ids (0.3 KB) for each range that
// begins at or below the answer's last id. Time: an index look-up for each such range and for every
// 32 messages, and a look-up for each message.
message_list read_forward(message_index& index, const std::vector<message_range>& ranges,
                          std::size_t limit, std::size_t bytes);

message_list read_backward(message_index& index, conversation conversation,
                           std::vector<message_range> stays, change_id before, std::size_t limit);

message_list read_newest(message_index& index, const std::vector<message_range>& ranges);

}  // namespace lingerd
