#include <algorithm>

#include "core/base/text.hpp"
#include "tools/linger/admin/admin_command.hpp"
#include "tools/linger/admin/answers.hpp"
#include "tools/linger/admin/fields.hpp"

// linger group: groups and their members.
namespace lingerd {

namespace json = boost::json;

namespace {

// Fields separated by tabs, which are escaped within them: id, name, owner's name, members/most
// members.
std::string describe(const directory& d, const group& g) {
  const person* owner = d.user(g.owner);
  const auto members = std::count_if(g.members.begin(), g.members.end(),
                                     [](const member_link& m) { return m.is_in(); });
  return std::to_string(g.id) + "\t" + printable(g.name) + "\t" + (owner ? owner->name : "?") +
         "\t" + std::to_string(members) + "/" + std::to_string(g.max_members);
}

task<json::object> add(app_context& context, json::object fields) {
  chat& chat = context.chat;
  const auto add = read_group(chat.directory(), fields, "name", chat.bounds());
  if (!add) co_return refused(add.error());
  change c = *add;
  const result<applied> outcome = co_await chat.commit(std::move(c));
  if (!outcome) co_return refused(outcome.error());
  co_return line_answer("added " + add->name + " as group " + std::to_string(outcome->party));
}

// Commits one change for each name in "users", made by `make`, and prints one line for each; the
// first refusal is the answer. Members before and after a refused one are changed all the same.
task<json::object> change_members(app_context& context, json::object fields,
                                  change (*make)(group_id, user_id), std::string_view outcome) {
  chat& chat = context.chat;
  field_reader reader(fields);
  const group* g = read_existing_group(reader, chat.directory());
  const std::vector<std::string> names = read_names(reader, "users");
  std::vector<change> changes;
  for (const std::string& name : names) {
    const person* p = reader.take(find_user(chat.directory(), name));
    if (p) changes.push_back(make(g->id, p->id));
  }
  if (const refusal* reason = reader.refused()) co_return refused(*reason);
  const std::string line_end = std::string(outcome) + std::string(fields.at("name").as_string());
  const std::vector<result<applied>> results = co_await chat.commit_all(std::move(changes));
  json::array lines;
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (!results[i]) {
      const refusal& reason = results[i].error();
      co_return refused(reason.code, names[i] + ": " + reason.message);
    }
    lines.emplace_back(names[i] + line_end);
  }
  co_return lines_answer(std::move(lines));
}

task<json::object> member_add(app_context& context, json::object fields) {
  const auto make = [](group_id g, user_id u) -> change {
    lingerd::add_member add;
    add.group = g;
    add.user = u;
    return add;
  };
  return change_members(context, std::move(fields), make, " is a member of ");
}

task<json::object> member_remove(app_context& context, json::object fields) {
  const auto make = [](group_id g, user_id u) -> change {
    lingerd::remove_member remove;
    remove.group = g;
    remove.user = u;
    return remove;
  };
  return change_members(context, std::move(fields), make, " is no longer a member of ");
}

task<json::object> list(app_context& context, json::object) {
  const directory& d = context.chat.directory();
  json::array lines;
  for (std::size_t i = 0; i < d.party_end(); ++i) {
    const group* g = d.group(static_cast<group_id>(i));
    if (g && !g->removed) lines.emplace_back(describe(d, *g));
  }
  co_return lines_answer(std::move(lines));
}

task<json::object> show(app_context& context, json::object fields) {
  const directory& d = context.chat.directory();
  field_reader reader(fields);
  const group* found = read_existing_group(reader, d);
  if (const refusal* reason = reader.refused()) co_return refused(*reason);
  const group& g = *found;
  json::array lines;
  lines.emplace_back(describe(d, g));
  if (!g.brief.empty()) lines.emplace_back("brief\t" + printable(g.brief));
  for (const member_link& m : g.members) {
    const person* p = d.user(m.user);
    if (!m.is_in() || !p) continue;
    const char* rank = m.user == g.owner ? "owner" : m.rank == role::admin ? "admin" : "member";
    lines.emplace_back(p->name + "\t" + rank);
  }
  co_return lines_answer(std::move(lines));
}

using kind = admin_argument::kind;

constexpr admin_argument existing{"name", "GROUP", "The group's name or number", kind::text, true};

constexpr admin_argument add_arguments[] = {
    {"name", "NAME", "The group's name", kind::text, true},
    {"owner", "--owner", "The name of the owner", kind::text, true},
    {"brief", "--brief", "A short description"},
    {"max_members", "--max-members", "The most members (200 unless given)", kind::count},
};
constexpr admin_argument member_arguments[] = {
    existing,
    {"users", "USER", "The names of the users", kind::texts, true},
};
constexpr admin_argument existing_alone[] = {existing};

constexpr admin_command commands[] = {
    {"add", "Add a group", add_arguments, add},
    {"member add", "Add members to a group", member_arguments, member_add},
    {"member remove", "Remove members from a group", member_arguments, member_remove},
    {"list", "List the groups", {}, list},
    {"show", "Show a group and its members", existing_alone, show},
};

}  // namespace

const admin_noun group_noun{"group", "Add groups and change their members", commands,
                            "Add and remove members"};

}  // namespace lingerd
