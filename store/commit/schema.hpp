#pragma once

#include "core/base/entropy.hpp"
#include "store/engine/backend.hpp"

namespace lingerd {

// Makes a new database ready: schema version, and an epoch, the random name of its life. Of one
// that is there it checks what the next changes and the first answers stand on: that the schema is
// known, the meta rows, the newest messages: 1,000 of them, and all that the index may lack yet.
//
// Throws store_damaged where something is not what was written, another store_error where the
// schema is newer than this program, or the disk says no. What is stored is left alone then.
void prepare(backend& in, entropy& chance);

}  // namespace lingerd
