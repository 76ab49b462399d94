#include <algorithm>
#include <boost/json/array.hpp>
#include <deque>
#include <map>
#include <optional>
#include <utility>

#include "http/protocol/json_reader.hpp"
#include "tools/linger/admin/admin_command.hpp"
#include "tools/linger/admin/answers.hpp"
#include "tools/linger/admin/fields.hpp"

// The server's part of linger import; tools/linger/import_file.cpp reads the file. A file may be
// imported again: what exists is passed over and never changed.
namespace lingerd {

namespace json = boost::json;

namespace {

enum class line_kind { user, friends, group, unknown };

line_kind kind_of(const json::value& line) {
  const json::object* o = line.if_object();
  if (!o) return line_kind::unknown;
  if (o->contains("user")) return line_kind::user;
  if (o->contains("friends")) return line_kind::friends;
  if (o->contains("group")) return line_kind::group;
  return line_kind::unknown;
}

// A line that was read: what it adds, or what was there before it.
struct entry {
  std::optional<change> addition;  // none: it exists already, and stays as it is
  user_id user = 0;                // of an account that exists
  std::string note;                // how what exists differs from the line; empty if it does not
};

entry existing(std::string name, bool differs) {
  entry e;
  if (differs)
    e.note = std::move(name) + " is there already, differs from the file and stays as it is";
  return e;
}

result<entry> read_friends(const directory& d, const json::object& line, wall_ms now) {
  field_reader reader(line);
  const std::vector<std::string> names = read_names(reader, "friends");
  reader.refuse_unless(names.size() == 2, error::bad_request, "\"friends\" must name two users");
  if (const refusal* reason = reader.refused()) return *reason;
  const auto ids = find_two_users(d, names[0], names[1]);
  if (!ids) return ids.error();
  const friend_link* link = d.friendship_of(ids->first, ids->second);
  if (link && (link->state == friendship::agreed || link->state == friendship::none)) {
    return existing("the friendship of " + names[0] + " and " + names[1],
                    link->state == friendship::none);
  }
  make_friends make;
  make.a = ids->first;
  make.b = ids->second;
  make.now = now;
  entry e;
  e.addition = change(make);
  return e;
}

entry existing_user(const person& p, const json::object& line, const account& a) {
  const bool differs = (line.contains("display") && p.display != a.display) ||
                       (line.contains("admin") && p.admin != a.is_admin) || p.disabled;
  entry e = existing("the user " + p.name, differs);
  e.user = p.id;
  return e;
}

task<result<entry>> read_user(app_context& context, const json::object& line) {
  auto a = read_account(line, "user", context.chat.bounds());
  if (!a) co_return a.error();
  if (const person* p = context.chat.directory().user_named(a->name)) {
    co_return existing_user(*p, line, *a);
  }
  if (a->password_hash.empty() && !a->password.empty()) {
    result<std::string> hash = co_await context.passwords.hash(std::move(a->password));
    if (!hash) co_return hash.error();
    a->password_hash = std::move(*hash);
  }
  entry e;
  e.addition = change(to_change(*a));
  co_return e;
}

// The groups that exist, by owner and name: a search for each line would take long.
using group_index = std::map<std::pair<user_id, std::string>, const group*>;

group_index index_groups(const directory& d) {
  group_index index;
  for (std::size_t i = 0; i < d.party_end(); ++i) {
    const group* g = d.group(static_cast<group_id>(i));
    if (g && !g->removed) index.try_emplace({g->owner, g->name}, g);
  }
  return index;
}

result<entry> read_group_line(app_context& context, const json::object& line,
                              const group_index& groups) {
  auto add = read_group(context.chat.directory(), line, "group", context.chat.bounds());
  if (!add) return add.error();
  const auto found = groups.find({add->owner, add->name});
  if (found != groups.end()) {
    const group& g = *found->second;
    const bool has_all = std::all_of(add->members.begin(), add->members.end(), [&g](user_id u) {
      const member_link* m = g.member(u);
      return m && m->is_in();
    });
    const bool differs = !has_all || (line.contains("brief") && g.brief != add->brief) ||
                         (line.contains("max_members") && g.max_members != add->max_members);
    return existing("the group " + g.name, differs);
  }
  entry e;
  e.addition = change(std::move(*add));
  return e;
}

std::string numbered(std::uint64_t number, const std::string& text) {
  return "line " + std::to_string(number) + ": " + text;
}

json::object refused_line(std::uint64_t number, const refusal& r) {
  return refused(r.code, numbered(number, r.message));
}

// What the lines of one command add up to.
struct import_outcome {
  json::array tokens, notes;
  std::size_t existing_count = 0;
  std::optional<json::object> refused;
};

// Signs the users in, each with the number of its line. As at a sign-in, a user that has all the
// sessions of the limit loses the oldest.
task<void> open_sessions(app_context& context,
                         const std::vector<std::pair<std::uint64_t, user_id>>& users,
                         import_outcome& outcome) {
  chat& chat = context.chat;
  std::deque<sessions::opening> openings;
  std::vector<change> changes;
  for (const auto& [number, user] : users) {
    openings.emplace_back(chat.sessions(), user);
    const std::string token = make_token(context.entropy);
    const person* p = chat.directory().user(user);
    outcome.tokens.push_back(json::array{p->name, p->id, token});
    open_session open;
    open.user = user;
    open.hash = *hash_of_token(token);
    open.now = chat.wall().now;
    open.ending = chat.sessions().surplus(user);
    changes.emplace_back(std::move(open));
  }
  const std::vector<result<applied>> opened = co_await chat.commit_all(std::move(changes));
  for (std::size_t i = 0; i < opened.size(); ++i) {
    if (opened[i]) continue;
    outcome.refused = refused_line(users[i].first, opened[i].error());
    co_return;
  }
}

// Commits lines of one kind, the first of them with this number.
task<void> commit_lines(app_context& context, std::vector<entry> lines, std::uint64_t first,
                        bool wants_tokens, import_outcome& outcome) {
  std::vector<change> changes;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    entry& line = lines[i];
    if (!line.note.empty()) outcome.notes.emplace_back(numbered(first + i, line.note));
    if (line.addition) {
      changes.push_back(std::move(*line.addition));
    } else {
      ++outcome.existing_count;
    }
  }
  const std::vector<result<applied>> results = co_await context.chat.commit_all(std::move(changes));
  std::vector<std::pair<std::uint64_t, user_id>> users;
  auto next = results.begin();
  for (std::size_t i = 0; i < lines.size(); ++i) {
    user_id user = lines[i].user;
    if (lines[i].addition) {
      const result<applied>& added = *next++;
      if (!added) {
        if (!outcome.refused) outcome.refused = refused_line(first + i, added.error());
        continue;
      }
      user = added->party;
    }
    const person* p = user == 0 ? nullptr : context.chat.directory().user(user);
    if (p && !p->disabled) users.emplace_back(first + i, user);
  }
  if (outcome.refused || !wants_tokens) co_return;
  co_await open_sessions(context, users, outcome);
}

}  // namespace

