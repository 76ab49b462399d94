#include <utility>

#include "sim/client/client_requests.hpp"
#include "sim/world/check/response_checker.hpp"
#include "sim/world/users/payloads.hpp"
#include "sim/world/users/user.hpp"

// People: friends, groups, the account and its sessions.
namespace lingerd::sim {

using namespace std::chrono_literals;

namespace {

std::string text(std::uint64_t n) { return std::to_string(n); }

}  // namespace

// --- friends -------------------------------------------------------------------------------------

task<void> user::befriend() {
  const user* other = users_[below(users_.size())];
  if (other == this) co_return;
  const std::string body = R"({"name":)" + payloads::json_text(other->name_) + "}";
  const requester::reply r = co_await ask_until_answered("POST /api/friends", body);
  if (r.status / 100 == 2)
    context_.count("asked_friend");
  else
    report_unexpected(context_, name_, "ask for friendship", r);
}

task<void> user::unfriend() {
  const user* other = random_friend();
  if (!other) co_return;
  const std::string target = "DELETE /api/friends/" + text(other->id_);
  const requester::reply r = co_await ask_until_answered(target, "");
  if (r.status / 100 == 2)
    context_.count("ended_friendship");
  else
    report_unexpected(context_, name_, "end a friendship", r);
}

// --- groups --------------------------------------------------------------------------------------

task<void> user::make_group() {
  std::string body = R"({"name":"g)" + text(++names_used_) + R"(","members":[)";
  for (const user* a : users_) {
    if (a == this || !context_.oracle.are_friends(id_, a->id_) || below(3) == 0) continue;
    if (body.back() != '[') body += ',';
    body += text(a->id_);
  }
  body += "]}";
  const requester::reply r = co_await ask_until_answered("POST /api/groups", body);
  if (r.status == 201)
    context_.count("made_group");
  else if (r.status != 403 && r.status != 409)
    report_unexpected(context_, name_, "make a group", r);
}

task<void> user::change_group() {
  const auto g = random_group();
  if (!g) co_return;
  std::string target = "PATCH /api/groups/" + text(*g);
  std::string body = R"({"name":"g)" + text(++names_used_) + R"("})";
  const std::vector<user_id> members = context_.oracle.members_of(*g);
  switch (below(6)) {
    case 0:
      if (!members.empty()) body = R"({"owner":)" + text(members[below(members.size())]) + "}";
      break;
    case 1:
      if (below(3) == 0) {
        target = "DELETE /api/groups/" + text(*g);
        body.clear();
      }
      break;
    case 2:
      if (!members.empty()) {
        target = "POST /api/groups/" + text(*g) + "/admins/" + text(members[below(members.size())]);
        body.clear();
      }
      break;
    default: break;
  }
  const requester::reply r = co_await ask_until_answered(target, body);
  if (r.status / 100 == 2)
    context_.count("changed_group");
  else if (r.status != 403 && r.status != 404 && r.status != 409)
    report_unexpected(context_, name_, "change a group", r);
}

task<void> user::change_members() {
  const auto g = random_group();
  if (!g) co_return;
  const user* other = users_[below(users_.size())];
  bool is_member = context_.oracle.is_member(other->id_, *g);
  const std::string member_path = " /api/groups/" + text(*g) + "/members/" + text(other->id_);
  // A removed member may come back before the next message.
  const unsigned times = is_member && below(2) == 0 ? 2 : 1;
  for (unsigned i = 0; i < times; ++i, is_member = !is_member) {
    const std::string target = (is_member ? "DELETE" : "POST") + member_path;
    const requester::reply r = co_await ask_until_answered(target, "");
    if (r.status / 100 == 2) {
      context_.count(is_member ? "removed_member" : "added_member");
      continue;
    }
    if (r.status != 403 && r.status != 404 && r.status != 409)
      report_unexpected(context_, name_, "change members", r);
    co_return;
  }
}

// --- the account ---------------------------------------------------------------------------------

task<void> user::change_name() {
  const std::string body = R"({"display":"n)" + text(++names_used_) + R"("})";
  const requester::reply r = co_await ask_until_answered("PATCH /api/me", body);
  if (r.status == 200)
    context_.count("changed_name");
  else
    report_unexpected(context_, name_, "change its name", r);
}

task<void> user::change_password() {
  // Only where the current password is known.
  if (passwords_.size() > 1) co_return;
  const std::string old_password = passwords_.front();
  const std::string new_password = "password-" + text(++names_used_) + "-" + text(number_);
  passwords_ = {new_password, old_password};
  std::vector<device*> signed_in;
  for (device& d : devices_) {
    if (!d.has_session_ended() && d.is_listening()) signed_in.push_back(&d);
  }
  std::vector<std::string> tokens;
  for (const device* d : signed_in) tokens.push_back(d->token());
  const std::string body = R"({"old":)" + payloads::json_text(old_password) + R"(,"new":)" +
                           payloads::json_text(new_password) + "}";
  // From now on any session may end by this.
  for (device& d : devices_) d.expect_session_end();
  if (tutorial_client_) tutorial_client_->expect_session_end();
  is_changing_password_ = true;
  const requester::reply r = co_await ask("POST /api/me/password", body, answer_time);
  is_changing_password_ = r.status == 0;  // it may still be executed
  if (r.status != 204) {
    if (r.status == 403) passwords_ = {old_password};  // refused: the old one stays
    co_return;
  }
  context_.count("changed_password");
  passwords_ = {new_password};
  for (std::size_t i = 0; i < signed_in.size(); ++i) {
    if (signed_in[i]->token() == tokens[i]) signed_in[i]->set_session_ended();
  }
}

task<void> user::end_session() {
  device& d = devices_[below(devices_.size())];
  if (!d.is_listening() || d.has_session_ended()) co_return;
  const std::string token = d.token();
  d.expect_session_end();
  std::string request =
      client_requests::any("DELETE /api/session", context_.clients.host, token, "");
  const requester::reply r = co_await requester_.ask(std::move(request), answer_time);
  if (r.status != 204) co_return;
  context_.count("ended_session");
  if (d.token() == token) d.set_session_ended();
}

}  // namespace lingerd::sim
