#pragma once

#include <atomic>
#include <cstddef>
#include <filesystem>
#include <string_view>

#include "store/engine/kv_transaction.hpp"

struct MDB_env;
struct MDB_txn;
struct MDB_cursor;

// A thin layer over LMDB: what is opened is closed, and what fails is a store_error.
namespace lingerd {

// One database file and its lock file beside it (NAME-lock), mapped into memory.
//
// Default durability: a commit has synced its pages and then written its meta page, synced, so that
// a crash at any moment leaves the last committed state. No read-ahead: a board's database is
// larger than its memory, and what is asked for lies scattered.
class lmdb_environment {
 public:
  struct sizes {
    std::size_t map_bytes = 0;      // to begin with; 0: 4 GiB, on 32-bit machines 512 MiB
    std::size_t map_bytes_max = 0;  // never grown beyond; 0: no bound, on 32-bit machines 1 GiB
  };

  // Opens the file, or makes it with all tables (mode 0600). Throws store_damaged where it is not a
  // whole database; other store_errors say what the system said.
  lmdb_environment(const std::filesystem::path& file, sizes map);
  ~lmdb_environment();
  lmdb_environment(const lmdb_environment&) = delete;
  lmdb_environment& operator=(const lmdb_environment&) = delete;

  std::size_t map_bytes() const;
  // Up to the last page that was ever used.
  std::size_t used_bytes() const;
  // Doubles the map; false where the bound or the machine's address space forbids it.
  // REQUIRES: no transaction is open.
  bool grow();

 private:
  friend class lmdb_transaction;
  void open(const std::filesystem::path& file, std::size_t map_bytes);
  void open_tables();
  void check_length();
  // Throws what `rc` of LMDB stands for.
  [[noreturn]] void fail(int rc, std::string_view doing);
  bool has_room_for_a_page() const;

  MDB_env* env_ = nullptr;
  const std::size_t map_bytes_max_;
  unsigned tables_[table_count] = {};
  std::atomic<bool> unusable_ = false;
};

// A transaction of either kind: rolled back unless committed. The environment outlives it.
class lmdb_transaction {
 public:
  enum class mode { read, write };
  lmdb_transaction(lmdb_environment& in, mode how);
  ~lmdb_transaction();
  lmdb_transaction(const lmdb_transaction&) = delete;
  lmdb_transaction& operator=(const lmdb_transaction&) = delete;

  std::optional<std::string_view> get(table t, std::string_view key);
  void put(table t, std::string_view key, std::string_view value);
  bool erase(table t, std::string_view key);
  std::unique_ptr<kv_cursor> walk(table t);
  void commit();

 private:
  class cursor;

  lmdb_environment& home_;
  MDB_txn* txn_ = nullptr;
};

}  // namespace lingerd
