#pragma once

#include <cstddef>

#include "core/state/store.hpp"
#include "store/engine/kv_transaction.hpp"

// The reads of a starting server, each in one transaction. All throw store_error.
namespace lingerd {

// Passes all rows except the messages, and each conversation's newest message, to the sink, in its
// order.
void load_rows(kv_transaction& transaction, row_sink& sink);

// Verifies the `count` newest messages, and all others that the rows of the message index may not
// cover yet. Throws store_damaged at the first damaged one.
void check_newest(kv_transaction& transaction, std::size_t count);

}  // namespace lingerd
