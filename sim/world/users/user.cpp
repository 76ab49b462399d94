#include "sim/world/users/user.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <utility>

#include "sim/client/client_requests.hpp"
#include "sim/world/users/payloads.hpp"

// Who he is, what he does next, and how he asks until he knows.
namespace lingerd::sim {

using namespace std::chrono_literals;
namespace json = boost::json;

namespace {

constexpr auto pause_most = 5s;

std::uint64_t us_of(instant t) {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::microseconds>(t).count());
}

// The session's token, in the answer to a sign-in; empty where there is none.
std::string token_in(const std::string& body) {
  json::error_code ec;
  const json::value v = json::parse(body, ec);
  const json::object* const o = ec ? nullptr : v.if_object();
  const json::value* const token = o ? o->if_contains("token") : nullptr;
  return token && token->is_string() ? std::string(token->get_string()) : std::string();
}

}  // namespace

enum class user::doing : std::uint8_t {
  say,
  say_group,
  talk_fast,
  repeat_old,
  conflict,
  trespass,
  mark_read,
  typing,
  befriend,
  unfriend,
  make_group,
  change_group,
  change_members,
  change_name,
  change_password,
  end_session,
  look_at_start,
  look_at_history,
  look_back,
  babble,
  count_
};

user::user(world_context& context, std::uint32_t number, user_id id, std::string name,
           std::string password, std::string token)
    : context_(context),
      number_(number),
      id_(id),
      name_(std::move(name)),
      passwords_{std::move(password)},
      account_{name_, id, std::move(token)},
      hand_(context.clients.connections),
      entropy_(context.recipe.seed * 7919 + number) {}

device& user::add_device(std::uint32_t number, std::string token) {
  return devices_.emplace_back(context_, *this, number, std::move(token));
}

tutorial_client& user::open_old_page(std::string token) {
  return old_page_.emplace(context_, *this, std::move(token));
}

void user::reached(change_id message) {
  if (!reached_.insert(message).second) return;
  const oracle_message* m = context_.oracle.message(message);
  if (m && context_.oracle.sender(*m) != id_) {
    context_.deliveries.record(
        us_of(context_.now() - context_.oracle.all_tried()[m->attempt].began));
  }
}

// --- asking --------------------------------------------------------------------------------------

task<void> user::pause(instant how_long) {
  const instant until = context_.now() + how_long;
  co_await hand_.nap_until(until);
}

task<requester::reply> user::ask(std::string method_and_target, std::string body, instant longest) {
  std::string request =
      client_requests::any(method_and_target, context_.clients.host, account_.token, body);
  requester::reply r = co_await hand_.ask(std::move(request), longest);
  if (context_.log.are_kept()) {
    context_.log.add(context_.now(), name_ + ": " + method_and_target + " " + body.substr(0, 90) +
                                         " -> " + (r.status ? std::to_string(r.status) : r.why) +
                                         " " + r.body.substr(0, 60));
  }
  co_return r;
}

task<requester::reply> user::insist(std::string method_and_target, std::string body) {
  instant wait = 100ms;
  for (;;) {
    requester::reply r = co_await ask(method_and_target, body, answer_time);
    const bool may_help = r.status == 0 || r.status == 503 || r.status == 507 || r.status == 408 ||
                          r.status == 429 || r.status == 401;
    if (!may_help) co_return r;
    if (context_.is_over || hand_.is_closing()) co_return requester::reply();
    if (r.status == 401) {
      account_.token = co_await sign_in(hand_);
      if (account_.token.empty()) co_return requester::reply();
      continue;
    }
    if (r.status == 507) context_.count("told_disk_full");
    co_await pause(wait);
    wait = std::min<instant>(wait * 2, pause_most);
  }
}

task<std::string> user::sign_in(requester& requester) {
  instant wait = 200ms;
  for (unsigned i = 0; !context_.is_over && !requester.is_closing(); ++i) {
    const std::string password = passwords_[i % passwords_.size()];
    const std::vector<std::string> known_then = passwords_;
    std::string request =
        client_requests::any("POST /api/session", context_.clients.host, "none",
                             R"({"name":)" + payloads::in_quotes(name_) + R"(,"password":)" +
                                 payloads::in_quotes(password) + "}");
    requester::reply r = co_await requester.ask(std::move(request), answer_time);
    if (r.status == 200) {
      std::string token = token_in(r.body);
      if (!token.empty()) co_return token;
    }
    const bool is_sure = passwords_.size() == 1 && passwords_ == known_then;
    if (r.status == 401 && is_sure && context_.recipe.of(fault_kind::clock) == 0) {
      context_.broken(invariant::signed_in, name_ + " cannot sign in with his password");
      break;
    }
    const instant until = context_.now() + (r.status == 429 ? instant(30s) : wait);
    co_await requester.nap_until(until);
    wait = std::min<instant>(wait * 2, pause_most);
  }
  co_return std::string();
}

