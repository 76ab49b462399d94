#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/state/change.hpp"
#include "core/base/limits.hpp"
#include "store/engine/backend.hpp"
#include "store/index/index_memtable.hpp"
#include "store/engine/store_error.hpp"

namespace lingerd {

// Some changes that become durable together, and then the next ones: what the storage thread does.
class commit_batch {
 public:
  // Both outlive it.
  commit_batch(backend& to, const limits& bounds) : backend_(to), bounds_(bounds) {}

  std::vector<change> changes;
  // After commit(): results[i] belongs to changes[i].
  std::vector<applied> results;

  struct failure {
    trouble kind = trouble::other;
    std::string what;
  };
  // Set if nothing was kept; then each result is a refusal: storage_full where there is no room,
  // else overloaded.
  std::optional<failure> failed;

  // Applies the changes in order in one transaction and commits it. Never throws.
  //
  // A change that meets a damaged row is refused alone: the others are applied anew without it, so
  // that one bad row does not stop everybody.
  void commit() noexcept;

  // Messages in the tail of the message index. From any thread.
  std::size_t unindexed() const { return tail_.size(); }

 private:
  // False: what to do first has been done, try again.
  bool try_commit();
  void fail(trouble kind, const char* what);

  backend& backend_;
  const limits& bounds_;
  message_tail tail_;                  // kept from batch to batch
  std::vector<std::size_t> poisoned_;  // indexes of changes that meet a damaged row, ascending
  std::size_t at_ = 0;                 // the change being applied; past the end: none
  bool twice_ = false;                 // of a planted fault
};

}  // namespace lingerd
