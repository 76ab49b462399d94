#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/limits.hpp"
#include "core/state/change.hpp"
#include "store/engine/backend.hpp"
#include "store/engine/store_error.hpp"
#include "store/index/index_memtable.hpp"

namespace lingerd {

// The changes that one transaction makes durable. Owned by group_commit, and reused for every
// batch. On the storage thread while commit() runs, otherwise on the loop. Nothing is thrown: a
// failure is in `failure` and in the results.
class commit_batch {
 public:
  // REQUIRES: both outlive this object.
  commit_batch(backend& backend, const limits& bounds) : backend_(backend), bounds_(bounds) {}

  std::vector<change> changes;
  // After commit(): results[i] belongs to changes[i].
  std::vector<applied> results;

  struct commit_failure {
    store_failure kind = store_failure::other;
    std::string message;
  };
  // Set if nothing was stored. Each result then is a refusal: storage_full if there is no room,
  // otherwise overloaded.
  std::optional<commit_failure> failure;

  // Applies the changes in order in one transaction and commits it.
  //
  // A change that meets a damaged row is refused alone: the other changes are applied again without
  // it, so that one damaged row does not stop the server.
  void commit() noexcept;

  // Messages in the memtable of the message index. From any thread.
  std::size_t unindexed() const { return memtable_.size(); }

 private:
  // Returns false if it has to be called again.
  bool try_commit();
  void fail(store_failure kind, const char* message);

  backend& backend_;
  const limits& bounds_;
  index_memtable memtable_;  // kept between batches
  std::vector<std::size_t>
      damaged_changes_;        // indexes of changes that meet a damaged row, ascending
  std::size_t offset_ = 0;     // the change being applied; past the end: none
  bool was_repeated_ = false;  // by the planted fault batch_twice
};

}  // namespace lingerd
