#pragma once

#include <memory>

#include "store/engine/kv_transaction.hpp"

namespace lingerd {

// Ends without a trace unless committed.
class write_transaction : public kv {
 public:
  // Returns when what was written is durable; throws store_error where it is not, and then nothing
  // of it is kept. The transaction is over either way. REQUIRES: no cursor of it is left.
  virtual void commit() = 0;
};

// Where the tables are kept: LMDB, memory, or a test's fault in front of one of them.
//
// One thread writes, one transaction at a time; reads may come from another. A transaction begins
// and ends within one plain call, never across a wait of the loop.
class backend {
 public:
  virtual ~backend() = default;

  virtual std::unique_ptr<write_transaction> begin_write() = 0;
  virtual std::unique_ptr<kv> begin_read() = 0;

  // For the writer, between two transactions. Both wait until the reads at hand have ended.
  // Sees to it that a batch finds room.
  virtual void keep_room() {}
  // After trouble::map_full; false if there is no more to be had.
  virtual bool make_room() { return false; }
};

}  // namespace lingerd
