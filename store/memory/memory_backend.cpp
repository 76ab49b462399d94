#include "store/memory/memory_backend.hpp"

#include <mutex>
#include <utility>

#include "core/base/check.hpp"

namespace lingerd {

class memory_backend::cursor final : public kv_cursor {
 public:
  explicit cursor(const btree& in) : rows_(in), at_(in.end()) {}

  std::optional<kv_pair> at_or_above(std::string_view key) override {
    at_ = rows_.lower_bound(key);
    return here();
  }
  std::optional<kv_pair> below(std::string_view key) override {
    at_ = rows_.lower_bound(key);
    return previous();
  }
  std::optional<kv_pair> next() override {
    if (at_.row()) at_.go_forward();
    return here();
  }
  std::optional<kv_pair> previous() override {
    if (!at_.go_back()) return std::nullopt;
    return here();
  }

 private:
  std::optional<kv_pair> here() const {
    const stored_row* const r = at_.row();
    if (!r) return std::nullopt;
    return kv_pair{r->key(), r->value()};
  }

  const btree& rows_;
  btree::place at_;
};

// What reading and writing share.
class memory_backend::transaction {
 public:
  explicit transaction(memory_backend& of) : backend_(of) {}

 protected:
  std::optional<std::string_view> find(table t, std::string_view key) {
    const stored_row* const r = rows_of(t).find(key);
    if (!r) return std::nullopt;
    return r->value();
  }
  btree& rows_of(table t) { return backend_.tables_[index_of(t)]; }

  memory_backend& backend_;
};

class memory_backend::reading final : public kv_transaction, private transaction {
 public:
  explicit reading(memory_backend& of) : transaction(of), lock_(of.mutex_) {}

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

class memory_backend::writing final : public write_transaction, private transaction {
 public:
  explicit writing(memory_backend& of) : transaction(of), lock_(of.mutex_) { of.last_.clear(); }
  ~writing() override { backend_.take_back(undo_); }
  writing(const writing&) = delete;
  writing& operator=(const writing&) = delete;

  std::optional<std::string_view> get(table t, std::string_view key) override {
    return find(t, key);
  }
  void put(table t, std::string_view key, std::string_view value) override {
    row_ptr row = stored_row::make(key, value);
    const stored_row* const after = row.get();
    row_ptr before = rows_of(t).put(std::move(row));
    undo_.push_back({t, std::move(before), after});
  }
  bool erase(table t, std::string_view key) override {
    row_ptr before = rows_of(t).take(key);
    if (!before) return false;
    undo_.push_back({t, std::move(before), nullptr});
    return true;
  }
  std::unique_ptr<kv_cursor> walk(table t) override { return std::make_unique<cursor>(rows_of(t)); }
  void commit() override {
    backend_.last_.swap(undo_);
    undo_.clear();
  }

 private:
  std::unique_lock<std::shared_mutex> lock_;
  std::vector<undo> undo_;
};

// Backwards, so that each change finds the table as it left it.
void memory_backend::take_back(std::vector<undo>& entries) {
  for (auto u = entries.rbegin(); u != entries.rend(); ++u) {
    btree& tree = tables_[index_of(u->in)];
    if (u->before) {
      tree.put(std::move(u->before));
    } else {
      tree.take(u->after->key());
    }
  }
  entries.clear();
}

void memory_backend::undo_last() {
  const std::unique_lock<std::shared_mutex> alone(mutex_);
  take_back(last_);
}

std::unique_ptr<write_transaction> memory_backend::begin_write() {
  return std::make_unique<writing>(*this);
}
std::unique_ptr<kv_transaction> memory_backend::begin_read() {
  return std::make_unique<reading>(*this);
}

}  // namespace lingerd