// --- whom, and where
// ------------------------------------------------------------------------------

user* user::some_friend() {
  std::vector<user*> friends;
  for (user* a : everybody_) {
    if (a != this && context_.oracle.are_friends(id_, a->id_)) friends.push_back(a);
  }
  return friends.empty() ? nullptr : friends[below(friends.size())];
}

std::optional<group_id> user::some_group() {
  std::vector<group_id> mine;
  for (const auto& [g, row] : context_.oracle.groups()) {
    if (!row.removed && context_.oracle.is_member(id_, g)) mine.push_back(g);
  }
  if (mine.empty()) return std::nullopt;
  return mine[below(mine.size())];
}

conversation user::some_conversation() {
  const auto g = below(2) == 0 ? some_group() : std::nullopt;
  if (g) return conversation::group(*g);
  const user* other = some_friend();
  if (!other) other = everybody_[(number_ + 1) % everybody_.size()];
  return conversation::single(id_, other->id_);
}

// --- one after the other -------------------------------------------------------------------------

user::doing user::choose() {
  struct weight {
    doing what;
    unsigned of_all;
  };
  constexpr weight weights[] = {
      {doing::say, 300},           {doing::say_group, 160},    {doing::talk_fast, 30},
      {doing::repeat_old, 30},     {doing::conflict, 15},      {doing::trespass, 20},
      {doing::mark_read, 80},      {doing::typing, 20},        {doing::befriend, 40},
      {doing::unfriend, 12},       {doing::make_group, 20},    {doing::change_group, 25},
      {doing::change_members, 50}, {doing::change_name, 20},   {doing::change_password, 14},
      {doing::end_session, 10},    {doing::look_at_start, 40}, {doing::look_at_history, 40},
      {doing::look_back, 50},      {doing::babble, 10}};
  unsigned all = 0;
  for (const weight& w : weights) all += w.of_all;
  std::uint64_t left = below(all);
  for (const weight& w : weights) {
    if (left < w.of_all) return w.what;
    left -= w.of_all;
  }
  return doing::say;
}

// No coroutine of its own: the task of what is done.
task<void> user::do_one(doing what) {
  switch (what) {
    case doing::say: {
      const user* other = some_friend();
      if (!other) return befriend();
      return say(conversation::single(id_, other->id_), below(8) == 0);
    }
    case doing::say_group: {
      const auto g = some_group();
      if (!g) return make_group();
      return say(conversation::group(*g), below(8) == 0);
    }
    case doing::talk_fast: return talk_fast();
    case doing::repeat_old: return repeat_old();
    case doing::conflict: return conflict();
    case doing::trespass: return trespass();
    case doing::mark_read: return mark_read();
    case doing::typing: return typing();
    case doing::befriend: return befriend();
    case doing::unfriend: return unfriend();
    case doing::make_group: return make_group();
    case doing::change_group: return change_group();
    case doing::change_members: return change_members();
    case doing::change_name: return change_name();
    case doing::change_password: return change_password();
    case doing::end_session: return end_session();
    case doing::look_at_start: return look_at_start();
    case doing::look_at_history: return look_at_history();
    case doing::look_back: return look_back();
    case doing::babble: return babble();
    case doing::count_: break;
  }
  return typing();
}

task<void> user::act() {
  const auto whole = static_cast<std::uint64_t>(context_.recipe.duration.count());
  const std::uint64_t share = 1 + 2 * whole / std::max(context_.recipe.actions, 1u);
  for (unsigned i = 0; i < context_.recipe.actions && !context_.is_healed; ++i) {
    const bool at_once = below(6) == 0;
    const std::chrono::milliseconds between(at_once ? 0 : below(share));
    co_await pause(between);
    if (context_.is_healed) break;
    const doing what = choose();
    task<void> one = do_one(what);
    co_await std::move(one);
  }
  is_done_ = true;
}

task<void> user::last_word() {
  for (const user* other : everybody_) {
    if (other == this || !context_.oracle.are_friends(id_, other->id_)) continue;
    const conversation to = conversation::single(id_, other->id_);
    co_await say(to, false);
  }
  const auto g = some_group();
  if (g) {
    const conversation to = conversation::group(*g);
    co_await say(to, false);
  }
}

task<void> user::close() { return hand_.close(); }

}  // namespace lingerd::sim
