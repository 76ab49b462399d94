#include <boost/json/array.hpp>

#include "http/protocol/json_reader.hpp"
#include "tools/linger/admin/admin_command.hpp"
#include "tools/linger/admin/answers.hpp"
#include "tools/linger/admin/fields.hpp"

// The server's part of linger import; tools/linger/import_file.cpp reads the file.
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

result<change> read_friends(const directory& d, const json::object& line, wall_ms now) {
  field_reader reader(line);
  const std::vector<std::string> names = read_names(reader, "friends");
  reader.refuse_unless(names.size() == 2, error::bad_request, "\"friends\" must name two users");
  if (const refusal* reason = reader.refused()) return *reason;
  const auto ids = find_two_users(d, names[0], names[1]);
  if (!ids) return ids.error();
  make_friends make;
  make.a = ids->first;
  make.b = ids->second;
  make.now = now;
  return change(make);
}

task<result<change>> read_user(app_context& context, const json::object& line) {
  auto a = read_account(line, "user", context.chat.bounds());
  if (!a) co_return a.error();
  if (a->password_hash.empty() && !a->password.empty()) {
    result<std::string> hash = co_await context.passwords.hash(std::move(a->password));
    if (!hash) co_return hash.error();
    a->password_hash = std::move(*hash);
  }
  co_return change(to_change(*a));
}

task<result<change>> read_line(app_context& context, const json::object& line, line_kind kind) {
  const directory& d = context.chat.directory();
  if (kind == line_kind::user) {
    result<change> user = co_await read_user(context, line);
    co_return user;
  }
  if (kind == line_kind::friends) co_return read_friends(d, line, context.chat.wall().now);
  const auto add = read_group(d, line, "group", context.chat.bounds());
  if (!add) co_return add.error();
  co_return change(*add);
}

json::object refused_line(std::uint64_t number, const refusal& r) {
  return refused(r.code, "line " + std::to_string(number) + ": " + r.message);
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

  json::array tokens;
  std::size_t next = 0;
  while (next < lines.size()) {
    // Successive lines of one kind are committed together: a later line may name what an earlier
    // one of another kind has added.
    const std::size_t begin = next;
    const line_kind batch_kind = kind_of(lines[begin]);
    std::vector<change> changes;
    for (; next < lines.size(); ++next) {
      const line_kind kind = kind_of(lines[next]);
      if (kind == line_kind::unknown) {
        co_return refused_line(*first + next,
                               {error::bad_request, "neither a user, nor friends, nor a group"});
      }
      if (kind != batch_kind) break;
      const json::object& line = lines[next].get_object();
      result<change> c = co_await read_line(context, line, kind);
      if (!c) co_return refused_line(*first + next, c.error());
      changes.push_back(std::move(*c));
    }
    const std::vector<result<applied>> results = co_await chat.commit_all(std::move(changes));
    std::vector<change> sessions;
    for (std::size_t i = 0; i < results.size(); ++i) {
      if (!results[i]) co_return refused_line(*first + begin + i, results[i].error());
      if (batch_kind != line_kind::user || !wants_tokens) continue;
      const std::string token = make_token(context.entropy);
      const person* p = chat.directory().user(results[i]->party);
      tokens.push_back(json::array{p->name, p->id, token});
      open_session open;
      open.user = p->id;
      open.hash = *hash_of_token(token);
      open.now = chat.wall().now;
      sessions.emplace_back(open);
    }
    if (sessions.empty()) continue;
    const std::vector<result<applied>> opened = co_await chat.commit_all(std::move(sessions));
    for (const result<applied>& session : opened) {
      if (!session) co_return refused(session.error());
    }
  }
  json::object answer = lines_answer({});
  answer["tokens"] = std::move(tokens);
  co_return answer;
}

}  // namespace lingerd
