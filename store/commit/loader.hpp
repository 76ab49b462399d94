#pragma once

#include <cstddef>

#include "core/state/store.hpp"
#include "store/engine/kv_transaction.hpp"

// What start-up reads. All throw store_error.
namespace lingerd {

// Every row but the messages, and each conversation's newest message, in the sink's order.
void load_rows(kv& from, row_sink& into);

// Reads the `count` newest messages of all, and further those that the message index may lack yet,
// and throws store_damaged at the first that is not what was written.
void check_newest(kv& from, std::size_t count);

}  // namespace lingerd
