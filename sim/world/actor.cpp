#include "sim/world/actor.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <utility>

#include "core/json_out.hpp"
#include "sim/client_requests.hpp"

namespace lingerd::sim {

using namespace std::chrono_literals;
namespace json = boost::json;

namespace {

constexpr auto answer_time = 20s;
constexpr auto classic_time = 130s;
constexpr auto pause_most = 5s;
constexpr auto mark_settled = 12s;  // gathered up to 2 s, then two slow commits

json::object parsed(const std::string& text) {
  json::error_code ec;
  const json::value v = json::parse(text, ec);
  return !ec && v.is_object() ? v.get_object() : json::object();
}

std::uint64_t number_at(const json::object& o, std::string_view name) {
  const json::value* v = o.if_contains(name);
  return v && v->is_number() ? v->to_number<std::uint64_t>() : 0;
}

std::string in_quotes(std::string_view text) {
  std::string out;
  json_out::quote(out, text);
  return out;
}

std::string text(std::uint64_t n) { return std::to_string(n); }

// "type":"single","with":3
std::string place_of(conversation in, user_id me, const char* with) {
  const std::uint64_t party = in.is_group() ? in.group() : in.other_than(me);
  return std::string(R"("type":)") + (in.is_group() ? R"("group",")" : R"("single",")") + with +
         "\":" + text(party);
}

std::uint64_t us_of(instant t) {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::microseconds>(t).count());
}

}  // namespace

enum class actor::doing : std::uint8_t {
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
  ask_classic,
  babble,
  count_
};

actor::actor(scene& in, std::uint32_t number, user_id id, std::string name, std::string password,
             std::string token)
    : scene_(in),
      number_(number),
      id_(id),
      name_(std::move(name)),
      passwords_{std::move(password)},
      who_{name_, id, std::move(token)},
      hand_(in.people.lines),
      chance_(in.made.seed * 7919 + number) {}

device& actor::add_device(std::uint32_t number, std::string token) {
  return devices_.emplace_back(scene_, *this, number, std::move(token));
}

void actor::reached(change_id message) {
  if (!reached_.insert(message).second) return;
  const true_message* m = scene_.known.message(message);
  if (m && scene_.known.sender(*m) != id_) {
    scene_.deliveries.record(us_of(scene_.now() - scene_.known.all_tried()[m->attempt].began));
  }
}

// --- asking --------------------------------------------------------------------------------------

task<void> actor::pause(instant how_long) {
  const instant until = scene_.now() + how_long;
  co_await hand_.nap_until(until);
}

task<asker::reply> actor::ask(std::string method_and_target, std::string body, instant longest) {
  std::string request =
      client_requests::any(method_and_target, scene_.people.host, who_.token, body);
  asker::reply r = co_await hand_.ask(std::move(request), longest);
  if (scene_.told.are_kept()) {
    scene_.told.add(scene_.now(),
                    name_ + ": " + method_and_target + " " + body.substr(0, 90) + " -> " +
                        (r.status ? text(static_cast<std::uint64_t>(r.status)) : r.why) + " " +
                        r.body.substr(0, 60));
  }
  co_return r;
}

task<asker::reply> actor::insist(std::string method_and_target, std::string body) {
  instant wait = 100ms;
  for (;;) {
    asker::reply r = co_await ask(method_and_target, body, answer_time);
    const bool may_help = r.status == 0 || r.status == 503 || r.status == 507 || r.status == 408 ||
                          r.status == 429 || r.status == 401;
    if (!may_help) co_return r;
    if (scene_.is_over || hand_.is_closing()) co_return asker::reply();
    if (r.status == 401) {
      who_.token = co_await sign_in(hand_);
      if (who_.token.empty()) co_return asker::reply();
      continue;
    }
    if (r.status == 507) scene_.count("told_disk_full");
    co_await pause(wait);
    wait = std::min<instant>(wait * 2, pause_most);
  }
}

