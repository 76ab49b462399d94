#pragma once

#include <string>
#include <vector>

#include "core/chat/chat.hpp"

namespace lingerd {

// The accounts of `linger demo`; all have the same password.
struct demo_person {
  const char* name;
  const char* display;
};
const std::vector<demo_person>& demo_people();
inline constexpr const char* demo_password = "linger-demo";

// Adds the accounts, their friendships, three groups and a short history to an empty chat. Throws
// std::runtime_error if a change is refused, which is a mistake in the cast's tables.
// REQUIRES: `chat` outlives the task.
task<void> make_demo_cast(chat& chat);

}  // namespace lingerd
