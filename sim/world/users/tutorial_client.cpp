#include "sim/world/users/tutorial_client.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <utility>

#include "sim/world/check/json_fields.hpp"
#include "sim/world/check/message_checker.hpp"
#include "sim/world/check/response_checker.hpp"
#include "sim/world/users/payloads.hpp"

namespace lingerd::sim {

using namespace std::chrono_literals;
namespace json = boost::json;

namespace {

constexpr auto answer_time = 130s;  // longer than a hold
constexpr auto pause_max = 5s;

std::string text(std::uint64_t n) { return std::to_string(n); }

change_id id_of(const json::value& message) { return number_field(message.get_object(), "id"); }

}  // namespace

tutorial_client::tutorial_client(world_context& context, device_owner& owner, std::string token)
    : context_(context),
      owner_(owner),
      token_(std::move(token)),
      requester_(context.clients.connections),
      entropy_(context.recipe.seed * 15485863 + owner.id()) {}

void tutorial_client::leave() {
  is_leaving_ = true;
  requester_.request_close();
}

// The session's cursor begins with the next request.
void tutorial_client::begin_cursor() {
  has_cursor_ = true;
  server_life_ = context_.server_life;
  floor_ = context_.oracle.last_id();
  newest_ = 0;
  is_complete_ = true;
}

task<bool> tutorial_client::sign_in_again() {
  may_session_end_ = owner_.is_changing_password();  // the new session, too
  token_ = co_await owner_.sign_in(requester_);
  has_cursor_ = false;
  co_return !token_.empty();
}

task<void> tutorial_client::run() {
  instant pause = 100ms;
  while (!is_leaving_) {
    if (!has_cursor_ || server_life_ != context_.server_life) begin_cursor();
    std::string request = payloads::new_messages(context_.clients.host, token_);
    requester::reply r = co_await requester_.ask(std::move(request), answer_time);
    if (is_leaving_) break;
    if (r.status == 200) {
      take_messages(r);
      pause = 100ms;
      continue;
    }
    const bool is_signed_in = co_await handle_failure(std::move(r));
    if (!is_signed_in) break;
    const instant until = context_.now() + pause;
    co_await requester_.nap_until(until);
    pause = std::min<instant>(pause * 2, pause_max);
  }
  co_await requester_.close();
  is_gone_ = true;
}

// Returns whether the page still has a session.
task<bool> tutorial_client::handle_failure(requester::reply reply) {
  bool is_signed_in = true;
  if (reply.status == 401) {
    if (!may_session_end_ && !context_.may_sessions_expire) {
      context_.report(invariant::signed_in,
                      title() + " was turned away, but its session had not been ended");
    }
    is_signed_in = co_await sign_in_again();
  } else if (reply.status == 0) {
    context_.count("tutorial_lost_answer");
    is_complete_ = false;
    // Now and then the page is reloaded, with a new session.
    const bool is_reloaded = entropy_.below(2) == 0;
    if (is_reloaded) is_signed_in = co_await sign_in_again();
  } else if (reply.status != 408 && reply.status != 503 && reply.status != 507) {
    report_unexpected(context_, title(), "ask for new messages", reply);
  }
  co_return is_signed_in;
}

void tutorial_client::take_messages(const requester::reply& reply) {
  // It is unknown which of two server lives answered.
  if (server_life_ != context_.server_life) is_complete_ = false;
  json::error_code ec;
  const json::value list = json::parse(reply.body, ec);
  const bool is_list = !ec && list.is_array() &&
                       std::all_of(list.get_array().begin(), list.get_array().end(),
                                   [](const json::value& v) { return v.is_object(); });
  if (!is_list) return report_unexpected(context_, title(), "ask for new messages", reply);
  context_.count(list.get_array().empty() ? "tutorial_got_nothing" : "tutorial_got_messages");
  check(list.get_array());
}

void tutorial_client::check(const json::array& list) {
  const change_id session_floor = server_life_ == context_.server_life ? floor_ : 0;
  change_id previous = is_complete_ ? std::max(floor_, newest_) : session_floor;
  for (const json::value& v : list) {
    const change_id id = id_of(v);
    const std::string event = title() + " received message " + text(id);
    const std::string difference = difference_from_stored(context_, owner_.id(), v.get_object());
    if (!difference.empty())
      return context_.report(invariant::honest, event + ", which " + difference);
    const oracle_message& m = *context_.oracle.message(id);
    if (context_.oracle.sender(m) == owner_.id()) {
      return context_.report(invariant::private_, event + ", which its owner sent");
    }
    if (!context_.oracle.may_see(owner_.id(), m)) {
      return context_.report(invariant::private_, event + ", which its owner may not see");
    }
    if (id <= previous) {
      return context_.report(id <= newest_ ? invariant::once : invariant::order,
                             event + " after " + text(previous));
    }
    previous = id;
  }
  if (list.empty()) return;
  if (is_complete_ && newest_ > 0) check_gapless(list, previous);
  newest_ = previous;
}

void tutorial_client::check_gapless(const json::array& list, change_id up_to) {
  for (const oracle_message& m : context_.oracle.messages()) {
    if (m.id <= newest_ || m.id > up_to) continue;
    if (context_.oracle.sender(m) == owner_.id() || !context_.oracle.may_see(owner_.id(), m))
      continue;
    const bool is_delivered = std::any_of(list.begin(), list.end(),
                                          [&](const json::value& v) { return id_of(v) == m.id; });
    if (!is_delivered) {
      return context_.report(invariant::gapless, title() + " did not receive message " +
                                                     text(m.id) + " between " + text(newest_) +
                                                     " and " + text(up_to));
    }
  }
}

}  // namespace lingerd::sim
