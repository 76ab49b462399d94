#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/state/rows.hpp"
#include "store/engine/kv_transaction.hpp"

// The layout of the tables: the key of each row. Numbers are big-endian, so that the order of the
// bytes is the order of the numbers; there are no duplicate keys.
//
//   meta      name                     users, groups   id
//   names     folded name              friends         user, other
//   members   group, user              joined          user, group
//   messages  id                       sent            user, cid
//   reads     user, conversation       sessions        token hash
//   recent    conversation             older           conversation, id
namespace lingerd::keys {

// A key, built in place; also a prefix of keys.
class key {
 public:
  key& u32(std::uint32_t n) { return big_endian(n, 4); }
  key& u64(std::uint64_t n) { return big_endian(n, 8); }
  // REQUIRES: it fits.
  key& text(std::string_view s);
  operator std::string_view() const { return {bytes_, size_}; }

 private:
  key& big_endian(std::uint64_t n, unsigned bytes) {
    for (unsigned i = bytes; i-- > 0;) bytes_[size_++] = static_cast<char>(n >> (8 * i));
    return *this;
  }

  char bytes_[260];
  std::uint16_t size_ = 0;
};

inline constexpr std::string_view schema = "schema";
inline constexpr std::string_view state = "state";
// The checkpoint of the message index (store/codec/index_rows.hpp).
inline constexpr std::string_view indexed = "indexed";

inline key party(std::uint32_t id) { return key().u32(id); }
inline key friend_of(user_id user, user_id other) { return key().u32(user).u32(other); }
inline key member(group_id g, user_id user) { return key().u32(g).u32(user); }
inline key joined(user_id user, group_id g) { return key().u32(user).u32(g); }
inline key message(change_id id) { return key().u64(id); }
inline key sent(user_id user, std::string_view cid) { return key().u32(user).text(cid); }
inline key read(user_id user, conversation conversation) {
  return key().u32(user).u64(conversation.key);
}
key session(const token_hash& hash);
inline key recent(conversation conversation) { return key().u64(conversation.key); }
inline key older(conversation conversation, change_id last) {
  return key().u64(conversation.key).u64(last);
}

// The least key above all keys with this prefix; empty if there is none.
std::string after_prefix(std::string_view prefix);

// The number at a byte offset of a key; missing bytes count as zeros (the codec refuses such keys).
std::uint32_t u32_at(std::string_view key, std::size_t offset);
std::uint64_t u64_at(std::string_view key, std::size_t offset);

inline constexpr std::size_t message_bytes = 8;
inline constexpr std::size_t recent_bytes = 8;
inline constexpr std::size_t older_bytes = 16;
inline change_id message_at(std::string_view message_key) { return u64_at(message_key, 0); }
// The conversation in a key of `recent` or `older`.
inline conversation conversation_at(std::string_view key) { return {u64_at(key, 0)}; }
inline change_id last_at(std::string_view older_key) { return u64_at(older_key, 8); }

// A row's name for messages to people: "message 77". Contains no text of users.
std::string describe(table t, std::string_view key);

}  // namespace lingerd::keys
