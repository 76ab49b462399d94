#include "store/memory_backend.hpp"

#include <boost/endian/conversion.hpp>
#include <cstring>
#include <mutex>

#include "core/check.hpp"

namespace lingerd {
namespace {

std::string_view view(const boost::container::string& s) { return {s.data(), s.size()}; }

std::uint64_t first_eight(std::string_view s) {
  std::uint64_t n = 0;
  std::memcpy(&n, s.data(), 8);
  return boost::endian::big_to_native(n);
}

}  // namespace

bool memory_backend::before::is_less(std::string_view a, std::string_view b) {
  if (a.size() >= 8 && b.size() >= 8) {
    const std::uint64_t x = first_eight(a);
    const std::uint64_t y = first_eight(b);
    if (x != y) return x < y;
    a.remove_prefix(8);
    b.remove_prefix(8);
  }
  return a < b;
}

class memory_backend::cursor final : public kv_cursor {
 public:
  explicit cursor(const rows& in) : rows_(in), at_(in.end()) {}

  std::optional<kv_pair> at_or_above(std::string_view key) override {
    at_ = rows_.lower_bound(key);
    return here();
  }
  std::optional<kv_pair> below(std::string_view key) override {
    at_ = rows_.lower_bound(key);
    return previous();
  }
  std::optional<kv_pair> next() override {
    if (at_ != rows_.end()) ++at_;
    return here();
  }
  std::optional<kv_pair> previous() override {
    if (at_ == rows_.begin()) {
      at_ = rows_.end();
      return std::nullopt;
    }
    --at_;
    return here();
  }

 private:
  std::optional<kv_pair> here() const {
    if (at_ == rows_.end()) return std::nullopt;
    return kv_pair{view(at_->first), at_->second};
  }

  const rows& rows_;
  rows::const_iterator at_;
};

// What reading and writing share.
class memory_backend::transaction {
 public:
  explicit transaction(memory_backend& of) : home_(of) {}

 protected:
  std::optional<std::string_view> find(table t, std::string_view key) {
    const rows& in = rows_of(t);
    const auto it = in.find(key);
    if (it == in.end()) return std::nullopt;
    return it->second;
  }
  std::optional<kv_pair> find_last(table t, std::string_view key, std::string_view prefix) {
    const rows& in = rows_of(t);
    auto it = in.upper_bound(key);
    if (it == in.begin()) return std::nullopt;
    --it;
    if (!view(it->first).starts_with(prefix)) return std::nullopt;
    return kv_pair{view(it->first), it->second};
  }
  rows& rows_of(table t) { return home_.tables_[index_of(t)]; }

  memory_backend& home_;
};

class memory_backend::reading final : public kv, private transaction {
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
  std::unique_ptr<kv_cursor> walk(table t) override {
    return std::make_unique<cursor>(rows_of(t));
  }
  std::optional<kv_pair> last_at_or_below(table t, std::string_view key,
                                          std::string_view prefix) override {
    return find_last(t, key, prefix);
  }

 private:
  std::shared_lock<std::shared_mutex> lock_;
};

class memory_backend::writing final : public write_transaction, private transaction {
 public:
  explicit writing(memory_backend& of) : transaction(of), lock_(of.mutex_) { of.last_.clear(); }
  ~writing() override { home_.take_back(undo_); }
  writing(const writing&) = delete;
  writing& operator=(const writing&) = delete;

  std::optional<std::string_view> get(table t, std::string_view key) override {
    return find(t, key);
  }
  void put(table t, std::string_view key, std::string_view value) override {
    rows& in = rows_of(t);
    const auto it = in.lower_bound(key);
    if (it == in.end() || view(it->first) != key) {
      undo_.push_back({t, stored_key(key.data(), key.size()), std::nullopt});
      in.emplace_hint(it, stored_key(key.data(), key.size()), value);
    } else {
      undo_.push_back({t, stored_key(key.data(), key.size()), std::move(it->second)});
      it->second = value;
    }
  }
  bool erase(table t, std::string_view key) override {
    rows& in = rows_of(t);
    const auto it = in.find(key);
    if (it == in.end()) return false;
    undo_.push_back({t, stored_key(key.data(), key.size()), std::move(it->second)});
    in.erase(it);
    return true;
  }
  std::unique_ptr<kv_cursor> walk(table t) override {
    return std::make_unique<cursor>(rows_of(t));
  }
  std::optional<kv_pair> last_at_or_below(table t, std::string_view key,
                                          std::string_view prefix) override {
    return find_last(t, key, prefix);
  }
  void commit() override {
    home_.last_.swap(undo_);
    undo_.clear();
  }

 private:
  std::unique_lock<std::shared_mutex> lock_;
  std::vector<undo> undo_;
};

void memory_backend::take_back(std::vector<undo>& what) {
  for (auto u = what.rbegin(); u != what.rend(); ++u) {
    rows& in = tables_[index_of(u->in)];
    if (u->before) {
      in[u->key] = std::move(*u->before);
    } else {
      in.erase(u->key);
    }
  }
  what.clear();
}

void memory_backend::undo_last() {
  const std::unique_lock<std::shared_mutex> alone(mutex_);
  take_back(last_);
}

std::unique_ptr<write_transaction> memory_backend::begin_write() {
  return std::make_unique<writing>(*this);
}
std::unique_ptr<kv> memory_backend::begin_read() { return std::make_unique<reading>(*this); }

}  // namespace lingerd
