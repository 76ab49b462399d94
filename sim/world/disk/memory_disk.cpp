#include <utility>

#include "sim/client/seeded_entropy.hpp"
#include "sim/world/disk/disk.hpp"
#include "store/engine/store_error.hpp"
#include "store/memory/memory_backend.hpp"
#include "store/memory/memory_store.hpp"

namespace lingerd::sim {
namespace {

// A backend whose commits can fail, and whose last commit can be undone.
class fallible_backend final : public backend {
 public:
  explicit fallible_backend(disk_counts& counts) : counts_(counts) {}

  std::unique_ptr<write_transaction> begin_write() override {
    if (is_unusable) throw store_error(store_failure::unusable, "an earlier sync has failed");
    return std::make_unique<failing_write>(*this);
  }
  std::unique_ptr<kv_transaction> begin_read() override { return rows_.begin_read(); }

  // For a last commit that was not reported.
  void undo_last() { rows_.undo_last(); }

  bool is_full = false;
  bool fails_next_sync = false;
  bool is_unusable = false;

 private:
  class failing_write final : public write_transaction {
   public:
    explicit failing_write(fallible_backend& backend)
        : backend_(backend), txn_(backend.rows_.begin_write()) {}
    std::optional<std::string_view> get(table t, std::string_view key) override {
      return txn_->get(t, key);
    }
    void put(table t, std::string_view key, std::string_view value) override {
      txn_->put(t, key, value);
    }
    bool erase(table t, std::string_view key) override { return txn_->erase(t, key); }
    std::unique_ptr<kv_cursor> walk(table t) override { return txn_->walk(t); }
    void commit() override {
      if (backend_.is_full) {
        ++backend_.counts_.full;
        throw store_error(store_failure::disk_full, "the disk is full");
      }
      ++backend_.counts_.syncs;
      if (std::exchange(backend_.fails_next_sync, false)) {
        ++backend_.counts_.failed_syncs;
        backend_.is_unusable = true;
        throw store_error(store_failure::unusable, "the sync has failed");
      }
      txn_->commit();
    }

   private:
    fallible_backend& backend_;
    std::unique_ptr<write_transaction> txn_;
  };

  disk_counts& counts_;
  memory_backend rows_;
};

class memory_disk final : public world_disk {
 public:
  std::unique_ptr<store> open(loop& loop, worker& storage, worker& reader, const limits& bounds,
                              std::function<void(std::string_view)> fatal,
                              entropy& entropy) override {
    rows_->is_unusable = false;
    return open_memory_store(rows_, loop, storage, reader, bounds, {{}, std::move(fatal)}, entropy);
  }
  void crash(sim::crash, bool under_way, seeded_entropy& entropy) override {
    if (!under_way || entropy.below(2) == 0) return;
    ++counts_.torn;
    rows_->undo_last();
  }
  void acknowledge() override { ++counts_.commits; }
  void set_full(bool is_full) override { rows_->is_full = is_full; }
  void fail_next_sync() override { rows_->fails_next_sync = true; }
  std::unique_ptr<kv_transaction> begin_read() override { return rows_->begin_read(); }

 private:
  const std::shared_ptr<fallible_backend> rows_ = std::make_shared<fallible_backend>(counts_);
};

}  // namespace

std::unique_ptr<world_disk> make_memory_disk() { return std::make_unique<memory_disk>(); }

}  // namespace lingerd::sim
