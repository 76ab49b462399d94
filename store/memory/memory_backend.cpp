#include "store/memory/memory_backend.hpp"

#include <mutex>
#include <utility>

#include "core/base/check.hpp"

namespace lingerd {

class memory_backend::cursor final : public kv_cursor {
 public:
  explicit cursor(const btree& tree) : tree_(tree), position_(tree.end()) {}

  std::optional<kv_pair> seek_at_or_above(std::string_view key) override {
    position_ = tree_.lower_bound(key);
    return current();
  }
  std::optional<kv_pair> seek_below(std::string_view key) override {
    position_ = tree_.lower_bound(key);
    return previous();
  }
  std::optional<kv_pair> next() override {
    if (position_.row()) position_.go_forward();
    return current();
  }
  std::optional<kv_pair> previous() override {
    if (!position_.go_back()) return std::nullopt;
    return current();
  }

 private:
  std::optional<kv_pair> current() const {
    const stored_row* const row = position_.row();
    if (!row) return std::nullopt;
    return kv_pair{row->key(), row->value()};
  }

  const btree& tree_;
  btree::position position_;
};

// Common to reader and writer.
class memory_backend::transaction {
 public:
  explicit transaction(memory_backend& backend) : backend_(backend) {}

 protected:
  std::optional<std::string_view> find(table t, std::string_view key) {
    const stored_row* const row = rows_of(t).find(key);
    if (!row) return std::nullopt;
    return row->value();
  }
  btree& rows_of(table t) { return backend_.tables_[index_of(t)]; }

  memory_backend& backend_;
};

class memory_backend::reader final : public kv_transaction, private transaction {
 public:
  explicit reader(memory_backend& backend) : transaction(backend), lock_(backend.mutex_) {}

  std::optional<std::string_view> get(table t, std::string_view key) override {
    return find(t, key);
  }
  void put(table, std::string_view, std::string_view) override { CHECK(!"a read writes"); }
  bool erase(table, std::string_view) override {
    CHECK(!"a read erases");
    return false;
  }
  std::unique_ptr<kv_cursor> walk(table t) override { return std::make_unique<cursor>(rows_of(t)); }

 private:
  std::shared_lock<std::shared_mutex> lock_;
};

class memory_backend::writer final : public write_transaction, private transaction {
 public:
  explicit writer(memory_backend& backend) : transaction(backend), lock_(backend.mutex_) {
    backend.last_commit_.clear();
  }
  ~writer() override { backend_.roll_back(undo_); }
  writer(const writer&) = delete;
  writer& operator=(const writer&) = delete;

  std::optional<std::string_view> get(table t, std::string_view key) override {
    return find(t, key);
  }
  void put(table t, std::string_view key, std::string_view value) override {
    row_ptr row = stored_row::make(key, value);
    const stored_row* const added = row.get();
    row_ptr removed = rows_of(t).put(std::move(row));
    undo_.push_back({t, std::move(removed), added});
  }
  bool erase(table t, std::string_view key) override {
    row_ptr removed = rows_of(t).take(key);
    if (!removed) return false;
    undo_.push_back({t, std::move(removed), nullptr});
    return true;
  }
  std::unique_ptr<kv_cursor> walk(table t) override { return std::make_unique<cursor>(rows_of(t)); }
  void commit() override {
    backend_.last_commit_.swap(undo_);
    undo_.clear();
  }

 private:
  std::unique_lock<std::shared_mutex> lock_;
  std::vector<undo> undo_;
};

// Backwards, so that each change finds the table in the state in which it left it.
void memory_backend::roll_back(std::vector<undo>& entries) {
  for (auto u = entries.rbegin(); u != entries.rend(); ++u) {
    btree& tree = tables_[index_of(u->table)];
    if (u->removed) {
      tree.put(std::move(u->removed));
    } else {
      tree.take(u->added->key());
    }
  }
  entries.clear();
}

void memory_backend::undo_last() {
  const std::unique_lock<std::shared_mutex> lock(mutex_);
  roll_back(last_commit_);
}

std::unique_ptr<write_transaction> memory_backend::begin_write() {
  return std::make_unique<writer>(*this);
}
std::unique_ptr<kv_transaction> memory_backend::begin_read() {
  return std::make_unique<reader>(*this);
}

}  // namespace lingerd
