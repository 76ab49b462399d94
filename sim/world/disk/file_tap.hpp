#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "sim/client/seeded_entropy.hpp"
#include "sim/world/disk/disk.hpp"

namespace lingerd::sim {

// Intercepts what this process writes to one file, at the system calls: the linker replaces open,
// pwrite, writev, fdatasync and the like by the functions in file_tap.cpp (`--wrap`, set where
// linger_sim is linked). Calls on other descriptors pass straight through.
//
// It records, in order, the writes and syncs that a crash may still undo, and brings the file to a
// state that a disk might have then. One thread.
class file_tap {
 public:
  // Takes effect when `file` is opened next. One tap per file. `counts` outlives it.
  explicit file_tap(const std::filesystem::path& file, disk_counts& counts);
  ~file_tap();
  file_tap(const file_tap&) = delete;
  file_tap& operator=(const file_tap&) = delete;

  // See world_disk. REQUIRES, for crash(): the file is not open.
  void crash(sim::crash kind, bool under_way, seeded_entropy& entropy);
  void acknowledge();
  void set_full(bool is_full) { is_full_ = is_full; }
  void fail_next_sync() { fails_next_sync_ = true; }
  // For tests: syncs report success and do nothing.
  void drop_syncs(bool dropped) { drops_syncs_ = dropped; }

  // --- for the wrapped system calls ---
  const std::string& file() const { return file_; }
  // A descriptor was opened, perhaps for a new file of the same name.
  void opened() { close_reader(); }
  // False: the disk is full.
  bool may_write(std::uint64_t offset, std::size_t bytes, int descriptor);
  // `is_synced`: the descriptor syncs each write (O_DSYNC).
  void will_write(std::uint64_t offset, const void* bytes, std::size_t size, int descriptor,
                  bool is_synced);
  // False: the sync fails.
  bool will_sync();

 private:
  struct operation {
    bool is_sync = false;
    bool is_self_synced = false;  // written through such a descriptor
    bool is_durable = false;      // a synced write, or a sync
    bool is_doomed = false;       // the sync of this write failed
    bool has_happened = false;    // of a reported commit: a crash does not cut it off
    std::uint64_t offset = 0;
    std::uint64_t size_before = 0;  // of the file
    std::unique_ptr<char[]> bytes;  // new_size new ones, then old_size overwritten ones
    std::size_t new_size = 0;
    std::size_t old_size = 0;  // less than new_size where the file grew
    const char* new_bytes() const { return bytes.get(); }
    const char* old_bytes() const { return bytes.get() + new_size; }
  };
  void close_reader();
  void undo(int file, const operation& o) const;
  void redo(int file, const operation& o, seeded_entropy* sector_entropy);

  const std::string file_;
  disk_counts& counts_;
  std::vector<operation> log_;
  int reader_ = -1;  // to read what is overwritten: LMDB's descriptor may be write-only
  bool is_full_ = false;
  bool fails_next_sync_ = false;
  bool drops_syncs_ = false;
};

}  // namespace lingerd::sim
