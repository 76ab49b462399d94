#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "sim/client/seeded_entropy.hpp"
#include "sim/world/disk/disk.hpp"

namespace lingerd::sim {

// Watches what this process writes to one file, at the system calls: the linker puts this file's
// functions in the place of open, pwrite, writev, fdatasync and their like (`--wrap`, set where
// linger_sim is linked), for descriptors of watched files alone; the others pass straight on.
//
// It remembers, in their order, the writes and syncs of which a crash may still undo something, and
// brings the file back to what a disk might hold then.
class file_tap {
 public:
  // Watches `file` from its next opening on. One tap a file.
  explicit file_tap(const std::filesystem::path& file, disk_counts& counts);
  ~file_tap();
  file_tap(const file_tap&) = delete;
  file_tap& operator=(const file_tap&) = delete;

  // See world_disk. REQUIRES, for crash(): the file is not open.
  void crash(sim::crash how, bool under_way, seeded_entropy& entropy);
  void acknowledge();
  void set_full(bool is_full) { is_full_ = is_full; }
  void fail_next_sync() { fails_next_sync_ = true; }
  // For tests: syncs say that they have synced, and have not.
  void drop_syncs(bool dropped) { drops_syncs_ = dropped; }

  // What the wrapped calls do with it. A descriptor for it was opened, perhaps to a new file.
  void opened() { close_reader(); }
  // `is_synced`: the descriptor syncs each write by itself.
  const std::string& file() const { return file_; }
  bool may_write(std::uint64_t offset, std::size_t bytes, int descriptor);
  void will_write(std::uint64_t offset, const void* bytes, std::size_t size, int descriptor,
                  bool is_synced);
  // False: the sync fails.
  bool will_sync();

 private:
  struct operation {
    bool is_sync = false;
    bool is_self_synced = false;  // written by a descriptor that syncs each write
    bool is_durable = false;      // a write that was synced, or the sync
    bool is_doomed = false;       // a sync that was to save it has failed
    bool reached_disk = false;    // told of before: it happened, whatever is cut now
    std::uint64_t offset = 0;
    std::uint64_t size_before = 0;  // of the file
    std::unique_ptr<char[]> bytes;  // those that are written, then those that were there
    std::size_t new_size = 0;
    std::size_t old_size = 0;  // less than new_size where the file grew
    const char* new_bytes() const { return bytes.get(); }
    const char* old_bytes() const { return bytes.get() + new_size; }
  };
  void close_reader();
  void undo(int file, const operation& o) const;
  void redo(int file, const operation& o, seeded_entropy* by_sector);

  const std::string file_;
  disk_counts& counts_;
  std::vector<operation> log_;
  int reader_ = -1;  // a descriptor to read what is overwritten; those of others may only write
  bool is_full_ = false;
  bool fails_next_sync_ = false;
  bool drops_syncs_ = false;
};

}  // namespace lingerd::sim
