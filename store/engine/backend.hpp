#pragma once

#include <memory>

#include "store/engine/kv_transaction.hpp"

namespace lingerd {

// A write transaction: rolled back by its destructor unless committed.
class write_transaction : public kv_transaction {
 public:
  // Returns when all writes are durable; throws store_error if they are not, and then none is kept.
  // Ends the transaction either way. REQUIRES: no cursor of it is left.
  virtual void commit() = 0;
};

// Where the tables are kept: LMDB, memory, or a wrapper of one of them that injects faults.
//
// One thread writes, one transaction at a time; reads may come from another. A transaction begins
// and ends within one plain call, never across a wait of the loop.
class backend {
 public:
  virtual ~backend() = default;

  virtual std::unique_ptr<write_transaction> begin_write() = 0;
  virtual std::unique_ptr<kv_transaction> begin_read() = 0;

  // For the writer, between two transactions. Both wait until the reads under way have ended.
  // Grows the tables' space before it is used up.
  virtual void keep_room() {}
  // After store_failure::map_full: enlarges the space; false if it cannot grow further.
  virtual bool make_room() { return false; }
};

}  // namespace lingerd
