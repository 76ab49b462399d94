#pragma once

#include "core/state/change.hpp"
#include "core/base/limits.hpp"
#include "core/state/tables.hpp"

namespace lingerd {

// Applies one change to the tables, inside the caller's write transaction, and gives the verdict:
// is he a friend, is the name free, is the group full, was this cid used. Ids and timestamps are
// given here, by the log's order.
//
// Deterministic: the same tables and the same change give the same rows and the same answer, on
// every machine. A refused change has written nothing. Whatever the tables throw goes through.
applied apply(tables& state, const limits& bounds, const change& c);

}  // namespace lingerd
