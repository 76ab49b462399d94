#include <lmdb.h>

#include <utility>

#include "store/engine/lmdb.hpp"
#include "store/engine/store_error.hpp"

namespace lingerd {
namespace {

MDB_val val(std::string_view s) { return {s.size(), const_cast<char*>(s.data())}; }
std::string_view view(const MDB_val& bytes) {
  return {static_cast<const char*>(bytes.mv_data), bytes.mv_size};
}

constexpr const char* reading = "cannot read the database";

}  // namespace

class lmdb_transaction::cursor final : public kv_cursor {
 public:
  cursor(lmdb_environment& environment, MDB_cursor* handle)
      : environment_(environment), cursor_(handle) {}
  ~cursor() override { mdb_cursor_close(cursor_); }
  cursor(const cursor&) = delete;
  cursor& operator=(const cursor&) = delete;

  std::optional<kv_pair> seek_at_or_above(std::string_view key) override {
    return key.empty() ? move({}, MDB_FIRST) : move(key, MDB_SET_RANGE);
  }
  std::optional<kv_pair> seek_below(std::string_view key) override {
    return move(key, MDB_SET_RANGE) ? move({}, MDB_PREV) : move({}, MDB_LAST);
  }
  std::optional<kv_pair> next() override { return move({}, MDB_NEXT); }
  std::optional<kv_pair> previous() override { return move({}, MDB_PREV); }

 private:
  std::optional<kv_pair> move(std::string_view key, MDB_cursor_op operation) {
    MDB_val raw_key = val(key);
    MDB_val raw_value{};
    const int rc = mdb_cursor_get(cursor_, &raw_key, &raw_value, operation);
    if (rc == MDB_NOTFOUND) return std::nullopt;
    if (rc != 0) environment_.fail(rc, reading);
    return kv_pair{view(raw_key), view(raw_value)};
  }

  lmdb_environment& environment_;
  MDB_cursor* cursor_;
};

lmdb_transaction::lmdb_transaction(lmdb_environment& environment, mode mode)
    : environment_(environment) {
  if (mode == mode::write && environment_.unusable_) environment_.fail_write(MDB_PANIC);
  const int rc =
      mdb_txn_begin(environment_.env_, nullptr, mode == mode::read ? MDB_RDONLY : 0, &txn_);
  if (rc == 0) return;
  if (mode == mode::write) environment_.fail_write(rc);
  environment_.fail(rc, reading);
}

lmdb_transaction::~lmdb_transaction() {
  if (txn_) mdb_txn_abort(txn_);
}

std::optional<std::string_view> lmdb_transaction::get(table t, std::string_view key) {
  MDB_val raw_key = val(key);
  MDB_val raw_value{};
  const int rc = mdb_get(txn_, environment_.tables_[index_of(t)], &raw_key, &raw_value);
  if (rc == MDB_NOTFOUND) return std::nullopt;
  if (rc != 0) environment_.fail(rc, reading);
  return view(raw_value);
}

void lmdb_transaction::put(table t, std::string_view key, std::string_view value) {
  MDB_val raw_key = val(key);
  MDB_val raw_value = val(value);
  // Messages come in the order of their keys. MDB_APPEND fills the pages; an ordinary put would
  // split them and leave them half empty.
  int rc = t == table::messages
               ? mdb_put(txn_, environment_.tables_[index_of(t)], &raw_key, &raw_value, MDB_APPEND)
               : mdb_put(txn_, environment_.tables_[index_of(t)], &raw_key, &raw_value, 0);
  if (rc == MDB_KEYEXIST)
    rc = mdb_put(txn_, environment_.tables_[index_of(t)], &raw_key, &raw_value, 0);
  if (rc != 0) environment_.fail_write(rc);
}

bool lmdb_transaction::erase(table t, std::string_view key) {
  MDB_val raw_key = val(key);
  const int rc = mdb_del(txn_, environment_.tables_[index_of(t)], &raw_key, nullptr);
  if (rc == MDB_NOTFOUND) return false;
  if (rc != 0) environment_.fail_write(rc);
  return true;
}

std::unique_ptr<kv_cursor> lmdb_transaction::walk(table t) {
  MDB_cursor* opened = nullptr;
  if (const int rc = mdb_cursor_open(txn_, environment_.tables_[index_of(t)], &opened)) {
    environment_.fail(rc, reading);
  }
  return std::make_unique<cursor>(environment_, opened);
}

void lmdb_transaction::commit() {
  const int rc = mdb_txn_commit(std::exchange(txn_, nullptr));
  if (rc != 0) environment_.fail_write(rc);
}

}  // namespace lingerd
