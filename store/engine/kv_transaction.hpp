#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

namespace lingerd {

// The tables of the database. The numbers are part of each row's checksum: append only.
enum class table : std::uint8_t {
  meta = 0,
  users = 1,
  names = 2,
  friends = 3,
  groups = 4,
  members = 5,
  joined = 6,
  messages = 7,
  sent = 8,
  reads = 9,
  sessions = 10,
  recent = 11,
  older = 12,
};
inline constexpr std::size_t table_count = 13;
inline constexpr std::size_t index_of(table t) { return static_cast<std::size_t>(t); }
std::string_view name_of(table t);

struct kv_pair {
  std::string_view key;
  std::string_view value;
};

// A cursor in one table. Each call moves it and returns the pair at its new position, or none if
// there is no such pair; next() and previous() continue from a pair. Throws store_error. REQUIRES:
// it is destroyed before its transaction, and its table is not written to while it lives.
class kv_cursor {
 public:
  virtual ~kv_cursor() = default;
  virtual std::optional<kv_pair> seek_at_or_above(std::string_view key) = 0;
  virtual std::optional<kv_pair> seek_below(std::string_view key) = 0;
  virtual std::optional<kv_pair> next() = 0;
  virtual std::optional<kv_pair> previous() = 0;
};

// One transaction over ordered byte keys (1 to 511 bytes, compared as unsigned bytes). Owned by its
// caller, for the length of one plain call; used by one thread at a time. Returned views are valid
// until the next write in it, or its end. All failures are store_errors.
class kv_transaction {
 public:
  virtual ~kv_transaction() = default;

  virtual std::optional<std::string_view> get(table t, std::string_view key) = 0;
  // REQUIRES: a write transaction; key and value do not point into the store.
  virtual void put(table t, std::string_view key, std::string_view value) = 0;
  // Returns whether the key existed.
  virtual bool erase(table t, std::string_view key) = 0;

  virtual std::unique_ptr<kv_cursor> walk(table t) = 0;

  // Visits the pairs with lower <= key < upper in ascending order; an empty `upper` is no bound.
  // The visitor returns false to stop.
  using visitor = std::function<bool(std::string_view key, std::string_view value)>;
  void for_each(table t, std::string_view lower, std::string_view upper, const visitor& visit);
};

}  // namespace lingerd
