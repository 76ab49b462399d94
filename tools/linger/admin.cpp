#include "tools/linger/admin.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <string>
#include <vector>

#include "core/base/text.hpp"
#include "http/protocol/json_reader.hpp"

namespace lingerd {

namespace json = boost::json;

namespace {

json::object refused(const refusal& r) {
  json::object o;
  o["refused"] = std::string(code_of(r.code));
  o["message"] = r.what;
  return o;
}

json::object refused(error code, std::string what) {
  return refused(refusal(code, std::move(what)));
}

json::object said(std::string line) {
  json::object o;
  o["lines"] = json::array{std::move(line)};
  return o;
}

json::object said(json::array lines) {
  json::object o;
  o["lines"] = std::move(lines);
  return o;
}

result<const person*> find_user(const directory& d, const std::string& name) {
  const person* p = d.user_named(name);
  if (p) return p;
  return refusal(error::not_found, "there is no user " + name);
}

// By number or by name; a name that several groups bear is refused.
result<const group*> find_group(const directory& d, const std::string& name) {
  if (const auto n = digits(name); n && *n <= 0xffffffffu) {
    const group* g = d.group(static_cast<group_id>(*n));
    if (g && !g->removed) return g;
  }
  const group* found = nullptr;
  for (std::size_t i = 0; i < d.party_end(); ++i) {
    const group* g = d.group(static_cast<group_id>(i));
    if (!g || g->removed || g->name != name) continue;
    if (found)
      return refusal(error::bad_request, "several groups are called " + name + ": give the number");
    found = g;
  }
  if (found) return found;
  return refusal(error::not_found, "there is no group " + name);
}

std::string described(const person& p) {
  std::string line = std::to_string(p.id) + "\t" + p.name + "\t" + p.display;
  line += p.admin ? "\tadmin" : "\t";
  line += p.disabled ? "\tdisabled" : "";
  return line;
}

std::size_t present(const group& g) {
  std::size_t n = 0;
  for (const member_link& m : g.members) n += m.is_in();
  return n;
}

std::string described(const directory& d, const group& g) {
  const person* owner = d.user(g.owner);
  return std::to_string(g.id) + "\t" + g.name + "\t" + (owner ? owner->name : "?") + "\t" +
         std::to_string(present(g)) + "/" + std::to_string(g.max_members);
}

// An account as a command or an import line gives it.
struct account {
  std::string name, display, password, hash;
  bool admin = false;
};

result<account> read_account(const json::object& o, std::string_view name_field,
                             const limits& bounds) {
  account a;
  auto name = json_in::text(o, name_field);
  if (!name) return name.error();
  if (!is_user_name(*name, bounds.name_bytes)) {
    return refusal(error::bad_name, "\"" + *name + "\" will not do for a name");
  }
  auto display = json_in::maybe_text(o, "display");
  if (!display) return display.error();
  a.display = display->value_or(*name);
  if (!is_title(a.display, bounds.display_bytes)) {
    return refusal(error::bad_name, "this display name will not do");
  }
  a.name = std::move(*name);
  auto password = json_in::maybe_text(o, "password");
  if (!password) return password.error();
  a.password = password->value_or("");
  if (a.password.size() > bounds.password_bytes_max) {
    return refusal(error::weak_password, "the password is too long");
  }
  auto hash = json_in::maybe_text(o, "password_hash");
  if (!hash) return hash.error();
  a.hash = hash->value_or("");
  if (!a.hash.empty() && !passwords::is_hash(a.hash)) {
    return refusal(error::bad_request, "\"password_hash\" is not an Argon2id string");
  }
  const json::value* admin = o.if_contains("admin");
  if (admin && !admin->is_bool() && !admin->is_null()) {
    return refusal(error::bad_request, "\"admin\" must be true or false");
  }
  a.admin = admin && admin->is_bool() && admin->get_bool();
  return a;
}

change to_change(const account& a) {
  add_user c;
  c.name = a.name;
  c.display = a.display;
  c.password_hash = a.hash;
  c.admin = a.admin;
  return c;
}

// The names in a list of strings.
result<std::vector<std::string>> names(const json::object& o, std::string_view field) {
  std::vector<std::string> found;
  const json::value* v = o.if_contains(json::string_view(field.data(), field.size()));
  if (!v || v->is_null()) return found;
  const json::array* list = v->if_array();
  if (!list)
    return refusal(error::bad_request, "\"" + std::string(field) + "\" must be a list of names");
  for (const json::value& one : *list) {
    const json::string* s = one.if_string();
    if (!s)
      return refusal(error::bad_request, "\"" + std::string(field) + "\" must be a list of names");
    found.emplace_back(s->data(), s->size());
  }
  return found;
}

result<add_group> read_group(const directory& d, const json::object& o, std::string_view name_field,
                             const limits& bounds) {
  add_group g;
  auto name = json_in::text(o, name_field);
  if (!name) return name.error();
  if (!is_title(*name, bounds.group_name_bytes)) {
    return refusal(error::bad_name, "this name will not do for a group");
  }
  g.name = std::move(*name);
  const auto owner_name = json_in::text(o, "owner");
  if (!owner_name) return owner_name.error();
  const auto owner = find_user(d, *owner_name);
  if (!owner) return owner.error();
  g.owner = (*owner)->id;
  auto brief = json_in::maybe_text(o, "brief");
  if (!brief) return brief.error();
  g.brief = brief->value_or("");
  if (g.brief.size() > bounds.brief_bytes)
    return refusal(error::too_large, "the brief is too long");
  const auto room = json_in::maybe_number(o, "max_members");
  if (!room) return room.error();
  if (*room) {
    if (**room == 0 || **room > bounds.members_per_group) {
      return refusal(error::bad_request, "\"max_members\" is out of range");
    }
    g.max_members = static_cast<std::uint32_t>(**room);
  }
  const auto members = names(o, "members");
  if (!members) return members.error();
  for (const std::string& m : *members) {
    const auto p = find_user(d, m);
    if (!p) return p.error();
    g.members.push_back((*p)->id);
  }
  return g;
}

}  // namespace

task<json::object> control::run(json::object command) {
  const auto what = json_in::text(command, "do");
  if (!what) co_return refused(what.error());
  const auto dot = what->find('.');
  const std::string noun = what->substr(0, dot);
  std::string verb = dot == std::string::npos ? std::string() : what->substr(dot + 1);
  json::object out;
  if (noun == "user") {
    out = co_await user(std::move(verb), std::move(command));
  } else if (noun == "friend") {
    out = co_await friendship(std::move(verb), std::move(command));
  } else if (noun == "group") {
    out = co_await group(std::move(verb), std::move(command));
  } else if (noun == "import") {
    out = co_await import(std::move(command));
  } else {
    out = refused(error::bad_request, "there is no command " + *what);
  }
  co_return out;
}

task<json::object> control::user(std::string what, json::object command) {
  chat& talk = in_.talk;
  if (what == "list") {
    json::array lines;
    for (std::size_t i = 0; i < talk.people().party_end(); ++i) {
      const person* p = talk.people().user(static_cast<user_id>(i));
      if (p && !p->removed) lines.emplace_back(described(*p));
    }
    co_return said(std::move(lines));
  }
  if (what == "add") {
    auto a = read_account(command, "name", talk.bounds());
    if (!a) co_return refused(a.error());
    if (!a->password.empty()) {
      result<std::string> hash = co_await in_.secrets.hash(std::move(a->password));
      if (!hash) co_return refused(hash.error());
      a->hash = std::move(*hash);
    }
    change c = to_change(*a);
    const result<applied> done = co_await talk.commit(std::move(c));
    if (!done) co_return refused(done.error());
    co_return said("added " + a->name + " as user " + std::to_string(done->party));
  }
  const auto name = json_in::text(command, "name");
  if (!name) co_return refused(name.error());
  const auto p = find_user(talk.people(), *name);
  if (!p) co_return refused(p.error());
  const user_id id = (*p)->id;
  change c;
  std::string line;
  if (what == "passwd") {
    auto password = json_in::text(command, "password");
    if (!password) co_return refused(password.error());
    if (password->empty() || password->size() > talk.bounds().password_bytes_max) {
      co_return refused(error::weak_password, "the password is empty or too long");
    }
    result<std::string> hash = co_await in_.secrets.hash(std::move(*password));
    if (!hash) co_return refused(hash.error());
    set_password set;
    set.user = id;
    set.password_hash = std::move(*hash);
    c = std::move(set);
    line = "the password of " + *name + " is set; his sessions have ended";
  } else if (what == "disable" || what == "enable") {
    set_disabled set;
    set.user = id;
    set.disabled = what == "disable";
    c = set;
    line = *name + (set.disabled ? " is disabled" : " is enabled");
  } else if (what == "remove") {
    remove_user remove;
    remove.user = id;
    c = remove;
    line = "removed " + *name;
  } else {
    co_return refused(error::bad_request, "there is no command user " + what);
  }
  const result<applied> done = co_await talk.commit(std::move(c));
  if (!done) co_return refused(done.error());
  co_return said(std::move(line));
}

task<json::object> control::friendship(std::string what, json::object command) {
  chat& talk = in_.talk;
  const auto a_name = json_in::text(command, "a");
  if (!a_name) co_return refused(a_name.error());
  const auto a = find_user(talk.people(), *a_name);
  if (!a) co_return refused(a.error());
  if (what == "list") {
    json::array lines;
    for (const friend_link& f : (*a)->friends) {
      const person* other = talk.people().user(f.other);
      if (!other || f.state == friendship::none) continue;
      const char* state = f.state == friendship::agreed  ? "agreed"
                          : f.state == friendship::asked ? "asked"
                                                         : "asked_me";
      lines.emplace_back(other->name + "\t" + state);
    }
    co_return said(std::move(lines));
  }
  const auto b_name = json_in::text(command, "b");
  if (!b_name) co_return refused(b_name.error());
  const auto b = find_user(talk.people(), *b_name);
  if (!b) co_return refused(b.error());
  if ((*a)->id == (*b)->id) co_return refused(error::bad_request, "this is one person");
  const wall_ms now = talk.wall().now;
  change c;
  std::string line = *a_name + " and " + *b_name;
  if (what == "add") {
    make_friends make;
    make.a = (*a)->id;
    make.b = (*b)->id;
    make.now = now;
    c = make;
    line += " are friends";
  } else if (what == "remove") {
    end_friendship end;
    end.user = (*a)->id;
    end.other = (*b)->id;
    end.now = now;
    c = end;
    line += " are no longer friends";
  } else {
    co_return refused(error::bad_request, "there is no command friend " + what);
  }
  const result<applied> done = co_await talk.commit(std::move(c));
  if (!done) co_return refused(done.error());
  co_return said(std::move(line));
}

task<json::object> control::group(std::string what, json::object command) {
  chat& talk = in_.talk;
  const directory& d = talk.people();
  if (what == "list") {
    json::array lines;
    for (std::size_t i = 0; i < d.party_end(); ++i) {
      const lingerd::group* g = d.group(static_cast<group_id>(i));
      if (g && !g->removed) lines.emplace_back(described(d, *g));
    }
    co_return said(std::move(lines));
  }
  if (what == "add") {
    const auto add = read_group(d, command, "name", talk.bounds());
    if (!add) co_return refused(add.error());
    change c = *add;
    const result<applied> done = co_await talk.commit(std::move(c));
    if (!done) co_return refused(done.error());
    co_return said("added " + add->name + " as group " + std::to_string(done->party));
  }
  const auto name = json_in::text(command, "name");
  if (!name) co_return refused(name.error());
  const auto found = find_group(d, *name);
  if (!found) co_return refused(found.error());
  const lingerd::group& g = **found;
  if (what == "show") {
    json::array lines;
    lines.emplace_back(described(d, g));
    if (!g.brief.empty()) lines.emplace_back("brief\t" + g.brief);
    for (const member_link& m : g.members) {
      const person* p = d.user(m.user);
      if (!m.is_in() || !p) continue;
      const char* rank = m.user == g.owner ? "owner" : m.rank == role::admin ? "admin" : "member";
      lines.emplace_back(p->name + "\t" + rank);
    }
    co_return said(std::move(lines));
  }
  if (what != "member_add" && what != "member_remove") {
    co_return refused(error::bad_request, "there is no command group " + what);
  }
  const auto users = names(command, "users");
  if (!users) co_return refused(users.error());
  std::vector<change> changes;
  for (const std::string& u : *users) {
    const auto p = find_user(d, u);
    if (!p) co_return refused(p.error());
    if (what == "member_add") {
      add_member add;
      add.group = g.id;
      add.user = (*p)->id;
      changes.emplace_back(add);
    } else {
      remove_member remove;
      remove.group = g.id;
      remove.user = (*p)->id;
      changes.emplace_back(remove);
    }
  }
  const std::vector<result<applied>> done = co_await talk.commit_all(std::move(changes));
  json::array lines;
  for (std::size_t i = 0; i < done.size(); ++i) {
    if (!done[i])
      co_return refused(done[i].error().code, (*users)[i] + ": " + done[i].error().what);
    lines.emplace_back((*users)[i] + (what == "member_add" ? " is in " : " is out of ") + *name);
  }
  co_return said(std::move(lines));
}

namespace {

enum class line_kind { user, friends, group, unknown };

line_kind kind_of(const json::object& line) {
  if (line.contains("user")) return line_kind::user;
  if (line.contains("friends")) return line_kind::friends;
  if (line.contains("group")) return line_kind::group;
  return line_kind::unknown;
}

result<change> read_friends(const directory& d, const json::object& line, wall_ms now) {
  const auto pair = names(line, "friends");
  if (!pair) return pair.error();
  if (pair->size() != 2) return refusal(error::bad_request, "\"friends\" must name two users");
  const auto a = find_user(d, (*pair)[0]);
  if (!a) return a.error();
  const auto b = find_user(d, (*pair)[1]);
  if (!b) return b.error();
  if ((*a)->id == (*b)->id) return refusal(error::bad_request, "this is one person");
  make_friends make;
  make.a = (*a)->id;
  make.b = (*b)->id;
  make.now = now;
  return change(make);
}

}  // namespace

task<json::object> control::import(json::object command) {
  chat& talk = in_.talk;
  const json::value* given = command.if_contains("lines");
  if (!given || !given->is_array()) co_return refused(error::bad_request, "\"lines\" is missing");
  const json::array& lines = given->get_array();
  const auto first = json_in::number(command, "first");
  if (!first) co_return refused(first.error());
  const json::value* wants_tokens = command.if_contains("tokens");
  const bool tokens = wants_tokens && wants_tokens->is_bool() && wants_tokens->get_bool();

  const auto at_line = [&](std::size_t i, const refusal& r) {
    return refused(r.code, "line " + std::to_string(*first + i) + ": " + r.what);
  };
  json::array signed_in;
  std::size_t next = 0;
  while (next < lines.size()) {
    // A run of lines of one kind is one commit: what comes later may name what it made.
    const std::size_t begin = next;
    std::vector<change> changes;
    line_kind run = line_kind::unknown;
    for (; next < lines.size(); ++next) {
      const json::object* line = lines[next].if_object();
      const line_kind kind = line ? kind_of(*line) : line_kind::unknown;
      if (kind == line_kind::unknown) {
        co_return at_line(next, {error::bad_request, "neither a user, nor friends, nor a group"});
      }
      if (next == begin) run = kind;
      if (kind != run) break;
      if (kind == line_kind::user) {
        auto a = read_account(*line, "user", talk.bounds());
        if (!a) co_return at_line(next, a.error());
        if (a->hash.empty() && !a->password.empty()) {
          result<std::string> hash = co_await in_.secrets.hash(std::move(a->password));
          if (!hash) co_return at_line(next, hash.error());
          a->hash = std::move(*hash);
        }
        changes.push_back(to_change(*a));
      } else if (kind == line_kind::friends) {
        auto c = read_friends(talk.people(), *line, talk.wall().now);
        if (!c) co_return at_line(next, c.error());
        changes.push_back(std::move(*c));
      } else {
        const auto g = read_group(talk.people(), *line, "group", talk.bounds());
        if (!g) co_return at_line(next, g.error());
        changes.emplace_back(*g);
      }
    }
    const std::vector<result<applied>> done = co_await talk.commit_all(std::move(changes));
    std::vector<change> opening;
    for (std::size_t i = 0; i < done.size(); ++i) {
      if (!done[i]) co_return at_line(begin + i, done[i].error());
      if (run != line_kind::user || !tokens) continue;
      const std::string token = make_token(in_.chance);
      const person* p = talk.people().user(done[i]->party);
      signed_in.push_back(json::array{p->name, p->id, token});
      open_session open;
      open.user = p->id;
      open.hash = *hash_of_token(token);
      open.now = talk.wall().now;
      opening.emplace_back(open);
    }
    if (!opening.empty()) {
      const std::vector<result<applied>> opened = co_await talk.commit_all(std::move(opening));
      for (const result<applied>& one : opened) {
        if (!one) co_return refused(one.error());
      }
    }
  }
  json::object out = said(json::array());
  out["tokens"] = std::move(signed_in);
  co_return out;
}

namespace {

task<response> answer_later(control& to, json::object command) {
  const json::object out = co_await to.run(std::move(command));
  co_return response(200, json::serialize(out));
}

}  // namespace

reply control_endpoint::answer(const http_request& r, const byte_stream&) {
  auto command = json_in::object(r.body, bounds_);
  if (!command) return refuse(command.error());
  return answer_later(control_, std::move(*command));
}

}  // namespace lingerd
