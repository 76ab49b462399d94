#include "sim/client/client.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <cmath>

#include "sim/client/client_requests.hpp"

namespace lingerd::sim {

using namespace std::chrono_literals;
namespace json = boost::json;

namespace {

constexpr auto answer_timeout = 15s;  // in addition to a hold
constexpr double backoff_max_s = 30;  // as in the page

instant seconds_of(double s) { return std::chrono::nanoseconds(std::llround(s * 1e9)); }

}  // namespace

task<void> client::run() {
  while (!connection_.is_closing() && !is_rejected_) {
    failure_.clear();
    bool is_ok = connection_.is_open();
    if (!is_ok) is_ok = co_await connection_.open();
    if (is_ok) {
      if (has_started_) {
        is_ok = co_await listen();
        leave_websocket();
      } else {
        is_ok = co_await start();
      }
    }
    if (connection_.is_closing() || is_rejected_) break;
    if (is_ok) {
      failures_ = 0;
    } else {
      co_await back_off();
    }
    if (pause_s_ > 0) {
      const instant end = context_.connections.loop.now() + seconds_of(pause_s_);
      pause_s_ = 0;
      co_await connection_.nap_until(end);
    }
  }
  co_await disconnect();
  context_.watcher.on_left(number_);
}

task<void> client::back_off() {
  context_.watcher.on_failure(number_,
                              failure_.empty() ? std::string_view(connection_.why()) : failure_);
  ++failures_;
  const double most = std::min(backoff_max_s, std::ldexp(1, static_cast<int>(failures_) - 1));
  const double part = 0.5 + static_cast<double>(context_.entropy.below(1000)) / 2000;
  const instant end = context_.connections.loop.now() + seconds_of(most * part);
  co_await connection_.nap_until(end);
}

task<bool> client::start() {
  ++context_.connections.counted.requests;
  std::string request = client_requests::start(context_.host, account_.token);
  const bool is_sent = co_await connection_.send(std::move(request));
  if (!is_sent) co_return false;
  const bool is_answered = co_await connection_.receive_answer(answer_timeout);
  if (!is_answered) co_return false;
  const http_reply& a = connection_.answer();
  bool is_ok = check_status(a.status, a.body);
  if (is_ok) {
    json::error_code ec;
    const json::value all = json::parse(a.body, ec);
    const json::object* o = ec ? nullptr : all.if_object();
    const json::value* epoch = o ? o->if_contains("epoch") : nullptr;
    const json::value* cursor = o ? o->if_contains("cursor") : nullptr;
    is_ok = epoch && epoch->is_string() && cursor && cursor->is_number();
    if (is_ok) {
      epoch_ = std::string(epoch->get_string());
      cursor_ = cursor->to_number<change_id>();
      has_started_ = true;
      context_.watcher.on_started(number_, *o);
    } else {
      failure_ = "/api/start sent an answer that is not understood";
    }
  }
  connection_.release_answer();
  co_return is_ok;
}

// Not a coroutine: saves one frame for each parked client.
task<bool> client::listen() {
  switch (mode_.transport) {
    case transport::short_poll: return poll_short();
    case transport::long_poll: return poll_long();
    case transport::sse: return listen_sse();
    case transport::websocket: return listen_websocket();
  }
  return poll_long();
}

// Each client has its own offset within the interval, so that the load is even.
instant client::next_short_poll(instant now) const {
  const std::int64_t interval = std::chrono::nanoseconds(mode_.poll_interval).count();
  const auto place =
      static_cast<std::int64_t>(number_) *
      (interval / static_cast<std::int64_t>(std::max<std::size_t>(context_.clients, 1)));
  const std::int64_t since = (now.count() - place) % interval;
  return now + instant(interval - since);
}

task<bool> client::poll_short() {
  if (was_parked_ && !has_more_) {
    const instant next = next_short_poll(context_.connections.loop.now());
    co_await connection_.nap_until(next);
    if (connection_.is_closing()) co_return true;
  }
  ++context_.connections.counted.requests;
  request_time_ = context_.connections.loop.now();
  std::string request =
      client_requests::poll(context_.host, account_.token, cursor_, epoch_, 0, presence_);
  const bool is_sent = co_await connection_.send(std::move(request));
  if (!is_sent) co_return false;
  const bool is_ok = co_await receive_batch(answer_timeout);
  if (is_ok) note_parked();
  co_return is_ok;
}

task<bool> client::poll_long() {
  ++context_.connections.counted.requests;
  request_time_ = context_.connections.loop.now();
  const auto wait = static_cast<std::uint64_t>(
      failures_ > 0 && !holds_after_failure_ ? 0 : context_.wait.count());
  std::string request =
      client_requests::poll(context_.host, account_.token, cursor_, epoch_, wait, presence_);
  const bool is_sent = co_await connection_.send(std::move(request));
  if (!is_sent) co_return false;
  note_parked();
  const bool is_ok = co_await receive_batch(context_.wait + answer_timeout);
  co_return is_ok;
}

task<bool> client::receive_batch(instant longest) {
  const bool is_answered = co_await connection_.receive_answer(longest);
  if (!is_answered) co_return false;
  const http_reply& a = connection_.answer();
  bool is_ok = check_status(a.status, a.body);
  if (is_ok) is_ok = handle(context_.parser.batch(a.body)) != outcome::bad;
  connection_.release_answer();
  co_return is_ok || !has_started_;  // an expired cursor is no failure
}

// Understands an answer that is no 200; true where it is one.
bool client::check_status(int status, std::string_view body) {
  if (status == 200) return true;
  const parsed_batch* h = context_.parser.batch(body);
  failure_ = "status " + std::to_string(status);
  if (h && !h->error.empty()) {
    failure_ += " " + h->error;
    handle_error(h->error);
  }
  return false;
}

bool client::handle_error(std::string_view code) {
  if (code == "cursor_expired") has_started_ = false;
  if (code == "not_signed_in") {
    is_rejected_ = true;
    context_.watcher.on_rejected(number_);
  }
  return false;
}

client::outcome client::handle(const parsed_batch* h) {
  if (!h) {
    failure_ = "an answer that is not understood";
    return outcome::bad;
  }
  if (!h->error.empty()) {
    failure_ = "the stream ended: " + h->error;
    handle_error(h->error);
    return outcome::bad;
  }
  context_.watcher.on_batch(number_, cursor_, request_time_, *h);
  for (const parsed_message& m : h->messages) context_.watcher.on_message(number_, m);
  if (h->next) cursor_ = *h->next;
  if (h->presence && presence_) {
    if (const json::value* rev = h->presence->if_contains("rev"); rev && rev->is_number()) {
      presence_ = rev->to_number<std::uint64_t>();
    }
  }
  has_more_ = h->more;
  if (!h->pause_s) return outcome::good;
  pause_s_ = *h->pause_s;
  return outcome::pause;
}

void client::note_parked() {
  if (was_parked_) return;
  was_parked_ = true;
  context_.watcher.on_parked(number_);
}

}  // namespace lingerd::sim
