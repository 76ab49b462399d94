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

// A place in one table. Each call moves it and gives the pair it has come to, or none where there
// is no such pair; next() and previous() go on from a pair. It ends before its transaction, and no
// write to its table may fall into its life.
class kv_cursor {
 public:
  virtual ~kv_cursor() = default;
  virtual std::optional<kv_pair> at_or_above(std::string_view key) = 0;
  virtual std::optional<kv_pair> below(std::string_view key) = 0;
  virtual std::optional<kv_pair> next() = 0;
  virtual std::optional<kv_pair> previous() = 0;
};

// One transaction over ordered byte keys (1 to 511 bytes, compared as unsigned bytes). Used by one
// thread at a time. Views that it gives are valid until the next write in it, or its end. Whatever
// goes wrong leaves as a store_error.
class kv {
 public:
  virtual ~kv() = default;

  virtual std::optional<std::string_view> get(table t, std::string_view key) = 0;
  // REQUIRES: a write transaction; key and value do not point into the store.
  virtual void put(table t, std::string_view key, std::string_view value) = 0;
  // Whether there was such a key.
  virtual bool erase(table t, std::string_view key) = 0;

  virtual std::unique_ptr<kv_cursor> walk(table t) = 0;

  // Visits, in ascending order, lower <= key < upper; an empty `upper` is no bound. The visitor
  // returns false to stop.
  using visitor = std::function<bool(std::string_view key, std::string_view value)>;
  void for_each(table t, std::string_view lower, std::string_view upper, const visitor& visit);
};

}  // namespace lingerd
