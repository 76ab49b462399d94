#pragma once

#include <climits>

// Which operations fail. The rules lie in the file that LINGER_TAP_RULES names, one a line; it is
// read again at each operation, so that a test can change the faults of a running program.
//
// A rule is KIND ERROR FIRST COUNT, for example "write EIO 1 *" or "sync ENOSPC 3 1": operations
// FIRST to FIRST+COUNT-1 of this kind fail, counted from the moment at which the rules last
// changed. KIND is write, sync, name (create, rename, remove), room (what needs new blocks: growing
// writes, allocation) or any. ERROR is the name of an errno; "short" writes half; "cut" kills the
// process before the operation. `*` is no end.
namespace lingerd::disk_tap {

enum fault_kind { k_write, k_sync, k_name, k_room, k_any };

constexpr int go_on = INT_MIN;

// Counts an operation. Returns the error with which it fails; 0: it is cut short; go_on: it does
// not fail. REQUIRES: the caller holds the lock of the tap.
int fault_of(fault_kind kind, bool needs_room);

}  // namespace lingerd::disk_tap
