#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string_view>

#include "core/base/entropy.hpp"
#include "core/base/limits.hpp"
#include "core/loop/loop.hpp"
#include "core/state/store.hpp"
#include "core/loop/worker.hpp"

namespace lingerd {

struct open_options {
  // How long the first change of a batch waits for others, so that they share one sync. 0: not at
  // all. A crash loses nothing that was acknowledged, whatever this is.
  std::chrono::milliseconds commit_window{0};

  // Called on the loop, once, with a sentence, when the database can take no more writes until a
  // restart (a failed sync). Reads go on, changes are refused. Must not destroy the store.
  std::function<void(std::string_view)> fatal;

  // The size of the map, to begin with and at most; 0: what fits the machine (store/lmdb.hpp).
  std::size_t map_bytes = 0;
  std::size_t map_bytes_max = 0;
};

inline constexpr const char* database_name = "linger.mdb";

// Opens the database in `folder`, making both where there is none (folder 0700, files 0600), and
// checks the newest part of it. The caller holds the folder's lock (store/folder_lock.hpp).
//
// `on`, the workers and `bounds` outlive the store; for the order of going down see
// store/durable_store.hpp. Throws store_damaged where the file is not what was written, and leaves
// it alone; another store_error, with a sentence, where it is of a newer version or the system says
// no.
std::unique_ptr<store> open_store(const std::filesystem::path& folder, loop& on, worker& storage,
                                  worker& reader, const limits& bounds, open_options how,
                                  entropy& chance);

}  // namespace lingerd
