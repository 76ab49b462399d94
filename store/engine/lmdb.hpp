#pragma once

#include <atomic>
#include <cstddef>
#include <filesystem>
#include <string_view>

#include "store/engine/kv_transaction.hpp"

struct MDB_env;
struct MDB_txn;
struct MDB_cursor;

// A thin layer over LMDB: closes its handles and turns error codes into store_errors.
namespace lingerd {

// One database file and the lock file beside it (NAME-lock), mapped into memory. Owned by
// lmdb_backend; outlives all transactions. Transactions from several threads, grow() without any.
//
// Default durability: a commit syncs its pages, then writes and syncs its meta page, so that a
// crash at any moment leaves the last committed state. No read-ahead: on a small single-board
// computer the database is larger than the memory, and reads are scattered.
class lmdb_environment {
 public:
  struct sizes {
    std::size_t map_bytes = 0;      // initial; 0: 4 GiB, on 32-bit machines 512 MiB
    std::size_t map_bytes_max = 0;  // 0: no bound, on 32-bit machines 1 GiB
  };

  // Opens the file, or creates it with all tables (mode 0600). Throws store_damaged if it is not a
  // complete database; other store_errors contain the system's message.
  lmdb_environment(const std::filesystem::path& file, sizes map);
  ~lmdb_environment();
  lmdb_environment(const lmdb_environment&) = delete;
  lmdb_environment& operator=(const lmdb_environment&) = delete;

  std::size_t map_bytes() const;
  // Bytes up to the last page ever used.
  std::size_t used_bytes() const;
  // Doubles the map; false if the bound or the address space does not allow it.
  // REQUIRES: no transaction is open.
  bool grow();

 private:
  friend class lmdb_transaction;
  void open(const std::filesystem::path& file, std::size_t map_bytes);
  void open_tables();
  void check_length();
  // Throws the store_error for the LMDB code `rc`; its message begins with `action`.
  [[noreturn]] void fail(int rc, std::string_view action);
  // The same for a write: any error of the system but a lack of room makes the file unusable.
  [[noreturn]] void fail_write(int rc);
  bool has_no_room() const;

  MDB_env* env_ = nullptr;
  const std::size_t map_bytes_max_;
  unsigned tables_[table_count] = {};
  std::atomic<bool> unusable_ = false;
};

// A read or write transaction: rolled back unless committed. On one thread; throws store_error. The
// environment outlives it.
class lmdb_transaction {
 public:
  enum class mode { read, write };
  lmdb_transaction(lmdb_environment& environment, mode mode);
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

  lmdb_environment& environment_;
  MDB_txn* txn_ = nullptr;
};

}  // namespace lingerd
