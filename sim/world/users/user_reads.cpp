#include <algorithm>

#include "sim/client/client_requests.hpp"
#include "sim/world/check/json_fields.hpp"
#include "sim/world/check/message_checker.hpp"
#include "sim/world/check/response_checker.hpp"
#include "sim/world/check/start_checker.hpp"
#include "sim/world/check/stream_checker.hpp"
#include "sim/world/users/payloads.hpp"
#include "sim/world/users/user.hpp"

// Reading: starts, history, old cursors, read marks; and requests that no client should send.
namespace lingerd::sim {

using namespace std::chrono_literals;
namespace json = boost::json;

namespace {

constexpr auto mark_settled = 12s;       // gathered for at most 2 s, then two slow commits
constexpr auto hold_answer_time = 130s;  // longer than a hold

std::string text(std::uint64_t n) { return std::to_string(n); }

}  // namespace

// --- reading -------------------------------------------------------------------------------------

task<void> user::mark_read() {
  const conversation conversation = random_conversation();
  change_id newest = 0;
  for (const oracle_message& m : context_.oracle.messages()) {
    if (m.conversation == conversation && received_.contains(m.id)) newest = m.id;
  }
  if (newest == 0) co_return;
  if (below(4) == 0) newest += 1'000'000;  // beyond the newest
  const std::string body = "{" + payloads::conversation_fields(conversation, id_, "with") +
                           R"(,"up_to":)" + text(newest) + "}";
  const instant asked_at = context_.now();
  const requester::reply r = co_await ask_until_answered("POST /api/read", body);
  if (r.status == 204) {
    context_.count("marked_read");
    const change_id up_to = newest > 1'000'000 ? newest - 1'000'000 : newest;
    read_marks_.push_back({conversation, up_to, asked_at, context_.now()});
  } else if (r.status != 403 && r.status != 404) {
    report_unexpected(context_, name_, "mark as read", r);
  }
}

void user::check_read_marks(const json::object& start) {
  const json::array* list = array_field(start, "conversations");
  if (!list) return;
  for (const read_mark& m : read_marks_) {
    const bool may_be_lost =
        std::any_of(context_.crashes.begin(), context_.crashes.end(), [&](instant crash) {
          // On a full disk, marks wait in memory.
          const bool may_wait = context_.recipe.strength_of(fault_kind::full_disk) > 0;
          return crash >= m.asked_at && (may_wait || crash <= m.acknowledged_at + mark_settled);
        });
    if (may_be_lost) continue;
    for (const json::value& v : *list) {
      const json::object& c = v.get_object();
      if (conversation_of(c, id_, "with") == m.conversation && number_field(c, "read") < m.up_to) {
        context_.report(invariant::kept, name_ + " had marked " + text(m.up_to) +
                                             " as read, and now the mark is " +
                                             text(number_field(c, "read")));
      }
    }
  }
}

task<void> user::announce_typing() {
  const conversation target = random_conversation();
  const std::string body = "{" + payloads::conversation_fields(target, id_, "to") + "}";
  const requester::reply r = co_await ask("POST /api/typing", body, answer_time);
  if (r.status == 204) context_.count("typed");
}

// --- starts and history ------------------------------------------------------------------------

task<json::object> user::fresh_start() {
  const requester::reply r = co_await ask_until_answered("GET /api/start", "");
  if (r.status != 200) {
    report_unexpected(context_, name_, "start", r);
    co_return json::object();
  }
  json::object start = parse_object(r.body);
  check_start(context_, id_, name_, start);
  co_return start;
}

task<void> user::read_start() {
  context_.count("read_start");
  const json::object start = co_await fresh_start();
}

task<void> user::read_history() {
  const conversation conversation = random_conversation();
  change_id before = 0;
  if (below(2) == 0) before = 1 + below(context_.oracle.last_id() + 2);
  // Mostly a short page; at times the longest allowed, across all stays in a group.
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
  const requester::reply r = co_await ask_until_answered(target, "");
  if (r.status == 200) {
    context_.count("read_history");
    const json::object page = parse_object(r.body);
    check_history(context_, id_, name_, conversation, before > 0 ? before : change_id_max, limit,
                  newest, page);
  } else if (r.status != 403 && r.status != 404) {
    report_unexpected(context_, name_, "read history", r);
  }
}

// One short poll from a random cursor of the past, as a client that lost its own.
task<void> user::poll_old_cursor() {
  change_id oldest = change_id_max;
  for (device& d : devices_) oldest = std::min(oldest, d.start_cursor());
  const change_id newest = context_.oracle.last_id();
  if (oldest > newest) co_return;
  const change_id after = oldest + below(newest - oldest + 1);
  const json::object start = co_await fresh_start();
  const json::value* epoch = start.if_contains("epoch");
  if (!epoch || !epoch->is_string()) co_return;
  const std::string epoch_text(epoch->get_string());
  if (below(8) == 0) {
    co_await ask_beyond_newest(epoch_text);
  }
  const std::string target = "GET /api/events?after=" + text(after) + "&epoch=" + epoch_text;
  const requester::reply r = co_await ask_until_answered(target, "");
  if (r.status == 200) {
    context_.count("polled_old_cursor");
    event_parser parser;
    if (const parsed_batch* batch = parser.batch(r.body); batch && batch->next) {
      check_batch(context_, id_, name_, after, *batch->next, *batch);
    } else {
      report_unexpected(context_, name_, "poll an old cursor", r);
    }
  } else {
    report_unexpected(context_, name_, "poll an old cursor", r);
  }
}

// A cursor beyond the newest change: 410.
task<void> user::ask_beyond_newest(std::string epoch) {
  const std::string target =
      "GET /api/events?after=" + text(context_.oracle.last_id() + 1'000'000) + "&epoch=" + epoch;
  const requester::reply r = co_await ask_until_answered(target, "");
  if (r.status != 0 && r.status != 410)
    report_unexpected(context_, name_, "poll beyond the newest change", r);
}

// --- requests that no client should send ---------------------------------------------------------

// Two requests at once, a partial request, or bytes that are not HTTP.
task<void> user::send_malformed() {
  if (below(2) == 0) return pipeline_requests();
  return send_garbage();
}

// The second request before the first answer.
task<void> user::pipeline_requests() {
  requester separate(context_.clients.connections);
  std::string requests =
      client_requests::any("GET /webchat/new_msgs/", context_.clients.host, account_.token) +
      client_requests::any("GET /healthz", context_.clients.host, account_.token);
  const requester::reply first = co_await separate.ask(std::move(requests), hold_answer_time);
  context_.count("pipelined_requests");
  if (first.status != 0 && first.status != 200 && first.status != 401 && first.status != 408 &&
      first.status != 503) {
    report_unexpected(context_, name_, "pipeline requests", first);
  }
  separate.drop();
}

task<void> user::send_garbage() {
  requester separate(context_.clients.connections);
  std::string request =
      "POST /api/messages HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{\"type\"";
  if (below(2) == 0) request = std::string("\x16\x03\x01 no HTTP at all\r\n\r\n");
  const requester::reply r = co_await separate.ask(std::move(request), answer_time);
  context_.count("sent_malformed");
  const bool is_refusal =
      r.status == 0 || r.status == 400 || r.status == 401 || r.status == 408 || r.status == 503;
  if (!is_refusal) report_unexpected(context_, name_, "send a malformed request", r);
  co_await separate.close();
}

}  // namespace lingerd::sim