task<std::string> actor::sign_in(asker& by) {
  instant wait = 200ms;
  for (unsigned i = 0; !scene_.is_over && !by.is_closing(); ++i) {
    const std::string password = passwords_[i % passwords_.size()];
    const std::vector<std::string> known_then = passwords_;
    std::string request = client_requests::any(
        "POST /api/session", scene_.people.host, "none",
        R"({"name":)" + in_quotes(name_) + R"(,"password":)" + in_quotes(password) + "}");
    asker::reply r = co_await by.ask(std::move(request), answer_time);
    if (r.status == 200) {
      const json::object o = parsed(r.body);
      const json::value* token = o.if_contains("token");
      if (token && token->is_string()) co_return std::string(token->get_string());
    }
    const bool is_sure = passwords_.size() == 1 && passwords_ == known_then;
    if (r.status == 401 && is_sure && !scene_.has_clock_trouble) {
      scene_.broken(clause::signed_in, name_ + " cannot sign in with his password");
      break;
    }
    const instant until = scene_.now() + (r.status == 429 ? instant(30s) : wait);
    co_await by.nap_until(until);
    wait = std::min<instant>(wait * 2, pause_most);
  }
  co_return std::string();
}

void actor::unexpected(const std::string& doing, const asker::reply& r) {
  if (r.status == 0) return;
  scene_.broken(clause::allowed, name_ + " wanted to " + doing + " and was told " +
                                     text(static_cast<std::uint64_t>(r.status)) + " " +
                                     r.body.substr(0, 120));
}

// --- saying --------------------------------------------------------------------------------------

bool actor::understand(std::uint32_t number, const asker::reply& r, bool was_repeated) {
  attempt& a = scene_.known.tried(number);
  const std::string what = name_ + "'s attempt " + text(number);
  switch (r.status) {
    case 200:
    case 201: {
      const change_id id = number_at(parsed(r.body), "id");
      if (a.id != id || id == 0) {
        scene_.broken(clause::kept, what + " was acknowledged as message " + text(id) +
                                        "; what is stored is " + text(a.id));
      }
      if (r.status == 200 && !was_repeated) {
        scene_.broken(clause::once, what + " was answered as a repetition, and was none");
      }
      if (!a.is_acknowledged) scene_.acks.record(us_of(scene_.now() - a.began));
      a.is_acknowledged = true;
      return true;
    }
    case 403:
    case 404: {
      a.is_refused = true;
      if (a.id != 0) {
        scene_.broken(clause::honest, what + " was refused, and is stored as " + text(a.id));
      }
      const bool is_right =
          a.to.is_group() ? scene_.known.was_outside_since(id_, a.to.group(), a.began)
                          : scene_.known.were_strangers_since(id_, a.to.other_than(id_), a.began);
      if (!is_right) scene_.broken(clause::allowed, what + " was refused, and was allowed");
      scene_.count("refused");
      return true;
    }
    case 0:
    case 401:
    case 408:
    case 429:
    case 503:
    case 507: return false;
    default: unexpected("say something", r); return true;
  }
}