task<json::object> run_import(app_context& context, json::object fields) {
  chat& chat = context.chat;
  const json::value* list = fields.if_contains("lines");
  if (!list || !list->is_array()) co_return refused(error::bad_request, "\"lines\" is missing");
  const json::array& lines = list->get_array();
  const auto first = json_reader::number(fields, "first");
  if (!first) co_return refused(first.error());
  const json::value* tokens_field = fields.if_contains("tokens");
  const bool wants_tokens = tokens_field && tokens_field->is_bool() && tokens_field->get_bool();

  import_outcome outcome;
  std::size_t next = 0;
  while (next < lines.size()) {
    // Successive lines of one kind are committed together: a later line may name what an earlier
    // one of another kind has added.
    const std::size_t begin = next;
    const line_kind batch_kind = kind_of(lines[begin]);
    group_index groups;
    if (batch_kind == line_kind::group) groups = index_groups(chat.directory());
    std::vector<entry> batch;
    for (; next < lines.size() && kind_of(lines[next]) == batch_kind; ++next) {
      if (batch_kind == line_kind::unknown) {
        co_return refused_line(*first + next,
                               {error::bad_request, "neither a user, nor friends, nor a group"});
      }
      const json::object& line = lines[next].get_object();
      result<entry> read = entry();
      if (batch_kind == line_kind::user) {
        read = co_await read_user(context, line);
      } else if (batch_kind == line_kind::friends) {
        read = read_friends(chat.directory(), line, chat.wall().now);
      } else {
        read = read_group_line(context, line, groups);
      }
      if (!read) co_return refused_line(*first + next, read.error());
      batch.push_back(std::move(*read));
    }
    const std::uint64_t batch_first = *first + begin;
    co_await commit_lines(context, std::move(batch), batch_first, wants_tokens, outcome);
    if (outcome.refused) co_return std::move(*outcome.refused);
  }
  json::object answer = lines_answer({});
  answer["tokens"] = std::move(outcome.tokens);
  answer["notes"] = std::move(outcome.notes);
  answer["existing"] = outcome.existing_count;
  co_return answer;
}

}  // namespace lingerd
