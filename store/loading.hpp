#pragma once

#include <functional>

#include "core/store.hpp"
#include "store/kv.hpp"

// What start-up reads. All throw store_error.
namespace lingerd {

// Every row but the messages, and each conversation's newest message, in the sink's order.
void load_rows(kv& from, row_sink& into);

// Visits the newest message of each conversation; one seek a conversation, however many messages.
void for_each_newest(kv& from, const std::function<void(conversation, const message_head&)>& visit);

// Reads the `count` newest messages of all, and throws store_damaged at the first that is not what
// was written.
void check_newest(kv& from, std::size_t count);

}  // namespace lingerd
