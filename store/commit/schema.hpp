#pragma once

#include "core/base/entropy.hpp"
#include "store/engine/backend.hpp"

namespace lingerd {

// Initializes a new database with the schema version and an epoch (the random name of its life). In
// an existing one, verifies what the next changes and the first answers depend on: the schema
// version, the meta rows, the 1,000 newest messages, and all that the index may not cover yet.
//
// Throws store_damaged if one of them is damaged, another store_error if the schema is not this
// program's or the disk fails. Does not change an existing database.
void prepare(backend& storage, entropy& entropy);

}  // namespace lingerd
