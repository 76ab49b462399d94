#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string_view>

#include "core/base/entropy.hpp"
#include "core/base/limits.hpp"
#include "core/loop/loop.hpp"
#include "core/loop/worker.hpp"
#include "core/state/store.hpp"
#include "sim/client/seeded_entropy.hpp"
#include "sim/world/time/virtual_loop.hpp"
#include "store/engine/backend.hpp"

namespace lingerd::sim {

// How the server of a world ends abruptly.
enum class crash : std::uint8_t {
  killed,     // the process: the kernel keeps its writes
  power_cut,  // the machine: each sector that was not synced survives or not
};

struct disk_counts {
  std::uint64_t commits = 0;  // that were reported to the server
  std::uint64_t syncs = 0;
  std::uint64_t failed_syncs = 0;  // because of fail_next_sync()
  std::uint64_t full = 0;          // writes that found no room
  std::uint64_t torn = 0;          // crashes in the middle of a commit
  std::uint64_t sectors_lost = 0;  // not synced, and lost in a power cut
  std::uint64_t sectors_kept = 0;  // not synced, and survived one
};

// The disk of a world's server. It outlives the server, and thus all its crashes.
//
// A commit runs in one call, at one moment of virtual time, and is reported later, when its price
// has passed. A crash in between finds it half done: the disk remembers, in order, the writes and
// syncs since the last reported commit, and draws how far they had come.
class world_disk {
 public:
  virtual ~world_disk() = default;

  // A store on the disk's current content, opened as the real server does (store/commit/open.hpp):
  // schema, epoch, check of the newest part. One at a time, and destroyed before the disk. Throws
  // store_error.
  virtual std::unique_ptr<store> open(loop& loop, worker& storage, worker& reader,
                                      const limits& bounds,
                                      std::function<void(std::string_view)> fatal,
                                      entropy& entropy) = 0;

  // REQUIRES: no store is open. `under_way`: a commit has run and was not reported.
  virtual void crash(sim::crash kind, bool under_way, seeded_entropy& entropy) = 0;
  // The last commit was reported.
  virtual void acknowledge() = 0;

  // While full, writes that need new room fail.
  virtual void set_full(bool is_full) = 0;
  // The next sync fails (EIO), and the data that it should have synced never counts as synced: a
  // power cut may lose it.
  virtual void fail_next_sync() = 0;

  // A read transaction on the current content, for the oracle. REQUIRES: no write is under way.
  virtual std::unique_ptr<kv_transaction> begin_read() = 0;

  const disk_counts& counts() const { return counts_; }

 protected:
  disk_counts counts_;
};

// Tables in memory (store/memory): fast, for large worlds. A crash in the middle of a commit keeps
// all of it or nothing.
std::unique_ptr<world_disk> make_memory_disk();

// LMDB in `folder`, which should be on tmpfs; it is created, and removed with the disk. LMDB's
// writes and syncs are intercepted at the system calls (file_tap.hpp).
std::unique_ptr<world_disk> make_lmdb_disk(const std::filesystem::path& folder);

}  // namespace lingerd::sim
