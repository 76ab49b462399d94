#pragma once

#include <string>

#include "core/chat/chat_state.hpp"
#include "core/loop/task.hpp"
#include "core/state/store.hpp"

namespace lingerd {

// A page of a conversation as JSON: {"messages":[…],"more":…}, the messages below `before` that the
// reader may see, at most `limit` of them, oldest first. Refused as rules::may_read() decides.
// `loop`, `state` and `store` outlive the task.
task<result<std::string>> read_history(lingerd::loop& loop, const chat_state& state, store& store,
                                       user_id reader, conversation conversation, change_id before,
                                       std::size_t limit);

}  // namespace lingerd
