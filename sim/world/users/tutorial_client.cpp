#include "sim/world/users/tutorial_client.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <utility>

#include "sim/world/check/response_checker.hpp"
#include "sim/world/users/payloads.hpp"

namespace lingerd::sim {

using namespace std::chrono_literals;
namespace json = boost::json;

namespace {

constexpr auto answer_time = 130s;  // a hold, and some more
constexpr auto pause_most = 5s;

std::string text(std::uint64_t n) { return std::to_string(n); }

change_id id_of(const json::value& message) {
  const json::value* const id = message.get_object().if_contains("id");
  return id && id->is_number() ? id->to_number<change_id>() : 0;
}

}  // namespace

tutorial_client::tutorial_client(world_context& context, owner& of, std::string token)
    : context_(context),
      owner_(of),
      token_(std::move(token)),
      door_(context.clients.connections),
      entropy_(context.recipe.seed * 15485863 + of.id()) {}

void tutorial_client::tell_leaving() {
  is_leaving_ = true;
  door_.request_close();
}

// The session's cursor begins with the next request.
void tutorial_client::begin_anew() {
  has_asked_ = true;
  life_ = context_.life;
  floor_ = context_.oracle.last_id();
  last_ = 0;
  is_whole_ = true;
}

task<bool> tutorial_client::sign_in_again() {
  may_end_ = owner_.is_changing_password();  // of the session to come
  token_ = co_await owner_.sign_in(door_);
  has_asked_ = false;
  co_return !token_.empty();
}

task<void> tutorial_client::live() {
  instant wait = 100ms;
  while (!is_leaving_) {
    if (!has_asked_ || life_ != context_.life) begin_anew();
    std::string request = payloads::new_messages(context_.clients.host, token_);
    const requester::reply r = co_await door_.ask(std::move(request), answer_time);
    if (is_leaving_) break;
    if (r.status == 200) {
      hear(r);
      wait = 100ms;
      continue;
    }
    bool is_signed_in = true;
    if (r.status == 401) {
      if (!may_end_ && !context_.sessions_may_end) {
        context_.broken(invariant::signed_in,
                        title() + " was turned away, and nobody had ended its session");
      }
      is_signed_in = co_await sign_in_again();
    } else if (r.status == 0) {
      context_.count("old_page_lost_answer");
      is_whole_ = false;
      // Now and then the page is opened anew, with a session of its own.
      const bool is_reloaded = entropy_.below(2) == 0;
      if (is_reloaded) is_signed_in = co_await sign_in_again();
    } else if (r.status != 408 && r.status != 503 && r.status != 507) {
      not_expected(context_, title(), "hear what is new", r);
    }
    if (!is_signed_in) break;
    const instant until = context_.now() + wait;
    co_await door_.nap_until(until);
    wait = std::min<instant>(wait * 2, pause_most);
  }
  co_await door_.close();
  is_gone_ = true;
}

void tutorial_client::hear(const requester::reply& r) {
  // Which of two lives answered is not known.
  if (life_ != context_.life) is_whole_ = false;
  json::error_code ec;
  const json::value list = json::parse(r.body, ec);
  const bool is_list = !ec && list.is_array() &&
                       std::all_of(list.get_array().begin(), list.get_array().end(),
                                   [](const json::value& one) { return one.is_object(); });
  if (!is_list) return not_expected(context_, title(), "hear what is new", r);
  context_.count(list.get_array().empty() ? "old_page_heard_nothing" : "old_page_heard");
  check(list.get_array());
}

void tutorial_client::check(const json::array& list) {
  change_id last = is_whole_ ? std::max(floor_, last_) : life_ == context_.life ? floor_ : 0;
  for (const json::value& one : list) {
    const change_id id = id_of(one);
    const std::string heard = title() + " heard message " + text(id);
    const std::string wrong = wrong_with(context_, owner_.id(), one.get_object());
    if (!wrong.empty()) return context_.broken(invariant::honest, heard + ", which " + wrong);
    const oracle_message& m = *context_.oracle.message(id);
    if (context_.oracle.sender(m) == owner_.id()) {
      return context_.broken(invariant::private_, heard + ", which is its owner's");
    }
    if (!context_.oracle.may_see(owner_.id(), m)) {
      return context_.broken(invariant::private_, heard + ", which is not for him");
    }
    if (id <= last) {
      return context_.broken(id <= last_ ? invariant::once : invariant::order,
                             heard + " after " + text(last));
    }
    last = id;
  }
  if (list.empty()) return;
  if (is_whole_ && last_ > 0) check_nothing_left_out(list, last);
  last_ = last;
}

void tutorial_client::check_nothing_left_out(const json::array& list, change_id up_to) {
  for (const oracle_message& m : context_.oracle.messages()) {
    if (m.id <= last_ || m.id > up_to) continue;
    if (context_.oracle.sender(m) == owner_.id() || !context_.oracle.may_see(owner_.id(), m))
      continue;
    const bool was_told = std::any_of(list.begin(), list.end(),
                                      [&](const json::value& one) { return id_of(one) == m.id; });
    if (!was_told) {
      return context_.broken(invariant::gapless, title() + " was not told message " + text(m.id) +
                                                     " between " + text(last_) + " and " +
                                                     text(up_to));
    }
  }
}

}  // namespace lingerd::sim
