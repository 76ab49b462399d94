#include <algorithm>
#include <utility>

#include "sim/client/client_requests.hpp"
#include "sim/world/users/user.hpp"
#include "sim/world/check/response_checker.hpp"
#include "sim/world/users/payloads.hpp"

// What he says: over HTTP, with the tutorial's form, and on the WebSockets that his devices listen
// on; again and again until he knows what became of it.
namespace lingerd::sim {

using namespace std::chrono_literals;

namespace {

constexpr auto pause_most = 5s;

std::string text(std::uint64_t n) { return std::to_string(n); }

}  // namespace

std::uint32_t actor::try_to_say(conversation to, bool once) {
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
  return number;
}

// One of his devices that is on a WebSocket now; null where none is.
device* actor::some_socket() {
  std::vector<device*> on;
  for (device& d : devices_) {
    if (d.is_on_websocket()) on.push_back(&d);
  }
  return on.empty() ? nullptr : on[below(on.size())];
}

// Says it one time, by one of the ways there are for it, and hears what comes of that.
task<actor::heard_back> actor::speak(std::uint32_t number) {
  const attempt a = scene_.known.tried(number);
  heard_back h;
  if (a.cid.empty()) {
    if (below(2) == 0) {
      h.by = saying_by::form;
      scene_.count("said_by_form");
      std::string request = wording::form_message(a, scene_.people.host, who_.token);
      h.answer = co_await hand_.ask(std::move(request), answer_time);
      co_return h;
    }
  } else if (device* const on = below(2) == 0 ? some_socket() : nullptr) {
    h.by = saying_by::websocket;
    scene_.count("said_on_websocket");
    std::string message = wording::message(a);
    h.answer = co_await on->say(a.cid, std::move(message));
    if (h.answer.status == 0) scene_.count("unanswered_on_websocket");
    co_return h;
  }
  const std::string body = wording::message(a);
  h.answer = co_await ask("POST /api/messages", body, answer_time);
  co_return h;
}

// Says it until an answer tells what became of it, or, without a cid, once.
task<void> actor::say_until_known(std::uint32_t number, bool may_be_known) {
  const bool once = scene_.known.tried(number).cid.empty();
  instant wait = 50ms;
  for (bool is_again = may_be_known;; is_again = true) {
    const heard_back h = co_await speak(number);
    const int status = h.answer.status;
    if (judge_message(scene_, name_, number, h.by, h.answer, is_again)) break;
    if (status == 507) scene_.count("told_disk_full");
    if (once && status != 401) co_return;  // nobody knows what became of it
    if (scene_.is_over || hand_.is_closing()) co_return;
    if (status == 401) {
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

task<void> actor::say(conversation to, bool once) {
  const std::uint32_t number = try_to_say(to, once);
  const bool is_impatient = !once && below(1000) < scene_.made.of(trouble_kind::repeat);
  if (is_impatient && !scene_.is_healed && beside_) {
    scene_.count("repeated_before_answer");
    ++repeating_;
    const instant after = std::chrono::milliseconds(below(40));
    beside_->spawn(say_again(number, after));
  }
  co_await say_until_known(number, is_impatient);
}

// A few messages at once, as long as they come.
task<void> actor::talk_fast() {
  const conversation to = some_conversation();
  scene_.count("talked_fast");
  says_long_ = true;
  device* const on = below(2) == 0 ? some_socket() : nullptr;
  if (on) {
    co_await say_in_a_row(*on, to);
  } else {
    for (std::uint64_t left = 4 + below(8); left > 0 && !scene_.is_healed; --left) {
      co_await say(to, false);
    }
  }
  says_long_ = false;
}

// Several messages on a WebSocket before the first is answered: they keep their order.
task<void> actor::say_in_a_row(device& on, conversation to) {
  scene_.count("said_in_a_row");
  std::vector<std::pair<std::uint32_t, socket_talk::spoken_ptr>> all;
  for (std::uint64_t left = 2 + below(6); left > 0; --left) {
    const std::uint32_t number = try_to_say(to, false);
    const attempt a = scene_.known.tried(number);
    all.emplace_back(number, on.begin_to_say(a.cid, wording::message(a)));
  }
  change_id last = 0;
  std::vector<std::uint32_t> unknown;
  for (const auto& [number, what] : all) {
    const asker::reply r = co_await on.answer_to(what);
    if (!judge_message(scene_, name_, number, saying_by::websocket, r, true)) {
      unknown.push_back(number);
      continue;
    }
    if (r.status != 201) continue;
    said_.push_back(number);
    const change_id id = id_in(r.body);
    if (id <= last) {
      scene_.broken(clause::order, name_ + " said message " + text(id) +
                                       " on a WebSocket after message " + text(last));
    }
    last = id;
  }
  for (const std::uint32_t number : unknown) {
    scene_.count("said_again");
    co_await say_until_known(number, true);
  }
}

// The same message on another connection, before the first answer is there.
task<void> actor::say_again(std::uint32_t number, instant after) {
  asker other(scene_.people.lines);
  const instant until = scene_.now() + after;
  co_await other.nap_until(until);
  const std::string body = wording::message(scene_.known.tried(number));
  std::string request =
      client_requests::any("POST /api/messages", scene_.people.host, who_.token, body);
  const asker::reply r = co_await other.ask(std::move(request), answer_time);
  judge_message(scene_, name_, number, saying_by::json, r, true);
  co_await other.close();
  --repeating_;
}

// A message of long ago, with its cid: the first answer again, and nothing new.
task<void> actor::repeat_old() {
  if (said_.empty()) co_return;
  const std::uint32_t number = said_[below(said_.size())];
  const attempt a = scene_.known.tried(number);
  const std::string body = wording::message(a);
  const asker::reply r = co_await insist("POST /api/messages", body);
  if (r.status == 0) co_return;
  scene_.count("repeated_old");
  if (r.status != 200 || id_in(r.body) != a.id) {
    scene_.broken(clause::once, name_ + " repeated message " + text(a.id) + " and was told " +
                                    std::to_string(r.status) + " " + r.body.substr(0, 80));
  }
}

// The cid of a message of long ago, with another text.
task<void> actor::conflict() {
  if (said_.empty()) co_return;
  const std::uint32_t number = said_[below(said_.size())];
  attempt other = scene_.known.tried(number);
  other.text += "!";
  const std::string body = wording::message(other);
  const asker::reply r = co_await insist("POST /api/messages", body);
  if (r.status != 0 && r.status != 409) {
    not_expected(scene_, name_, "use a cid for another message", r);
  }
}

// Writes where he may not.
task<void> actor::trespass() {
  const bool once = below(4) == 0;
  for (actor* other : everybody_) {
    if (other == this || scene_.known.are_friends(id_, other->id_)) continue;
    const conversation to = conversation::single(id_, other->id_);
    co_await say(to, once);
    co_return;
  }
  for (const auto& [g, row] : scene_.known.groups()) {
    if (scene_.known.is_member(id_, g)) continue;
    const conversation to = conversation::group(g);
    co_await say(to, once);
    co_return;
  }
}

}  // namespace lingerd::sim
