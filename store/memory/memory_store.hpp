#pragma once

#include <memory>

#include "core/base/entropy.hpp"
#include "store/commit/durable_store.hpp"
#include "store/memory/memory_backend.hpp"

namespace lingerd {

// Opens a store on a given backend, usually in memory: for tests and virtual worlds. A world that
// restarts its server keeps the backend and opens it again, with its epoch and rows.
//
// All referenced objects outlive the store; for the order of shutdown see
// store/commit/durable_store.hpp. Throws store_error.
std::unique_ptr<store> open_memory_store(std::shared_ptr<backend> backend_, loop& loop,
                                         worker& storage, worker& reader, const limits& bounds,
                                         group_commit::options options, entropy& entropy);

}  // namespace lingerd
