#include <tuple>

#include "tools/linger/admin/admin_command.hpp"
#include "tools/linger/admin/answers.hpp"
#include "tools/linger/admin/fields.hpp"

// linger friend: friendships.
namespace lingerd {

namespace json = boost::json;

namespace {

// Two different users, by the names in "a" and "b".
struct pair_of_users {
  std::string a_name, b_name;
  user_id a = 0, b = 0;
};

result<pair_of_users> read_pair(const app_context& context, const json::object& fields) {
  field_reader reader(fields);
  pair_of_users pair;
  pair.a_name = reader.text("a");
  pair.b_name = reader.text("b");
  const directory& d = context.chat.directory();
  std::tie(pair.a, pair.b) = reader.take(find_two_users(d, pair.a_name, pair.b_name));
  if (const refusal* reason = reader.refused()) return *reason;
  return pair;
}

const char* name_of(friendship state) {
  return state == friendship::agreed ? "agreed" : state == friendship::asked ? "asked" : "asked_me";
}

task<json::object> add(app_context& context, json::object fields) {
  const auto pair = read_pair(context, fields);
  if (!pair) co_return refused(pair.error());
  make_friends make;
  make.a = pair->a;
  make.b = pair->b;
  make.now = context.chat.wall().now;
  change c = make;
  std::string line = pair->a_name + " and " + pair->b_name + " are friends";
  json::object answer = co_await commit_and_answer(context.chat, std::move(c), std::move(line));
  co_return answer;
}

task<json::object> remove(app_context& context, json::object fields) {
  const auto pair = read_pair(context, fields);
  if (!pair) co_return refused(pair.error());
  end_friendship end;
  end.user = pair->a;
  end.other = pair->b;
  end.now = context.chat.wall().now;
  change c = end;
  std::string line = pair->a_name + " and " + pair->b_name + " are no longer friends";
  json::object answer = co_await commit_and_answer(context.chat, std::move(c), std::move(line));
  co_return answer;
}

task<json::object> list(app_context& context, json::object fields) {
  const directory& d = context.chat.directory();
  field_reader reader(fields);
  const person* p = read_user(reader, "a", d);
  if (const refusal* reason = reader.refused()) co_return refused(*reason);
  json::array lines;
  for (const friend_link& f : p->friends) {
    const person* other = d.user(f.other);
    if (!other || f.state == friendship::none) continue;
    lines.emplace_back(other->name + "\t" + name_of(f.state));
  }
  co_return lines_answer(std::move(lines));
}

using kind = admin_argument::kind;

constexpr admin_argument two_users[] = {
    {"a", "A", "The name of one user", kind::text, true},
    {"b", "B", "The name of the other user", kind::text, true},
};
constexpr admin_argument one_user[] = {{"a", "NAME", "The user's name", kind::text, true}};

constexpr admin_command commands[] = {
    {"add", "Make two users friends", two_users, add},
    {"remove", "End a friendship", two_users, remove},
    {"list", "List the friends and friend requests of a user", one_user, list},
};

}  // namespace

const admin_noun friend_noun{"friend", "Make and end friendships", commands};

}  // namespace lingerd
