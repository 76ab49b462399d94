#pragma once

#include "core/base/error.hpp"
#include "core/chat/directory.hpp"

// What a user may do, as pure functions over the directory: the early answer that costs no I/O.
// apply() decides, in the log's order.
namespace lingerd::rules {

// Whether the user may write there now. Refused with not_friends, not_member or not_found.
result<void> may_send(const directory& d, user_id sender, conversation target);

// Whether the user may see the conversation at all: of two, with any user that exists (between
// strangers it is empty); of a group, if the user is or was a member. Refused with not_member or
// not_found.
result<void> may_read(const directory& d, user_id reader, conversation conversation);

}  // namespace lingerd::rules
