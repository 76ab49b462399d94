#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string_view>

#include "core/base/entropy.hpp"
#include "core/base/limits.hpp"
#include "core/loop/loop.hpp"
#include "core/loop/worker.hpp"
#include "core/state/store.hpp"

namespace lingerd {

struct open_options {
  // How long the first change of a batch waits for others, so that they share one sync; 0: no wait.
  // A crash loses no acknowledged change, whatever the value.
  std::chrono::milliseconds commit_window{0};

  // Called on the loop, once, with a sentence, when the database accepts no more writes until a
  // restart (a failed sync). Reads continue, changes are refused. Must not destroy the store.
  std::function<void(std::string_view)> fatal;

  // Initial and maximal size of the map, in bytes; 0: the default (store/engine/lmdb.hpp).
  std::size_t map_bytes = 0;
  std::size_t map_bytes_max = 0;
};

inline constexpr const char* database_name = "linger.mdb";

// Opens the database in `folder`, creates both if they do not exist (folder 0700, files 0600), and
// verifies its newest part. REQUIRES: the caller holds the folder's lock
// (store/engine/folder_lock.hpp).
//
// `loop`, the workers and `bounds` outlive the store; for the order of shutdown see
// store/commit/durable_store.hpp. Throws store_damaged if the file is damaged, and does not change
// it, except for one of its two meta pages (store/engine/database_file.hpp); another store_error if
// it has another schema or comes from another kind of system, or the system fails.
std::unique_ptr<store> open_store(const std::filesystem::path& folder, loop& loop, worker& storage,
                                  worker& reader, const limits& bounds, open_options options,
                                  entropy& entropy);

}  // namespace lingerd
