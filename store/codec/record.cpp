#include "store/codec/record.hpp"

#include <sodium/crypto_shorthash.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "core/base/check.hpp"
#include "store/codec/keys.hpp"
#include "store/engine/store_error.hpp"

namespace lingerd {
namespace {

constexpr std::size_t checksum_bytes = crypto_shorthash_BYTES;
constexpr std::size_t head_bytes = 1 + checksum_bytes;
constexpr std::size_t key_bytes_max = 511;
static_assert(checksum_bytes == 8 && crypto_shorthash_KEYBYTES == 16);

using checksum = std::array<unsigned char, checksum_bytes>;

const unsigned char* bytes_of(std::string_view s) {
  return reinterpret_cast<const unsigned char*>(s.data());
}

// Two steps, so that key and fields need not be contiguous: the hash of table, version and key
// becomes half of the key under which the fields are hashed.
checksum checksum_of(table t, unsigned char version, std::string_view key,
                     std::string_view fields) {
  static constexpr unsigned char fixed[16] = {'l', 'i', 'n', 'g', 'e', 'r', 'd', ' ',
                                              'r', 'o', 'w', ' ', 's', 'u', 'm', '1'};
  unsigned char place[2 + key_bytes_max];
  CHECK(key.size() <= key_bytes_max);
  place[0] = static_cast<unsigned char>(t);
  place[1] = version;
  std::memcpy(place + 2, key.data(), key.size());
  unsigned char inner[16];
  std::memcpy(inner, fixed, sizeof inner);
  crypto_shorthash(inner, place, 2 + key.size(), fixed);
  checksum sum;
  crypto_shorthash(sum.data(), bytes_of(fields), fields.size(), inner);
  return sum;
}

}  // namespace

record_writer::record_writer(std::string& out) : out_(out) {
  out_.assign(head_bytes, '\0');
  out_[0] = static_cast<char>(record_version);
}

record_writer& record_writer::number(std::uint64_t n) {
  while (n >= 0x80) {
    out_.push_back(static_cast<char>(n | 0x80));
    n >>= 7;
  }
  out_.push_back(static_cast<char>(n));
  return *this;
}

record_writer& record_writer::signed_number(std::int64_t n) {
  const auto bits = static_cast<std::uint64_t>(n);
  return number(n < 0 ? ~(bits << 1) : bits << 1);
}

record_writer& record_writer::text(std::string_view s) {
  number(s.size());
  out_.append(s);
  return *this;
}

record_writer& record_writer::rest(std::string_view s) {
  out_.append(s);
  return *this;
}

void record_writer::finish(table t, std::string_view key) {
  const checksum sum =
      checksum_of(t, record_version, key, std::string_view(out_).substr(head_bytes));
  std::memcpy(out_.data() + 1, sum.data(), sum.size());
}

record_reader::record_reader(table t, std::string_view key, std::string_view value,
                             std::size_t key_bytes)
    : table_(t), key_(key), remaining_(value) {
  if (key_bytes != 0 && key.size() != key_bytes) fail("its key has a wrong length");
  if (value.size() < head_bytes) fail("it is too short");
  const auto version = static_cast<unsigned char>(value[0]);
  if (version == record_quarantined) fail("it is quarantined");
  if (version != record_version) fail("its format version is unknown");
  remaining_.remove_prefix(head_bytes);
  const checksum sum = checksum_of(t, version, key, remaining_);
  if (std::memcmp(sum.data(), value.data() + 1, sum.size()) != 0) {
    fail("its checksum does not match");
  }
}

record_reader record_reader::unverified(table t, std::string_view key, std::string_view value) {
  return {unchecked{}, t, key, value.substr(std::min(value.size(), head_bytes))};
}

std::uint64_t record_reader::number() {
  std::uint64_t n = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    if (remaining_.empty()) fail("it ends too early");
    const auto b = static_cast<unsigned char>(remaining_.front());
    remaining_.remove_prefix(1);
    if (shift == 63 && b > 1) break;
    n |= static_cast<std::uint64_t>(b & 0x7f) << shift;
    if (b < 0x80) return n;
  }
  fail("a number in it is too large");
}

std::uint64_t record_reader::number_up_to(std::uint64_t max) {
  const std::uint64_t n = number();
  if (n > max) fail("a number in it is too large");
  return n;
}

std::int64_t record_reader::signed_number() {
  const std::uint64_t n = number();
  return static_cast<std::int64_t>((n & 1) != 0 ? ~(n >> 1) : n >> 1);
}

std::string_view record_reader::text() {
  const std::uint64_t size = number();
  if (size > remaining_.size()) fail("it ends too early");
  const std::string_view s = remaining_.substr(0, static_cast<std::size_t>(size));
  remaining_.remove_prefix(s.size());
  return s;
}

std::string_view record_reader::rest() {
  const std::string_view s = remaining_;
  remaining_ = {};
  return s;
}

void record_reader::require_end() const {
  if (!remaining_.empty()) fail("it is too long");
}

void record_reader::fail(const char* reason) const {
  throw store_damaged(keys::describe(table_, key_) + " is damaged: " + reason);
}

}  // namespace lingerd
