#include "store/commit/commit_batch.hpp"

#include <algorithm>
#include <exception>

#include "core/base/coverage.hpp"
#include "core/base/log.hpp"
#include "core/base/planted_faults.hpp"
#include "core/state/apply.hpp"
#include "store/commit/kv_tables.hpp"

namespace lingerd {
namespace {

// A batch with more damaged rows than this fails as a whole.
constexpr std::size_t damaged_changes_max = 8;

applied make_refusal(error code, const char* message) {
  applied a;
  a.refused.emplace(code, message);
  return a;
}

}  // namespace

void commit_batch::commit() noexcept {
  failure.reset();
  was_repeated_ = false;
  damaged_changes_.clear();
  try {
    while (!try_commit()) {
    }
  } catch (const store_error& e) {
    fail(e.kind(), e.what());
  } catch (const std::exception& e) {
    fail(store_failure::other, e.what());
  }
}

bool commit_batch::try_commit() {
  results.clear();
  results.reserve(changes.size());
  offset_ = changes.size();
  backend_.keep_room();
  try {
    const auto txn = backend_.begin_write();
    {
      kv_tables rows(*txn, memtable_);
      for (offset_ = 0; offset_ < changes.size(); ++offset_) {
        if (std::binary_search(damaged_changes_.begin(), damaged_changes_.end(), offset_)) {
          results.push_back(make_refusal(error::overloaded, "what is stored for this is damaged"));
        } else {
          results.push_back(apply(rows, bounds_, changes[offset_]));
        }
      }
      rows.flush(bounds_.index_behind);
    }
    txn->commit();
    // Applies the batch again and discards the first results.
    if (planted::is(planted::fault::batch_twice) && !was_repeated_) {
      was_repeated_ = true;
      return false;
    }
    return true;
  } catch (const store_damaged& e) {
    if (offset_ >= changes.size() || damaged_changes_.size() >= damaged_changes_max) throw;
    log::error(e.what());
    damaged_changes_.insert(
        std::upper_bound(damaged_changes_.begin(), damaged_changes_.end(), offset_), offset_);
    return false;
  } catch (const store_error& e) {
    if (e.kind() != store_failure::map_full || !backend_.make_room()) throw;
    return false;
  }
}

void commit_batch::fail(store_failure kind, const char* message) {
  coverage::hit(coverage::branch::commit_failed);
  if (kind == store_failure::unusable) coverage::hit(coverage::branch::store_unusable);
  failure.emplace(commit_failure{kind, message});
  results.clear();
  error code = error::overloaded;
  const char* sentence = "the server cannot store this now";
  if (kind == store_failure::disk_full || kind == store_failure::map_full) {
    code = error::storage_full;
    sentence = "the server's disk is full";
  } else if (kind == store_failure::unusable) {
    sentence = "the server's disk does not take changes; nothing of this was stored";
  }
  for (std::size_t i = 0; i < changes.size(); ++i) {
    results.push_back(make_refusal(code, sentence));
  }
}

}  // namespace lingerd
