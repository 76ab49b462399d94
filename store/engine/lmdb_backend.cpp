#include "store/engine/lmdb_backend.hpp"

#include <mutex>
#include <string>

#include "core/base/check.hpp"
#include "core/base/coverage.hpp"
#include "core/base/log.hpp"

namespace lingerd {

class lmdb_backend::reader final : public kv_transaction {
 public:
  explicit reader(lmdb_backend& backend)
      : lock_(backend.reads_), txn_(backend.env_, lmdb_transaction::mode::read) {}

  std::optional<std::string_view> get(table t, std::string_view key) override {
    return txn_.get(t, key);
  }
  void put(table, std::string_view, std::string_view) override { CHECK(!"a read writes"); }
  bool erase(table, std::string_view) override {
    CHECK(!"a read erases");
    return false;
  }
  std::unique_ptr<kv_cursor> walk(table t) override { return txn_.walk(t); }

 private:
  std::shared_lock<std::shared_mutex> lock_;
  lmdb_transaction txn_;
};

class lmdb_backend::writer final : public write_transaction {
 public:
  explicit writer(lmdb_environment& environment)
      : txn_(environment, lmdb_transaction::mode::write) {}

  std::optional<std::string_view> get(table t, std::string_view key) override {
    return txn_.get(t, key);
  }
  void put(table t, std::string_view key, std::string_view value) override {
    txn_.put(t, key, value);
  }
  bool erase(table t, std::string_view key) override { return txn_.erase(t, key); }
  std::unique_ptr<kv_cursor> walk(table t) override { return txn_.walk(t); }
  void commit() override { txn_.commit(); }

 private:
  lmdb_transaction txn_;
};

lmdb_backend::lmdb_backend(const std::filesystem::path& file, lmdb_environment::sizes map)
    : env_(file, map) {}

std::unique_ptr<write_transaction> lmdb_backend::begin_write() {
  return std::make_unique<writer>(env_);
}
std::unique_ptr<kv_transaction> lmdb_backend::begin_read() {
  return std::make_unique<reader>(*this);
}

void lmdb_backend::keep_room() {
  while (!is_at_bound_ && env_.used_bytes() >= env_.map_bytes() / 5 * 4) {
    if (!make_room()) is_at_bound_ = true;
  }
}

bool lmdb_backend::make_room() {
  const std::unique_lock<std::shared_mutex> lock(reads_);
  if (!env_.grow()) return false;
  coverage::hit(coverage::branch::map_grown);
  log::info("the database's map is now " + std::to_string(env_.map_bytes() >> 20) + " MiB");
  return true;
}

}  // namespace lingerd
