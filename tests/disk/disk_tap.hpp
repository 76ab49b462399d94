#pragma once

#include <cstdint>

// The format of the record that the library disk_tap writes: one record_header for each operation,
// then its path, its other path and its bytes.
namespace lingerd::disk_tests {

enum class record_kind : std::uint32_t {
  write = 1,     // `offset`, bytes
  sync = 2,      // fsync, fdatasync; the path may be a folder
  truncate = 3,  // `offset` is the new length
  create = 4,
  rename = 5,  // to the other path
  remove = 6,
};

constexpr std::uint32_t record_synced = 1;  // in flags: the descriptor syncs each write (O_DSYNC)

struct record_header {
  record_kind kind = record_kind::write;
  std::uint32_t path_bytes = 0;
  std::uint32_t other_bytes = 0;
  std::uint32_t flags = 0;
  std::int64_t offset = 0;
  std::uint64_t data_bytes = 0;  // that follow; none for a failed operation
  std::uint64_t size = 0;        // of the write
  std::int32_t error = 0;        // the errno with which a rule let it fail
  std::int32_t unused = 0;
};

}  // namespace lingerd::disk_tests
