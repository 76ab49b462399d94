#pragma once

#include "core/base/limits.hpp"
#include "core/state/change.hpp"
#include "core/state/tables.hpp"

namespace lingerd {

// Applies one change to the tables, inside the caller's write transaction, and decides whether it
// is accepted: friendship, free name, room in the group, cid not used before. Assigns ids and
// timestamps, in the log's order.
//
// Deterministic: the same tables and the same change give the same rows and the same result on
// every machine. A refused change has written nothing. Exceptions of the tables pass through.
applied apply(tables& state, const limits& bounds, const change& c);

}  // namespace lingerd
