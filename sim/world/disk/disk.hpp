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

// How a world's server ends without being asked.
enum class crash : std::uint8_t {
  killed,     // the process: what it wrote is with the kernel, and stays
  power_cut,  // the machine: of what was not synced each sector stays, or does not
};

struct disk_counts {
  std::uint64_t commits = 0;  // transactions whose commit was begun
  std::uint64_t syncs = 0;
  std::uint64_t failed_syncs = 0;  // as told by fail_next_sync()
  std::uint64_t full = 0;          // writes that found no room
  std::uint64_t torn = 0;          // crashes in the middle of a commit
  std::uint64_t sectors_lost = 0;  // un-synced ones that did not survive
  std::uint64_t sectors_kept = 0;  // un-synced ones that did
};

// What a world's server keeps its data on; it outlives the server.
//
// A commit happens in one call, at one moment of virtual time, and is told of later, when its price
// has passed. A crash in between finds it half done: the disk remembers, in their order, the writes
// and syncs since the last commit was told of, and chooses by chance how far they had come.
class world_disk {
 public:
  virtual ~world_disk() = default;

  // A store on what is there now, as the real server opens it (store/open.hpp): schema, epoch,
  // check of the newest part. One at a time; it goes before the disk. Throws store_error.
  virtual std::unique_ptr<store> open(loop& loop, worker& storage, worker& reader,
                                      const limits& bounds,
                                      std::function<void(std::string_view)> fatal,
                                      entropy& entropy) = 0;

  // REQUIRES: no store is open. `under_way`: a commit has run, and nobody was told of it yet.
  virtual void crash(sim::crash how, bool under_way, seeded_entropy& entropy) = 0;
  // The commit that ran last has been told of.
  virtual void acknowledge() = 0;

  // From now on nothing that needs room can be written; or it can again.
  virtual void set_full(bool is_full) = 0;
  // The next sync fails (EIO), and what it was to sync is un-synced for ever: a crash may lose it.
  virtual void fail_next_sync() = 0;

  // A reading transaction on what is stored, for those who check. REQUIRES: no write is under way.
  virtual std::unique_ptr<kv_transaction> look() = 0;

  const disk_counts& counts() const { return counts_; }

 protected:
  disk_counts counts_;
};

// Tables in memory (store/memory_backend): quick, for large worlds. A crash in the middle of a
// commit keeps all of it or nothing.
std::unique_ptr<world_disk> make_memory_disk();

// LMDB itself, in a file of its own in `folder` (on tmpfs), which is made, and removed with the
// disk. What LMDB writes and syncs is watched at the system calls (sim/world/file_tap.hpp).
std::unique_ptr<world_disk> make_lmdb_disk(const std::filesystem::path& folder);

}  // namespace lingerd::sim
