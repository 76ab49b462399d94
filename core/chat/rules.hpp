#pragma once

#include "core/chat/directory.hpp"
#include "core/base/error.hpp"

// May he? Pure functions over the directory: the early answer that costs no I/O. The verdict falls
// in apply(), by the log's order.
namespace lingerd::rules {

// May he write there now?
result<void> may_send(const directory& d, user_id from, conversation to);

// May he see the conversation at all: a friend's or former friend's, or a group he is or was in?
result<void> may_read(const directory& d, user_id reader, conversation in);

}  // namespace lingerd::rules
