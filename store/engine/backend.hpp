#pragma once

#include <memory>

#include "store/engine/kv_transaction.hpp"

namespace lingerd {

// A write transaction: rolled back by its destructor unless committed. On the writer's thread.
class write_transaction : public kv_transaction {
 public:
  // Returns once all writes are durable. Throws store_error if they are not; then none takes
  // effect. Ends the transaction either way. REQUIRES: its cursors are destroyed.
  virtual void commit() = 0;
};

// The storage of the tables: LMDB, memory, or a wrapper of one of them that injects faults. Shared
// by the store and, in a virtual world, by the world, which keeps it across restarts.
//
// One thread writes, one transaction at a time; other threads may read. A transaction begins and
// ends within one plain call, never across a wait of the loop. All functions throw store_error.
class backend {
 public:
  virtual ~backend() = default;

  virtual std::unique_ptr<write_transaction> begin_write() = 0;
  virtual std::unique_ptr<kv_transaction> begin_read() = 0;

  // Both for the writer, between two transactions; both wait until open reads have ended.
  // Grows the tables' space before it is used up.
  virtual void keep_room() {}
  // Enlarges the space after store_failure::map_full; false if it cannot grow further.
  virtual bool make_room() { return false; }
};

}  // namespace lingerd
