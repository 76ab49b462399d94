#include "store/codec/keys.hpp"

#include <cstring>

#include "core/base/check.hpp"

namespace lingerd::keys {
namespace {

std::string name_of_conversation(conversation conversation) {
  if (conversation.is_group()) return "group " + std::to_string(conversation.group());
  return "conversation " + std::to_string(conversation.low()) + "-" +
         std::to_string(conversation.high());
}

std::string two_numbers(std::string_view key, const char* prefix, const char* infix) {
  return prefix + std::to_string(u32_at(key, 0)) + infix + std::to_string(u32_at(key, 4));
}

}  // namespace

key& key::text(std::string_view s) {
  CHECK(size_ + s.size() <= sizeof bytes_);
  std::memcpy(bytes_ + size_, s.data(), s.size());
  size_ = static_cast<std::uint16_t>(size_ + s.size());
  return *this;
}

key session(const token_hash& hash) {
  return key().text({reinterpret_cast<const char*>(hash.data()), hash.size()});
}

std::string after_prefix(std::string_view prefix) {
  std::string next(prefix);
  while (!next.empty() && next.back() == '\xff') next.pop_back();
  if (!next.empty()) next.back() = static_cast<char>(static_cast<unsigned char>(next.back()) + 1);
  return next;
}

std::uint32_t u32_at(std::string_view key, std::size_t offset) {
  std::uint32_t n = 0;
  for (std::size_t i = offset; i < offset + 4; ++i) {
    n = n << 8 | (i < key.size() ? static_cast<unsigned char>(key[i]) : 0U);
  }
  return n;
}

std::uint64_t u64_at(std::string_view key, std::size_t offset) {
  return std::uint64_t{u32_at(key, offset)} << 32 | u32_at(key, offset + 4);
}

std::string describe(table t, std::string_view key) {
  const std::size_t n = key.size();
  switch (t) {
    case table::meta: return "entry '" + std::string(key) + "' of table meta";
    case table::users:
      if (n == 4) return "user " + std::to_string(u32_at(key, 0));
      break;
    case table::groups:
      if (n == 4) return "group " + std::to_string(u32_at(key, 0));
      break;
    case table::friends:
      if (n == 8) return two_numbers(key, "friendship of user ", " with ");
      break;
    case table::members:
      if (n == 8) return two_numbers(key, "membership in group ", " of user ");
      break;
    case table::joined:
      if (n == 8) return two_numbers(key, "index entry of user ", " in group ");
      break;
    case table::messages:
      if (n == message_bytes) return "message " + std::to_string(message_at(key));
      break;
    case table::recent:
      if (n == recent_bytes) {
        return "list of the newest messages of " + name_of_conversation(conversation_at(key));
      }
      break;
    case table::older:
      if (n == older_bytes) {
        return "list of messages up to " + std::to_string(last_at(key)) + " of " +
               name_of_conversation(conversation_at(key));
      }
      break;
    case table::reads:
      if (n == 12) {
        return "read mark of user " + std::to_string(u32_at(key, 0)) + " in " +
               name_of_conversation({u64_at(key, 4)});
      }
      break;
    case table::sent:
      if (n >= 4) return "sent mark of user " + std::to_string(u32_at(key, 0));
      break;
    case table::names:
    case table::sessions: break;
  }
  return "a row of table " + std::string(name_of(t));
}

}  // namespace lingerd::keys
