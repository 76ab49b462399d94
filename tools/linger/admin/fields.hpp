#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/chat/chat.hpp"
#include "http/protocol/field_reader.hpp"

// Reads the fields that the administration commands and the import file share. Every refusal has a
// sentence for the administrator.
namespace lingerd {

// Sentences that several commands use.
namespace admin_texts {
inline constexpr const char* password_too_long = "the password is too long";
inline constexpr const char* password_empty = "the password is empty";
inline constexpr const char* same_user = "the two names stand for the same user";
}  // namespace admin_texts

result<const person*> find_user(const directory& d, const std::string& name);
result<std::pair<user_id, user_id>> find_two_users(const directory& d, const std::string& a,
                                                   const std::string& b);
// By number or by name; a name that several groups have is refused.
result<const group*> find_group(const directory& d, const std::string& name);

// A list of names; empty where the field is absent or null.
std::vector<std::string> read_names(field_reader& reader, std::string_view field);
// The user that a required field names; null after a refusal.
const person* read_user(field_reader& reader, std::string_view field, const directory& d);
// The group that the field "name" stands for; null after a refusal.
const group* read_existing_group(field_reader& reader, const directory& d);

// A new account. At most one of `password` and `password_hash` is used; with neither the account
// cannot sign in with a password.
struct account {
  std::string name, display, password, password_hash;
  bool is_admin = false;
};
result<account> read_account(const boost::json::object& o, std::string_view name_field,
                             const limits& bounds);
add_user to_change(const account& a);

result<add_group> read_group(const directory& d, const boost::json::object& o,
                             std::string_view name_field, const limits& bounds);

}  // namespace lingerd