task<void> actor::say(conversation to, bool once) {
  attempt a;
  a.from = id_;
  a.to = to;
  const auto number = static_cast<std::uint32_t>(scene_.known.all_tried().size());
  const bool is_long = says_long_ || below(4) == 0;
  const std::size_t length = is_long ? below(scene_.made.text_bytes_max) : below(40);
  a.text = truth::text_of(number, length);
  if (!once) a.cid = "cid-" + text(number);
  a.began = scene_.now();
  scene_.known.try_to_say(a);
  scene_.count(once ? "said_once" : "said");
  const std::string body = "{" + place_of(to, id_, "to") + R"(,"msg":)" + in_quotes(a.text) +
                           (once ? "" : R"(,"cid":)" + in_quotes(a.cid)) + "}";
  const bool is_impatient = !once && below(1000) < scene_.made.of(trouble_kind::repeat);
  if (is_impatient && !scene_.is_healed && beside_) {
    scene_.count("repeated_before_answer");
    ++repeating_;
    const instant after = std::chrono::milliseconds(below(40));
    beside_->spawn(say_again(number, after));
  }
  instant wait = 50ms;
  for (unsigned tries = 0;; ++tries) {
    const asker::reply r = co_await ask("POST /api/messages", body, answer_time);
    if (understand(number, r, tries > 0 || is_impatient)) break;
    if (r.status == 507) scene_.count("told_disk_full");
    if (once && r.status != 401) co_return;  // nobody knows what became of it
    if (scene_.is_over || hand_.is_closing()) co_return;
    if (r.status == 401) {
      who_.token = co_await sign_in(hand_);
      if (who_.token.empty()) co_return;
      continue;
    }
    scene_.count("said_again");
    co_await pause(wait);
    wait = std::min<instant>(wait * 2, pause_most);
  }
  if (!once && scene_.known.tried(number).is_acknowledged) said_.push_back(number);
}

// A few messages at once, as long as they come.
task<void> actor::talk_fast() {
  const conversation to = some_conversation();
  scene_.count("talked_fast");
  for (std::uint64_t left = 4 + below(8); left > 0 && !scene_.is_healed; --left) {
    says_long_ = true;
    co_await say(to, false);
    says_long_ = false;
  }
}

// The same message on another connection, before the first answer is there.
task<void> actor::say_again(std::uint32_t number, instant after) {
  asker other(scene_.people.lines);
  const instant until = scene_.now() + after;
  co_await other.nap_until(until);
  const attempt a = scene_.known.tried(number);
  const std::string body = "{" + place_of(a.to, id_, "to") + R"(,"msg":)" + in_quotes(a.text) +
                           R"(,"cid":)" + in_quotes(a.cid) + "}";
  std::string request =
      client_requests::any("POST /api/messages", scene_.people.host, who_.token, body);
  const asker::reply r = co_await other.ask(std::move(request), answer_time);
  understand(number, r, true);
  co_await other.close();
  --repeating_;
}

// A message of long ago, with its cid: the first answer again, and nothing new.
task<void> actor::repeat_old() {
  if (said_.empty()) co_return;
  const std::uint32_t number = said_[below(said_.size())];
  const attempt a = scene_.known.tried(number);
  const std::string body = "{" + place_of(a.to, id_, "to") + R"(,"msg":)" + in_quotes(a.text) +
                           R"(,"cid":)" + in_quotes(a.cid) + "}";
  const asker::reply r = co_await insist("POST /api/messages", body);
  if (r.status == 0) co_return;
  scene_.count("repeated_old");
  if (r.status != 200 || number_at(parsed(r.body), "id") != a.id) {
    scene_.broken(clause::once, name_ + " repeated message " + text(a.id) + " and was told " +
                                    text(static_cast<std::uint64_t>(r.status)) + " " +
                                    r.body.substr(0, 80));
  }
}

task<void> actor::conflict() {
  if (said_.empty()) co_return;
  const std::uint32_t number = said_[below(said_.size())];
  const attempt a = scene_.known.tried(number);
  const std::string body = "{" + place_of(a.to, id_, "to") + R"(,"msg":)" +
                           in_quotes(a.text + "!") + R"(,"cid":)" + in_quotes(a.cid) + "}";
  const asker::reply r = co_await insist("POST /api/messages", body);
  if (r.status != 0 && r.status != 409) unexpected("use a cid for another message", r);
}

// Writes where he may not.
task<void> actor::trespass() {
  for (actor* other : everybody_) {
    if (other == this || scene_.known.are_friends(id_, other->id_)) continue;
    const conversation to = conversation::single(id_, other->id_);
    co_await say(to, false);
    co_return;
  }
  for (const auto& [g, row] : scene_.known.groups()) {
    if (scene_.known.is_member(id_, g)) continue;
    const conversation to = conversation::group(g);
    co_await say(to, false);
    co_return;
  }
}

