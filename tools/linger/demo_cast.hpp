#pragma once

#include <string>
#include <vector>

#include "core/chat/chat.hpp"

namespace lingerd {

// The people of `linger demo`, and the one password of all of them.
struct demo_person {
  const char* name;
  const char* display;
};
const std::vector<demo_person>& demo_people();
inline constexpr const char* demo_password = "linger-demo";

// Makes the people, their friendships, three groups and a little history in an empty folder.
task<void> make_demo_cast(chat& talk);

}  // namespace lingerd
