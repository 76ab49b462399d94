#include <utility>

#include "sim/client/client_requests.hpp"
#include "sim/world/users/user.hpp"
#include "sim/world/check/response_checker.hpp"
#include "sim/world/users/payloads.hpp"

// What he does about people: friends, groups, his own account and sessions.
namespace lingerd::sim {

using namespace std::chrono_literals;

namespace {

std::string text(std::uint64_t n) { return std::to_string(n); }

}  // namespace

// --- friends -------------------------------------------------------------------------------------

task<void> actor::befriend() {
  const actor* other = everybody_[below(everybody_.size())];
  if (other == this) co_return;
  const std::string body = R"({"name":)" + wording::in_quotes(other->name_) + "}";
  const asker::reply r = co_await insist("POST /api/friends", body);
  if (r.status / 100 == 2)
    scene_.count("asked_friend");
  else
    not_expected(scene_, name_, "ask for friendship", r);
}

task<void> actor::unfriend() {
  const actor* other = some_friend();
  if (!other) co_return;
  const std::string target = "DELETE /api/friends/" + text(other->id_);
  const asker::reply r = co_await insist(target, "");
  if (r.status / 100 == 2)
    scene_.count("ended_friendship");
  else
    not_expected(scene_, name_, "end a friendship", r);
}

// --- groups --------------------------------------------------------------------------------------

task<void> actor::make_group() {
  std::string body = R"({"name":"g)" + text(++named_) + R"(","members":[)";
  for (const actor* a : everybody_) {
    if (a == this || !scene_.known.are_friends(id_, a->id_) || below(3) == 0) continue;
    if (body.back() != '[') body += ',';
    body += text(a->id_);
  }
  body += "]}";
  const asker::reply r = co_await insist("POST /api/groups", body);
  if (r.status == 201)
    scene_.count("made_group");
  else if (r.status != 403 && r.status != 409)
    not_expected(scene_, name_, "make a group", r);
}

task<void> actor::change_group() {
  const auto g = some_group();
  if (!g) co_return;
  std::string target = "PATCH /api/groups/" + text(*g);
  std::string body = R"({"name":"g)" + text(++named_) + R"("})";
  const std::vector<user_id> members = scene_.known.members_of(*g);
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
  const asker::reply r = co_await insist(target, body);
  if (r.status / 100 == 2)
    scene_.count("changed_group");
  else if (r.status != 403 && r.status != 404 && r.status != 409)
    not_expected(scene_, name_, "change a group", r);
}

task<void> actor::change_members() {
  const auto g = some_group();
  if (!g) co_return;
  const actor* other = everybody_[below(everybody_.size())];
  bool is_in = scene_.known.is_member(other->id_, *g);
  const std::string whom = " /api/groups/" + text(*g) + "/members/" + text(other->id_);
  // Who was removed may be back before anybody has said a word.
  const unsigned times = is_in && below(2) == 0 ? 2 : 1;
  for (unsigned i = 0; i < times; ++i, is_in = !is_in) {
    const std::string target = (is_in ? "DELETE" : "POST") + whom;
    const asker::reply r = co_await insist(target, "");
    if (r.status / 100 == 2) {
      scene_.count(is_in ? "removed_member" : "added_member");
      continue;
    }
    if (r.status != 403 && r.status != 404 && r.status != 409)
      not_expected(scene_, name_, "change members", r);
    co_return;
  }
}

// --- the account ---------------------------------------------------------------------------------

task<void> actor::change_name() {
  const std::string body = R"({"display":"n)" + text(++named_) + R"("})";
  const asker::reply r = co_await insist("PATCH /api/me", body);
  if (r.status == 200)
    scene_.count("changed_name");
  else
    not_expected(scene_, name_, "change his name", r);
}

task<void> actor::change_password() {
  // Only where he knows for sure what it is.
  if (passwords_.size() > 1) co_return;
  const std::string old_one = passwords_.front();
  const std::string new_one = "password-" + text(++named_) + "-" + text(number_);
  passwords_ = {new_one, old_one};
  std::vector<device*> signed_in;
  for (device& d : devices_) {
    if (!d.is_session_known_to_have_ended() && d.is_listening()) signed_in.push_back(&d);
  }
  std::vector<std::string> tokens;
  for (const device* d : signed_in) tokens.push_back(d->token());
  const std::string body =
      R"({"old":)" + wording::in_quotes(old_one) + R"(,"new":)" + wording::in_quotes(new_one) + "}";
  // Whoever is turned away from now on was told so by this.
  for (device& d : devices_) d.expect_end();
  if (old_page_) old_page_->expect_end();
  changing_ = true;
  const asker::reply r = co_await ask("POST /api/me/password", body, answer_time);
  changing_ = r.status == 0;  // without an answer it may still come to pass
  if (r.status != 204) {
    if (r.status == 403) passwords_ = {old_one};  // refused: it is the old one still
    co_return;
  }
  scene_.count("changed_password");
  passwords_ = {new_one};
  for (std::size_t i = 0; i < signed_in.size(); ++i) {
    if (signed_in[i]->token() == tokens[i]) signed_in[i]->session_ended();
  }
}

task<void> actor::end_session() {
  device& d = devices_[below(devices_.size())];
  if (!d.is_listening() || d.is_session_known_to_have_ended()) co_return;
  const std::string token = d.token();
  d.expect_end();
  std::string request = client_requests::any("DELETE /api/session", scene_.people.host, token, "");
  const asker::reply r = co_await hand_.ask(std::move(request), answer_time);
  if (r.status != 204) co_return;
  scene_.count("ended_session");
  if (d.token() == token) d.session_ended();
}

}  // namespace lingerd::sim