// --- reading -------------------------------------------------------------------------------------

task<void> actor::mark_read() {
  const conversation in = some_conversation();
  change_id newest = 0;
  for (const true_message& m : scene_.known.messages()) {
    if (m.in == in && reached_.contains(m.id)) newest = m.id;
  }
  if (newest == 0) co_return;
  if (below(4) == 0) newest += 1'000'000;  // beyond the newest
  const std::string body = "{" + place_of(in, id_, "with") + R"(,"up_to":)" + text(newest) + "}";
  const instant asked_at = scene_.now();
  const asker::reply r = co_await insist("POST /api/read", body);
  if (r.status == 204) {
    scene_.count("marked_read");
    const change_id sure = newest > 1'000'000 ? newest - 1'000'000 : newest;
    marks_.push_back({in, sure, asked_at, scene_.now()});
  } else if (r.status != 403 && r.status != 404) {
    unexpected("mark as read", r);
  }
}

void actor::check_marks(const json::object& start) {
  const json::value* list = start.if_contains("conversations");
  if (!list || !list->is_array()) return;
  for (const mark& m : marks_) {
    const bool may_be_forgotten =
        std::any_of(scene_.crashes.begin(), scene_.crashes.end(), [&](instant crash) {
          // While there is no room for them, marks wait for it in memory.
          const bool may_wait = scene_.made.of(trouble_kind::full_disk) > 0;
          return crash >= m.asked_at && (may_wait || crash <= m.told_at + mark_settled);
        });
    if (may_be_forgotten) continue;
    for (const json::value& v : list->get_array()) {
      const json::object& c = v.get_object();
      const json::value* type = c.if_contains("type");
      const bool is_group = type && type->is_string() && type->get_string() == "group";
      const auto with = static_cast<std::uint32_t>(number_at(c, "with"));
      const conversation of =
          is_group ? conversation::group(with) : conversation::single(id_, with);
      if (of == m.in && number_at(c, "read") < m.up_to) {
        scene_.broken(clause::kept, name_ + " had read up to " + text(m.up_to) +
                                        ", and now it is " + text(number_at(c, "read")));
      }
    }
  }
}

task<void> actor::typing() {
  const conversation in = some_conversation();
  const std::string body = "{" + place_of(in, id_, "to") + "}";
  const asker::reply r = co_await ask("POST /api/typing", body, answer_time);
  if (r.status == 204) scene_.count("typed");
}

// --- people --------------------------------------------------------------------------------------

actor* actor::some_friend() {
  std::vector<actor*> friends;
  for (actor* a : everybody_) {
    if (a != this && scene_.known.are_friends(id_, a->id_)) friends.push_back(a);
  }
  return friends.empty() ? nullptr : friends[below(friends.size())];
}

std::optional<group_id> actor::some_group() {
  std::vector<group_id> mine;
  for (const auto& [g, row] : scene_.known.groups()) {
    if (!row.removed && scene_.known.is_member(id_, g)) mine.push_back(g);
  }
  if (mine.empty()) return std::nullopt;
  return mine[below(mine.size())];
}

conversation actor::some_conversation() {
  const auto g = below(2) == 0 ? some_group() : std::nullopt;
  if (g) return conversation::group(*g);
  const actor* other = some_friend();
  if (!other) other = everybody_[(number_ + 1) % everybody_.size()];
  return conversation::single(id_, other->id_);
}

task<void> actor::befriend() {
  const actor* other = everybody_[below(everybody_.size())];
  if (other == this) co_return;
  const std::string body = R"({"name":)" + in_quotes(other->name_) + "}";
  const asker::reply r = co_await insist("POST /api/friends", body);
  if (r.status / 100 == 2)
    scene_.count("asked_friend");
  else
    unexpected("ask for friendship", r);
}

