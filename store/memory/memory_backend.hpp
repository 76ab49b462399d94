#pragma once

#include <array>
#include <shared_mutex>
#include <vector>

#include "store/engine/backend.hpp"
#include "store/memory/btree.hpp"

namespace lingerd {

// Tables in memory with the same interface as LMDB: for tests, benchmarks and virtual worlds. From
// any thread. Nothing fails but allocation, and a commit costs nothing. Unlike in LMDB a read waits
// for a write to end, and so must not begin inside one on the same thread.
class memory_backend final : public backend {
 public:
  memory_backend() = default;
  memory_backend(const memory_backend&) = delete;
  memory_backend& operator=(const memory_backend&) = delete;

  std::unique_ptr<write_transaction> begin_write() override;
  std::unique_ptr<kv_transaction> begin_read() override;

  // Undoes the last commit, as a crash before its sync does. No effect if that is done already.
  void undo_last();

 private:
  class transaction;
  class reader;
  class writer;
  class cursor;
  // One change of a transaction: the row that it removed from a table, and the row that it added.
  struct undo {
    lingerd::table table;
    row_ptr removed;                    // null: the key was new
    const stored_row* added = nullptr;  // null: the row was erased
  };
  void roll_back(std::vector<undo>& entries);

  std::shared_mutex mutex_;
  std::array<btree, table_count> tables_;
  std::vector<undo> last_commit_;  // of the last commit
};

}  // namespace lingerd
