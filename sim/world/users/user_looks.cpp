#include <algorithm>
#include <boost/json/parse.hpp>

#include "sim/client/client_requests.hpp"
#include "sim/world/check/response_checker.hpp"
#include "sim/world/users/payloads.hpp"
#include "sim/world/users/user.hpp"

// What he looks at, and marks as read.
namespace lingerd::sim {

using namespace std::chrono_literals;
namespace json = boost::json;

namespace {

constexpr auto mark_settled = 12s;   // gathered up to 2 s, then two slow commits
constexpr auto classic_time = 130s;  // a hold, and some more

json::object parsed(const std::string& text) {
  json::error_code ec;
  const json::value v = json::parse(text, ec);
  return !ec && v.is_object() ? v.get_object() : json::object();
}

std::uint64_t number_at(const json::object& o, std::string_view name) {
  const json::value* v = o.if_contains(name);
  return v && v->is_number() ? v->to_number<std::uint64_t>() : 0;
}

std::string text(std::uint64_t n) { return std::to_string(n); }

}  // namespace

// --- reading -------------------------------------------------------------------------------------

task<void> user::mark_read() {
  const conversation conversation = some_conversation();
  change_id newest = 0;
  for (const oracle_message& m : context_.oracle.messages()) {
    if (m.conversation == conversation && reached_.contains(m.id)) newest = m.id;
  }
  if (newest == 0) co_return;
  if (below(4) == 0) newest += 1'000'000;  // beyond the newest
  const std::string body =
      "{" + payloads::place(conversation, id_, "with") + R"(,"up_to":)" + text(newest) + "}";
  const instant asked_at = context_.now();
  const requester::reply r = co_await insist("POST /api/read", body);
  if (r.status == 204) {
    context_.count("marked_read");
    const change_id sure = newest > 1'000'000 ? newest - 1'000'000 : newest;
    marks_.push_back({conversation, sure, asked_at, context_.now()});
  } else if (r.status != 403 && r.status != 404) {
    not_expected(context_, name_, "mark as read", r);
  }
}

void user::check_marks(const json::object& start) {
  const json::value* list = start.if_contains("conversations");
  if (!list || !list->is_array()) return;
  for (const mark& m : marks_) {
    const bool may_be_forgotten =
        std::any_of(context_.crashes.begin(), context_.crashes.end(), [&](instant crash) {
          // While there is no room for them, marks wait for it in memory.
          const bool may_wait = context_.recipe.of(fault_kind::full_disk) > 0;
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
      if (of == m.conversation && number_at(c, "read") < m.up_to) {
        context_.broken(invariant::kept, name_ + " had read up to " + text(m.up_to) +
                                             ", and now it is " + text(number_at(c, "read")));
      }
    }
  }
}

task<void> user::typing() {
  const conversation in = some_conversation();
  const std::string body = "{" + payloads::place(in, id_, "to") + "}";
  const requester::reply r = co_await ask("POST /api/typing", body, answer_time);
  if (r.status == 204) context_.count("typed");
}

// --- looking -------------------------------------------------------------------------------------

task<json::object> user::fresh_start() {
  const requester::reply r = co_await insist("GET /api/start", "");
  if (r.status != 200) {
    not_expected(context_, name_, "start", r);
    co_return json::object();
  }
  json::object start = parsed(r.body);
  check_start(context_, id_, name_, start);
  co_return start;
}

task<void> user::look_at_start() {
  context_.count("looked_at_start");
  const json::object start = co_await fresh_start();
}

task<void> user::look_at_history() {
  const conversation conversation = some_conversation();
  change_id before = 0;
  if (below(2) == 0) before = 1 + below(context_.oracle.last_id() + 2);
  // Mostly a page; at times as much as there may be, over all his stays.
  const std::size_t limit = below(4) == 0 ? 1 + below(200) : 1 + below(8);
  change_id newest = 0;
  for (const oracle_message& m : context_.oracle.messages()) {
    if (m.conversation == conversation && context_.oracle.may_see(id_, m)) newest = m.id;
  }
  const std::string target =
      std::string("GET /api/messages?type=") + (conversation.is_group() ? "group" : "single") +
      "&with=" +
      text(conversation.is_group() ? conversation.group() : conversation.other_than(id_)) +
      "&limit=" + text(limit) + (before > 0 ? "&before=" + text(before) : "");
  const requester::reply r = co_await insist(target, "");
  if (r.status == 200) {
    context_.count("looked_at_history");
    const json::object page = parsed(r.body);
    check_history(context_, id_, name_, conversation, before > 0 ? before : change_id_max, limit,
                  newest, page);
  } else if (r.status != 403 && r.status != 404) {
    not_expected(context_, name_, "read what was said", r);
  }
}

// One short poll from anywhere in the past, as a client that lost its place.
task<void> user::look_back() {
  change_id least = change_id_max;
  for (device& d : devices_) least = std::min(least, d.started_at());
  const change_id last = context_.oracle.last_id();
  if (least > last) co_return;
  const change_id after = least + below(last - least + 1);
  const json::object start = co_await fresh_start();
  const json::value* epoch = start.if_contains("epoch");
  if (!epoch || !epoch->is_string()) co_return;
  if (below(8) == 0) {
    // A cursor that nobody can have.
    const std::string ahead =
        "GET /api/events?after=" + text(context_.oracle.last_id() + 1'000'000) +
        "&epoch=" + std::string(epoch->get_string());
    const requester::reply no = co_await insist(ahead, "");
    if (no.status != 0 && no.status != 410)
      not_expected(context_, name_, "ask from the future", no);
  }
  const std::string target =
      "GET /api/events?after=" + text(after) + "&epoch=" + std::string(epoch->get_string());
  const requester::reply r = co_await insist(target, "");
  if (r.status == 200) {
    context_.count("looked_back");
    event_parser ears;
    if (const parsed_batch* h = ears.batch(r.body); h && h->next) {
      check_batch(context_, id_, name_, after, *h->next, *h);
    } else {
      not_expected(context_, name_, "look back", r);
    }
  } else {
    not_expected(context_, name_, "look back", r);
  }
}

// Something that is no request, or only half of one; or the next one before the answer is there.
task<void> user::babble() {
  requester other(context_.clients.connections);
  if (below(2) == 0) {
    std::string two =
        client_requests::any("GET /webchat/new_msgs/", context_.clients.host, account_.token) +
        client_requests::any("GET /healthz", context_.clients.host, account_.token);
    const requester::reply first = co_await other.ask(std::move(two), classic_time);
    context_.count("asked_ahead");
    if (first.status != 0 && first.status != 200 && first.status != 401 && first.status != 408 &&
        first.status != 503) {
      not_expected(context_, name_, "ask ahead", first);
    }
    other.drop();
    co_return;
  }
  std::string request =
      "POST /api/messages HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{\"type\"";
  if (below(2) == 0) request = std::string("\x16\x03\x01 no HTTP at all\r\n\r\n");
  const requester::reply r = co_await other.ask(std::move(request), answer_time);
  context_.count("babbled");
  const bool is_refusal =
      r.status == 0 || r.status == 400 || r.status == 401 || r.status == 408 || r.status == 503;
  if (!is_refusal) not_expected(context_, name_, "babble", r);
  co_await other.close();
}

}  // namespace lingerd::sim