task<void> actor::unfriend() {
  const actor* other = some_friend();
  if (!other) co_return;
  const std::string target = "DELETE /api/friends/" + text(other->id_);
  const asker::reply r = co_await insist(target, "");
  if (r.status / 100 == 2)
    scene_.count("ended_friendship");
  else
    unexpected("end a friendship", r);
}

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
  else if (r.status != 403)
    unexpected("make a group", r);
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
    unexpected("change a group", r);
}

task<void> actor::change_members() {
  const auto g = some_group();
  if (!g) co_return;
  const actor* other = everybody_[below(everybody_.size())];
  const bool is_in = scene_.known.is_member(other->id_, *g);
  const std::string target = std::string(is_in ? "DELETE" : "POST") + " /api/groups/" + text(*g) +
                             "/members/" + text(other->id_);
  const asker::reply r = co_await insist(target, "");
  if (r.status / 100 == 2)
    scene_.count(is_in ? "removed_member" : "added_member");
  else if (r.status != 403 && r.status != 404 && r.status != 409)
    unexpected("change members", r);
}

// --- the account ---------------------------------------------------------------------------------

task<void> actor::change_name() {
  const std::string body = R"({"display":"n)" + text(++named_) + R"("})";
  const asker::reply r = co_await insist("PATCH /api/me", body);
  if (r.status == 200)
    scene_.count("changed_name");
  else
    unexpected("change his name", r);
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
      R"({"old":)" + in_quotes(old_one) + R"(,"new":)" + in_quotes(new_one) + "}";
  // Whoever is turned away from now on was told so by this.
  for (device& d : devices_) d.expect_end();
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

// --- looking -------------------------------------------------------------------------------------

task<json::object> actor::fresh_start() {
  const asker::reply r = co_await insist("GET /api/start", "");
  if (r.status != 200) {
    unexpected("start", r);
    co_return json::object();
  }
  json::object start = parsed(r.body);
  check_start(scene_, id_, name_, start);
  co_return start;
}

task<void> actor::look_at_start() {
  scene_.count("looked_at_start");
  const json::object start = co_await fresh_start();
}

task<void> actor::look_at_history() {
  const conversation in = some_conversation();
  change_id before = 0;
  if (below(2) == 0) before = 1 + below(scene_.known.last_id() + 2);
  const std::size_t limit = 1 + below(8);
  change_id newest = 0;
  for (const true_message& m : scene_.known.messages()) {
    if (m.in == in && scene_.known.may_see(id_, m)) newest = m.id;
  }
  const std::string target =
      std::string("GET /api/messages?type=") + (in.is_group() ? "group" : "single") +
      "&with=" + text(in.is_group() ? in.group() : in.other_than(id_)) + "&limit=" + text(limit) +
      (before > 0 ? "&before=" + text(before) : "");
  const asker::reply r = co_await insist(target, "");
  if (r.status == 200) {
    scene_.count("looked_at_history");
    const json::object page = parsed(r.body);
    check_history(scene_, id_, name_, in, before > 0 ? before : change_id_max, limit, newest, page);
  } else if (r.status != 403 && r.status != 404) {
    unexpected("read what was said", r);
  }
}

// One short poll from anywhere in the past, as a client that lost its place.
task<void> actor::look_back() {
  change_id least = change_id_max;
  for (device& d : devices_) least = std::min(least, d.started_at());
  const change_id last = scene_.known.last_id();
  if (least > last) co_return;
  const change_id after = least + below(last - least + 1);
  const json::object start = co_await fresh_start();
  const json::value* epoch = start.if_contains("epoch");
  if (!epoch || !epoch->is_string()) co_return;
  if (below(8) == 0) {
    // A cursor that nobody can have.
    const std::string ahead = "GET /api/events?after=" + text(scene_.known.last_id() + 1'000'000) +
                              "&epoch=" + std::string(epoch->get_string());
    const asker::reply no = co_await insist(ahead, "");
    if (no.status != 0 && no.status != 410) unexpected("ask from the future", no);
  }
  const std::string target =
      "GET /api/events?after=" + text(after) + "&epoch=" + std::string(epoch->get_string());
  const asker::reply r = co_await insist(target, "");
  if (r.status == 200) {
    scene_.count("looked_back");
    hearing ears;
    if (const heard* h = ears.batch(r.body); h && h->next) {
      check_batch(scene_, id_, name_, after, *h->next, *h);
    } else {
      unexpected("look back", r);
    }
  } else {
    unexpected("look back", r);
  }
}

// As the tutorial's page: a held request, answered with the messages of others.
task<void> actor::ask_classic() {
  const asker::reply r = co_await ask("GET /webchat/new_msgs/", "", classic_time);
  if (r.status != 200) co_return;
  scene_.count("asked_classic");
  json::error_code ec;
  const json::value list = json::parse(r.body, ec);
  if (ec || !list.is_array()) {
    unexpected("ask as the tutorial does", r);
    co_return;
  }
  change_id last = 0;
  for (const json::value& v : list.get_array()) {
    const json::object& o = v.get_object();
    const change_id id = number_at(o, "id");
    const true_message* m = scene_.known.message(id);
    if (!m || id <= last || !scene_.known.may_see(id_, *m) || scene_.known.sender(*m) == id_) {
      scene_.broken(clause::private_,
                    name_ + " heard message " + text(id) + " as the tutorial's page");
      break;
    }
    last = id;
  }
}

// Something that is no request, or only half of one; or the next one before the answer is there.
task<void> actor::babble() {
  asker other(scene_.people.lines);
  if (below(2) == 0) {
    std::string two =
        client_requests::any("GET /webchat/new_msgs/", scene_.people.host, who_.token) +
        client_requests::any("GET /healthz", scene_.people.host, who_.token);
    const asker::reply first = co_await other.ask(std::move(two), classic_time);
    scene_.count("asked_ahead");
    if (first.status != 0 && first.status != 200 && first.status != 401 && first.status != 408) {
      unexpected("ask ahead", first);
    }
    other.drop();
    co_return;
  }
  std::string request =
      "POST /api/messages HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{\"type\"";
  if (below(2) == 0) request = std::string("\x16\x03\x01 no HTTP at all\r\n\r\n");
  const asker::reply r = co_await other.ask(std::move(request), answer_time);
  scene_.count("babbled");
  const bool is_refusal = r.status == 0 || r.status == 400 || r.status == 401 || r.status == 408;
  if (!is_refusal) unexpected("babble", r);
  co_await other.close();
}

// --- one after the other -------------------------------------------------------------------------

actor::doing actor::choose() {
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
      {doing::look_back, 50},      {doing::ask_classic, 10},   {doing::babble, 10}};
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
task<void> actor::do_one(doing what) {
  switch (what) {
    case doing::say: {
      const actor* other = some_friend();
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
    case doing::ask_classic: return ask_classic();
    case doing::babble: return babble();
    case doing::count_: break;
  }
  return typing();
}

task<void> actor::act() {
  const auto whole = static_cast<std::uint64_t>(scene_.made.duration.count());
  const std::uint64_t share = 1 + 2 * whole / std::max(scene_.made.actions, 1u);
  for (unsigned i = 0; i < scene_.made.actions && !scene_.is_healed; ++i) {
    const bool at_once = below(6) == 0;
    const std::chrono::milliseconds between(at_once ? 0 : below(share));
    co_await pause(between);
    if (scene_.is_healed) break;
    const doing what = choose();
    task<void> one = do_one(what);
    co_await std::move(one);
  }
  is_done_ = true;
}

task<void> actor::last_word() {
  for (const actor* other : everybody_) {
    if (other == this || !scene_.known.are_friends(id_, other->id_)) continue;
    const conversation to = conversation::single(id_, other->id_);
    co_await say(to, false);
  }
  const auto g = some_group();
  if (g) {
    const conversation to = conversation::group(*g);
    co_await say(to, false);
  }
}

task<void> actor::close() { return hand_.close(); }

}  // namespace lingerd::sim
