#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "store/engine/kv_transaction.hpp"

// The format of every row, whatever it holds:
//
//   1 byte   format version
//   8 bytes  checksum over table, version, key and fields
//   fields   numbers as varints (7 bits a byte, the lowest first; signed ones zigzag), texts with
//            their length before them
//
// The checksum is SipHash-2-4 under a fixed key: it detects accidental damage and a row under a
// wrong key, not forgery. Reading verifies everything; any error throws store_damaged, which names
// the row.
namespace lingerd {

inline constexpr unsigned char record_version = 1;
// Format version of a quarantined row (store/index/damage.hpp): the other bytes are as they were
// found, and the row reads as damaged.
inline constexpr unsigned char record_quarantined = 0xff;

// Writes one row into `out` and reuses its memory.
class record_writer {
 public:
  explicit record_writer(std::string& out);
  record_writer& number(std::uint64_t n);
  record_writer& signed_number(std::int64_t n);
  record_writer& text(std::string_view s);
  // The last field, without its length.
  record_writer& rest(std::string_view s);
  // Sets the checksum; nothing is written after it.
  void finish(table t, std::string_view key);

 private:
  std::string& out_;
};

// Reads one row. All views, arguments and results, point into the caller's transaction.
class record_reader {
 public:
  // Throws unless the key has `key_bytes` (0: any number), the version is known and the checksum
  // matches.
  record_reader(table t, std::string_view key, std::string_view value, std::size_t key_bytes = 0);
  // For a row that is known to be damaged: any field that it returns may be wrong.
  static record_reader unverified(table t, std::string_view key, std::string_view value);

  std::uint64_t number();
  // Throws above `max`.
  std::uint64_t number_up_to(std::uint64_t max);
  std::uint32_t u32() { return static_cast<std::uint32_t>(number_up_to(UINT32_MAX)); }
  bool flag() { return number_up_to(1) != 0; }
  std::int64_t signed_number();
  std::string_view text();
  std::string_view rest();
  std::size_t remaining() const { return remaining_.size(); }
  // Throws if bytes remain.
  void require_end() const;
  [[noreturn]] void fail(const char* reason) const;

 private:
  struct unchecked {};
  record_reader(unchecked, table t, std::string_view key, std::string_view fields)
      : table_(t), key_(key), remaining_(fields) {}

  table table_;
  std::string_view key_;
  std::string_view remaining_;
};

}  // namespace lingerd
