#include "sim/world/users/user.hpp"

#include <algorithm>
#include <utility>

#include "sim/client/client_requests.hpp"
#include "sim/world/check/json_fields.hpp"
#include "sim/world/users/payloads.hpp"

// The user itself: its life, and how it asks until it has an answer.
namespace lingerd::sim {

using namespace std::chrono_literals;

namespace {

constexpr auto pause_max = 5s;

std::uint64_t us_of(instant t) {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::microseconds>(t).count());
}

// The token in the answer to a sign-in; empty where there is none.
std::string token_in(const std::string& body) { return text_field(parse_object(body), "token"); }

}  // namespace

user::user(world_context& context, std::uint32_t number, user_id id, std::string name,
           std::string password, std::string token)
    : context_(context),
      number_(number),
      id_(id),
      name_(std::move(name)),
      passwords_{std::move(password)},
      account_{name_, id, std::move(token)},
      requester_(context.clients.connections),
      entropy_(context.recipe.seed * 7919 + number) {}

device& user::add_device(std::uint32_t number, std::string token) {
  return devices_.emplace_back(context_, *this, number, std::move(token));
}

tutorial_client& user::add_tutorial_client(std::string token) {
  return tutorial_client_.emplace(context_, *this, std::move(token));
}

void user::on_delivered(change_id message) {
  if (!received_.insert(message).second) return;
  const oracle_message* m = context_.oracle.message(message);
  if (m && context_.oracle.sender(*m) != id_) {
    context_.deliveries.record(
        us_of(context_.now() - context_.oracle.all_attempts()[m->attempt].began));
  }
}

// --- asking --------------------------------------------------------------------------------------

task<void> user::pause(instant duration) {
  const instant until = context_.now() + duration;
  co_await requester_.nap_until(until);
}

task<requester::reply> user::ask(std::string method_and_target, std::string body, instant timeout) {
  std::string request =
      client_requests::any(method_and_target, context_.clients.host, account_.token, body);
  requester::reply r = co_await requester_.ask(std::move(request), timeout);
  if (context_.log.is_enabled()) {
    context_.log.add(context_.now(), name_ + ": " + method_and_target + " " + body.substr(0, 90) +
                                         " -> " + (r.status ? std::to_string(r.status) : r.why) +
                                         " " + r.body.substr(0, 60));
  }
  co_return r;
}

task<requester::reply> user::ask_until_answered(std::string method_and_target, std::string body) {
  instant wait = 100ms;
  for (;;) {
    requester::reply r = co_await ask(method_and_target, body, answer_time);
    const bool is_unsettled = r.status == 0 || r.status == 503 || r.status == 507 ||
                              r.status == 408 || r.status == 429 || r.status == 401;
    if (!is_unsettled) co_return r;
    if (context_.is_over || requester_.is_closing()) co_return requester::reply();
    if (r.status == 401) {
      account_.token = co_await sign_in(requester_);
      if (account_.token.empty()) co_return requester::reply();
      continue;
    }
    if (r.status == 507) context_.count("got_disk_full");
    co_await pause(wait);
    wait = std::min<instant>(wait * 2, pause_max);
  }
}

task<std::string> user::sign_in(requester& requester) {
  instant wait = 200ms;
  for (unsigned i = 0; !context_.is_over && !requester.is_closing(); ++i) {
    const std::string password = passwords_[i % passwords_.size()];
    const std::vector<std::string> passwords_before = passwords_;
    std::string request =
        client_requests::any("POST /api/session", context_.clients.host, "none",
                             R"({"name":)" + payloads::json_text(name_) + R"(,"password":)" +
                                 payloads::json_text(password) + "}");
    requester::reply r = co_await requester.ask(std::move(request), answer_time);
    if (r.status == 200) {
      std::string token = token_in(r.body);
      if (!token.empty()) co_return token;
    }
    const bool is_password_known = passwords_.size() == 1 && passwords_ == passwords_before;
    if (r.status == 401 && is_password_known &&
        context_.recipe.strength_of(fault_kind::clock) == 0) {
      context_.report(invariant::signed_in, name_ + " cannot sign in with its password");
      break;
    }
    const instant until = context_.now() + (r.status == 429 ? instant(30s) : wait);
    co_await requester.nap_until(until);
    wait = std::min<instant>(wait * 2, pause_max);
  }
  co_return std::string();
}

// --- random choices ------------------------------------------------------------------------------

user* user::random_friend() {
  std::vector<user*> friends;
  for (user* a : users_) {
    if (a != this && context_.oracle.are_friends(id_, a->id_)) friends.push_back(a);
  }
  return friends.empty() ? nullptr : friends[below(friends.size())];
}

std::optional<group_id> user::random_group() {
  std::vector<group_id> groups;
  for (const auto& [g, row] : context_.oracle.groups()) {
    if (!row.removed && context_.oracle.is_member(id_, g)) groups.push_back(g);
  }
  if (groups.empty()) return std::nullopt;
  return groups[below(groups.size())];
}

conversation user::random_conversation() {
  const auto g = below(2) == 0 ? random_group() : std::nullopt;
  if (g) return conversation::group(*g);
  const user* other = random_friend();
  if (!other) other = users_[(number_ + 1) % users_.size()];
  return conversation::single(id_, other->id_);
}

// --- the user's life -----------------------------------------------------------------------------

task<void> user::act() {
  const auto duration_ms = static_cast<std::uint64_t>(context_.recipe.duration.count());
  const std::uint64_t pause_limit = 1 + 2 * duration_ms / std::max(context_.recipe.actions, 1u);
  for (unsigned i = 0; i < context_.recipe.actions && !context_.is_healed; ++i) {
    const bool has_no_pause = below(6) == 0;
    const std::chrono::milliseconds pause_time(has_no_pause ? 0 : below(pause_limit));
    co_await pause(pause_time);
    if (context_.is_healed) break;
    const action next = choose_action();
    task<void> performing = perform(next);
    co_await std::move(performing);
  }
  is_done_ = true;
}

task<void> user::send_final_messages() {
  for (const user* other : users_) {
    if (other == this || !context_.oracle.are_friends(id_, other->id_)) continue;
    const conversation target = conversation::single(id_, other->id_);
    co_await send_message(target, true);
  }
  const auto g = random_group();
  if (g) {
    const conversation target = conversation::group(*g);
    co_await send_message(target, true);
  }
}

task<void> user::close() { return requester_.close(); }

}  // namespace lingerd::sim
