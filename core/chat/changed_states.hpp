#pragma once

#include <string>
#include <vector>

#include "core/chat/directory.hpp"

namespace lingerd {

// An event as a batch holds it.
struct encoded_event {
  change_id id = 0;
  std::string json;
};

// The states that concern the reader and changed above `after`: friendships, groups, profiles and
// read marks, each once with its newest value. In no order.
std::vector<encoded_event> changed_states(const directory& directory, const person& reader,
                                          change_id after);

}  // namespace lingerd
