#include "store/commit/commit_batch.hpp"

#include <algorithm>
#include <exception>

#include "core/state/apply.hpp"
#include "core/base/log.hpp"
#include "core/base/planted_faults.hpp"
#include "core/base/coverage.hpp"
#include "store/commit/kv_tables.hpp"

namespace lingerd {
namespace {

// A database with more damage than that among one batch's rows is not worked around.
constexpr std::size_t poisoned_max = 8;

applied refused(error code, const char* what) {
  applied a;
  a.refused.emplace(code, what);
  return a;
}

}  // namespace

void commit_batch::commit() noexcept {
  failed.reset();
  twice_ = false;
  poisoned_.clear();
  try {
    while (!try_commit()) {
    }
  } catch (const store_error& e) {
    fail(e.kind(), e.what());
  } catch (const std::exception& e) {
    fail(trouble::other, e.what());
  }
}

bool commit_batch::try_commit() {
  results.clear();
  results.reserve(changes.size());
  at_ = changes.size();
  backend_.keep_room();
  try {
    const auto txn = backend_.begin_write();
    {
      kv_tables rows(*txn, tail_);
      for (at_ = 0; at_ < changes.size(); ++at_) {
        if (std::binary_search(poisoned_.begin(), poisoned_.end(), at_)) {
          results.push_back(refused(error::overloaded, "what is stored for this is damaged"));
        } else {
          results.push_back(apply(rows, bounds_, changes[at_]));
        }
      }
      rows.flush(bounds_.index_behind);
    }
    txn->commit();
    // Again, once, with what became of it the first time thrown away.
    if (planted::is(planted::fault::batch_twice) && !twice_) {
      twice_ = true;
      return false;
    }
    return true;
  } catch (const store_damaged& e) {
    if (at_ >= changes.size() || poisoned_.size() >= poisoned_max) throw;
    log::error(e.what());
    poisoned_.insert(std::upper_bound(poisoned_.begin(), poisoned_.end(), at_), at_);
    return false;
  } catch (const store_error& e) {
    if (e.kind() != trouble::map_full || !backend_.make_room()) throw;
    return false;
  }
}

void commit_batch::fail(trouble kind, const char* what) {
  rare::took(rare::branch::commit_failed);
  if (kind == trouble::unusable) rare::took(rare::branch::store_unusable);
  failed.emplace(failure{kind, what});
  results.clear();
  for (std::size_t i = 0; i < changes.size(); ++i) {
    results.push_back(kind == trouble::disk_full || kind == trouble::map_full
                          ? refused(error::storage_full, "the server's disk is full")
                          : refused(error::overloaded, "the server cannot store this now"));
  }
}

}  // namespace lingerd
