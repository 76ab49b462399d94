#include "tools/linger/admin/fields.hpp"

#include <boost/json/array.hpp>

#include "core/base/refusals.hpp"
#include "core/base/text.hpp"
#include "http/api/passwords.hpp"
#include "http/protocol/request.hpp"

namespace lingerd {

namespace json = boost::json;

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

std::vector<std::string> read_names(field_reader& reader, std::string_view field) {
  const auto refuse = [&reader, field] {
    reader.refuse({error::bad_request, "\"" + std::string(field) + "\" must be a list of names"});
    return std::vector<std::string>();
  };
  std::vector<std::string> names;
  const json::value* value = reader.find(field);
  if (!value) return names;
  const json::array* list = value->if_array();
  if (!list) return refuse();
  for (const json::value& element : *list) {
    const json::string* name = element.if_string();
    if (!name) return refuse();
    names.emplace_back(name->data(), name->size());
  }
  return names;
}

const person* read_user(field_reader& reader, std::string_view field, const directory& d) {
  const std::string name = reader.text(field);
  return reader.take(find_user(d, name));
}

const group* read_existing_group(field_reader& reader, const directory& d) {
  const std::string name = reader.text("name");
  return reader.take(find_group(d, name));
}

result<account> read_account(const json::object& o, std::string_view name_field,
                             const limits& bounds) {
  field_reader reader(o);
  account a;
  a.name = reader.text(name_field);
  if (!is_user_name(a.name, bounds.name_bytes)) {
    reader.refuse({error::bad_name, "\"" + a.name + "\" is not a valid user name"});
  }
  a.display = reader.optional_text("display").value_or(a.name);
  reader.refuse_unless(is_title(a.display, bounds.display_bytes), error::bad_name,
                       "the display name is not valid");
  a.password = reader.optional_text("password").value_or("");
  reader.refuse_unless(a.password.size() <= bounds.password_bytes_max, error::weak_password,
                       admin_texts::password_too_long);
  a.password_hash = reader.optional_text("password_hash").value_or("");
  reader.refuse_unless(a.password_hash.empty() || passwords::is_hash(a.password_hash),
                       error::bad_request, "\"password_hash\" is not an Argon2id string");
  a.is_admin = reader.flag("admin");
  if (const refusal* reason = reader.refused()) return *reason;
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
  field_reader reader(o);
  add_group add;
  add.name = reader.text(name_field);
  reader.refuse_unless(is_title(add.name, bounds.group_name_bytes), error::bad_name,
                       "the group name is not valid");
  if (const person* owner = read_user(reader, "owner", d)) add.owner = owner->id;
  add.brief = reader.optional_text("brief").value_or("");
  if (add.brief.size() > bounds.brief_bytes) reader.refuse(refusals::brief_too_long());
  reader.refuse_unless(is_brief(add.brief), error::bad_request, "the brief has control characters");
  if (const auto max_members = reader.optional_number("max_members")) {
    reader.refuse_unless(*max_members > 0 && *max_members <= bounds.members_per_group,
                         error::bad_request, "\"max_members\" is out of range");
    add.max_members = static_cast<std::uint32_t>(*max_members);
  }
  for (const std::string& member : read_names(reader, "members")) {
    if (const person* p = reader.take(find_user(d, member))) add.members.push_back(p->id);
  }
  if (const refusal* reason = reader.refused()) return *reason;
  return add;
}

}  // namespace lingerd
