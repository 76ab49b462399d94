#include "tools/linger/admin/fields.hpp"

#include <boost/json/array.hpp>

#include "core/base/text.hpp"
#include "http/api/passwords.hpp"
#include "http/protocol/json_reader.hpp"
#include "http/protocol/request.hpp"

namespace lingerd {

namespace json = boost::json;

namespace {

refusal not_a_list(std::string_view field) {
  return {error::bad_request, "\"" + std::string(field) + "\" must be a list of names"};
}

result<bool> read_flag(const json::object& o, std::string_view field) {
  const json::value* v = o.if_contains(json::string_view(field.data(), field.size()));
  if (!v || v->is_null()) return false;
  if (v->is_bool()) return v->get_bool();
  return refusal(error::bad_request, "\"" + std::string(field) + "\" must be true or false");
}

}  // namespace

result<const person*> find_user(const directory& d, const std::string& name) {
  const person* p = d.user_named(name);
  if (p) return p;
  return refusal(error::not_found, "there is no user " + name);
}

result<std::pair<user_id, user_id>> find_two_users(const directory& d, const std::string& a,
                                                   const std::string& b) {
  const auto first = find_user(d, a);
  if (!first) return first.error();
  const auto second = find_user(d, b);
  if (!second) return second.error();
  if (*first == *second) return refusal(error::bad_request, admin_texts::same_user);
  return std::pair((*first)->id, (*second)->id);
}

result<const group*> find_group(const directory& d, const std::string& name) {
  if (const auto n = digits(name); n && *n <= 0xffffffffu) {
    const group* g = d.group(static_cast<group_id>(*n));
    if (g && !g->removed) return g;
  }
  const group* found = nullptr;
  for (std::size_t i = 0; i < d.party_end(); ++i) {
    const group* g = d.group(static_cast<group_id>(i));
    if (!g || g->removed || g->name != name) continue;
    if (found) {
      return refusal(error::bad_request,
                     "several groups have the name " + name + "; give the number instead");
    }
    found = g;
  }
  if (found) return found;
  return refusal(error::not_found, "there is no group " + name);
}

result<std::vector<std::string>> read_names(const json::object& o, std::string_view field) {
  std::vector<std::string> names;
  const json::value* v = o.if_contains(json::string_view(field.data(), field.size()));
  if (!v || v->is_null()) return names;
  const json::array* list = v->if_array();
  if (!list) return not_a_list(field);
  for (const json::value& element : *list) {
    const json::string* s = element.if_string();
    if (!s) return not_a_list(field);
    names.emplace_back(s->data(), s->size());
  }
  return names;
}

result<account> read_account(const json::object& o, std::string_view name_field,
                             const limits& bounds) {
  account a;
  auto name = json_reader::text(o, name_field);
  if (!name) return name.error();
  if (!is_user_name(*name, bounds.name_bytes)) {
    return refusal(error::bad_name, "\"" + *name + "\" is not a valid user name");
  }
  auto display = json_reader::maybe_text(o, "display");
  if (!display) return display.error();
  a.display = display->value_or(*name);
  if (!is_title(a.display, bounds.display_bytes)) {
    return refusal(error::bad_name, "the display name is not valid");
  }
  a.name = std::move(*name);
  auto password = json_reader::maybe_text(o, "password");
  if (!password) return password.error();
  a.password = password->value_or("");
  if (a.password.size() > bounds.password_bytes_max) {
    return refusal(error::weak_password, admin_texts::password_too_long);
  }
  auto hash = json_reader::maybe_text(o, "password_hash");
  if (!hash) return hash.error();
  a.password_hash = hash->value_or("");
  if (!a.password_hash.empty() && !passwords::is_hash(a.password_hash)) {
    return refusal(error::bad_request, "\"password_hash\" is not an Argon2id string");
  }
  const auto is_admin = read_flag(o, "admin");
  if (!is_admin) return is_admin.error();
  a.is_admin = *is_admin;
  return a;
}

add_user to_change(const account& a) {
  add_user add;
  add.name = a.name;
  add.display = a.display;
  add.password_hash = a.password_hash;
  add.admin = a.is_admin;
  return add;
}

result<add_group> read_group(const directory& d, const json::object& o, std::string_view name_field,
                             const limits& bounds) {
  add_group add;
  auto name = json_reader::text(o, name_field);
  if (!name) return name.error();
  if (!is_title(*name, bounds.group_name_bytes)) {
    return refusal(error::bad_name, "the group name is not valid");
  }
  add.name = std::move(*name);
  const auto owner_name = json_reader::text(o, "owner");
  if (!owner_name) return owner_name.error();
  const auto owner = find_user(d, *owner_name);
  if (!owner) return owner.error();
  add.owner = (*owner)->id;
  auto brief = json_reader::maybe_text(o, "brief");
  if (!brief) return brief.error();
  add.brief = brief->value_or("");
  if (add.brief.size() > bounds.brief_bytes) {
    return refusal(error::too_large, "the brief is too long");
  }
  const auto max_members = json_reader::maybe_number(o, "max_members");
  if (!max_members) return max_members.error();
  if (*max_members) {
    if (**max_members == 0 || **max_members > bounds.members_per_group) {
      return refusal(error::bad_request, "\"max_members\" is out of range");
    }
    add.max_members = static_cast<std::uint32_t>(**max_members);
  }
  const auto members = read_names(o, "members");
  if (!members) return members.error();
  for (const std::string& member : *members) {
    const auto p = find_user(d, member);
    if (!p) return p.error();
    add.members.push_back((*p)->id);
  }
  return add;
}

}  // namespace lingerd
