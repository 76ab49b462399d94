#include "core/base/text.hpp"
#include "tools/linger/admin/admin_command.hpp"
#include "tools/linger/admin/answers.hpp"
#include "tools/linger/admin/fields.hpp"

// linger user: accounts.
namespace lingerd {

namespace json = boost::json;

namespace {

// Fields separated by tabs, which are escaped within them: id, name, display name, "admin" or
// nothing, "disabled" or nothing.
std::string describe(const person& p) {
  std::string line = std::to_string(p.id) + "\t" + p.name + "\t" + printable(p.display);
  line += p.admin ? "\tadmin" : "\t";
  line += p.disabled ? "\tdisabled" : "";
  return line;
}

task<json::object> list(app_context& context, json::object) {
  const directory& d = context.chat.directory();
  json::array lines;
  for (std::size_t i = 0; i < d.party_end(); ++i) {
    const person* p = d.user(static_cast<user_id>(i));
    if (p && !p->removed) lines.emplace_back(describe(*p));
  }
  co_return lines_answer(std::move(lines));
}

task<json::object> add(app_context& context, json::object fields) {
  chat& chat = context.chat;
  auto a = read_account(fields, "name", chat.bounds());
  if (!a) co_return refused(a.error());
  if (!a->password.empty()) {
    result<std::string> hash = co_await context.passwords.hash(std::move(a->password));
    if (!hash) co_return refused(hash.error());
    a->password_hash = std::move(*hash);
  }
  change c = to_change(*a);
  const result<applied> outcome = co_await chat.commit(std::move(c));
  if (!outcome) co_return refused(outcome.error());
  co_return line_answer("added " + a->name + " as user " + std::to_string(outcome->party));
}

task<json::object> passwd(app_context& context, json::object fields) {
  chat& chat = context.chat;
  field_reader reader(fields);
  const person* p = read_user(reader, "name", chat.directory());
  std::string password = reader.text("password");
  reader.refuse_unless(!password.empty(), error::weak_password, admin_texts::password_empty);
  reader.refuse_unless(password.size() <= chat.bounds().password_bytes_max, error::weak_password,
                       admin_texts::password_too_long);
  if (const refusal* reason = reader.refused()) co_return refused(*reason);
  set_password set;
  set.user = p->id;
  std::string line = "the password of " + p->name + " is set; the user's sessions have ended";
  result<std::string> hash = co_await context.passwords.hash(std::move(password));
  if (!hash) co_return refused(hash.error());
  set.password_hash = std::move(*hash);
  change c = std::move(set);
  json::object answer = co_await commit_and_answer(chat, std::move(c), std::move(line));
  co_return answer;
}

task<json::object> set_state(app_context& context, json::object fields, bool is_disabled) {
  field_reader reader(fields);
  const person* p = read_user(reader, "name", context.chat.directory());
  if (const refusal* reason = reader.refused()) co_return refused(*reason);
  set_disabled set;
  set.user = p->id;
  set.disabled = is_disabled;
  change c = set;
  std::string line = p->name + (is_disabled ? " is disabled" : " is enabled");
  json::object answer = co_await commit_and_answer(context.chat, std::move(c), std::move(line));
  co_return answer;
}

task<json::object> disable(app_context& context, json::object fields) {
  return set_state(context, std::move(fields), true);
}

task<json::object> enable(app_context& context, json::object fields) {
  return set_state(context, std::move(fields), false);
}

task<json::object> remove(app_context& context, json::object fields) {
  field_reader reader(fields);
  const person* p = read_user(reader, "name", context.chat.directory());
  if (const refusal* reason = reader.refused()) co_return refused(*reason);
  remove_user remove;
  remove.user = p->id;
  change c = remove;
  std::string line = "removed " + p->name;
  json::object answer = co_await commit_and_answer(context.chat, std::move(c), std::move(line));
  co_return answer;
}

using kind = admin_argument::kind;

constexpr admin_argument name{"name", "NAME", "The user's name", kind::text, true};

constexpr admin_argument add_arguments[] = {
    name,
    {"display", "--display", "The name that others see (NAME unless given)"},
    {"admin", "--admin", "Mark the account as an administrator's", kind::flag},
    {"password", "--password-stdin", "Read the password from standard input", kind::password},
};
constexpr admin_argument passwd_arguments[] = {
    name,
    {"password", "--password-stdin", "Read the password from standard input", kind::password, true},
};
constexpr admin_argument name_alone[] = {name};

constexpr admin_command commands[] = {
    {"add", "Add an account", add_arguments, add},
    {"list", "List the accounts", {}, list},
    {"passwd", "Set a password and end the user's sessions", passwd_arguments, passwd},
    {"disable", "End the user's sessions and refuse new ones", name_alone, disable},
    {"enable", "Allow the user to sign in again", name_alone, enable},
    {"remove", "Remove an account; its messages stay", name_alone, remove},
};

}  // namespace

const admin_noun user_noun{"user", "Add, list and change accounts", commands};

}  // namespace lingerd
