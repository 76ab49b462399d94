#pragma once

#include <string>

#include "core/chat/chat_state.hpp"
#include "core/chat/read_marks.hpp"
#include "core/loop/task.hpp"
#include "core/state/store.hpp"

namespace lingerd {

// Everything a fresh page needs, at one cursor: the profile, users, friends, groups, conversations
// with their newest message and unread count, presence. JSON without its closing brace, so that the
// caller may add to it. Writes the reader's gathered read marks first. All references outlive the
// task.
task<result<std::string>> read_start(lingerd::loop& loop, const chat_state& state, store& store,
                                     read_marks& reads, user_id reader);

}  // namespace lingerd
