#include "sim/client/client.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <cmath>

#include "sim/client/client_requests.hpp"

namespace lingerd::sim {

using namespace std::chrono_literals;
namespace json = boost::json;

namespace {

constexpr auto answer_time = 15s;     // beside a hold
constexpr double backoff_max_s = 30;  // as the page's

instant seconds_of(double s) { return std::chrono::nanoseconds(std::llround(s * 1e9)); }

}  // namespace

task<void> client::run() {
  while (!line_.is_closing() && !is_turned_away_) {
    why_.clear();
    bool is_good = line_.is_open();
    if (!is_good) is_good = co_await line_.open();
    if (is_good) {
      if (has_started_) {
        is_good = co_await listen();
        leave_websocket();
      } else {
        is_good = co_await start();
      }
    }
    if (line_.is_closing() || is_turned_away_) break;
    if (is_good) {
      failures_ = 0;
    } else {
      co_await back_off();
    }
    if (pause_s_ > 0) {
      const instant until = crowd_.lines.on.now() + seconds_of(pause_s_);
      pause_s_ = 0;
      co_await line_.nap_until(until);
    }
  }
  co_await say_goodbye();
  crowd_.watcher.left(number_);
}

task<void> client::back_off() {
  crowd_.watcher.stumbled(number_, why_.empty() ? std::string_view(line_.why()) : why_);
  ++failures_;
  const double most = std::min(backoff_max_s, std::ldexp(1, static_cast<int>(failures_) - 1));
  const double part = 0.5 + static_cast<double>(crowd_.chance.below(1000)) / 2000;
  const instant until = crowd_.lines.on.now() + seconds_of(most * part);
  co_await line_.nap_until(until);
}

task<bool> client::start() {
  ++crowd_.lines.counted.requests;
  std::string request = client_requests::start(crowd_.host, who_.token);
  const bool said = co_await line_.say(std::move(request));
  if (!said) co_return false;
  const bool answered = co_await line_.hear_answer(answer_time);
  if (!answered) co_return false;
  const http_answer& a = line_.answer();
  bool is_good = take_status(a.status, a.body);
  if (is_good) {
    json::error_code ec;
    const json::value all = json::parse(a.body, ec);
    const json::object* o = ec ? nullptr : all.if_object();
    const json::value* epoch = o ? o->if_contains("epoch") : nullptr;
    const json::value* cursor = o ? o->if_contains("cursor") : nullptr;
    is_good = epoch && epoch->is_string() && cursor && cursor->is_number();
    if (is_good) {
      epoch_ = std::string(epoch->get_string());
      cursor_ = cursor->to_number<change_id>();
      has_started_ = true;
      crowd_.watcher.started(number_, *o);
    } else {
      why_ = "/api/start answered something else than a start";
    }
  }
  line_.done_with_answer();
  co_return is_good;
}

// No coroutine of its own: one frame less for each that is parked.
task<bool> client::listen() {
  switch (way_.how) {
    case transport::short_poll: return poll_short();
    case transport::long_poll: return poll_long();
    case transport::sse: return hear_sse();
    case transport::websocket: return hear_websocket();
  }
  return poll_long();
}

// Each client has his own place in the interval, so that the load is even.
instant client::next_short_poll(instant now) const {
  const std::int64_t interval = std::chrono::nanoseconds(way_.poll_interval).count();
  const auto place =
      static_cast<std::int64_t>(number_) *
      (interval / static_cast<std::int64_t>(std::max<std::size_t>(crowd_.clients, 1)));
  const std::int64_t since = (now.count() - place) % interval;
  return now + instant(interval - since);
}

task<bool> client::poll_short() {
  if (was_parked_ && !asks_again_) {
    const instant next = next_short_poll(crowd_.lines.on.now());
    co_await line_.nap_until(next);
    if (line_.is_closing()) co_return true;
  }
  ++crowd_.lines.counted.requests;
  asked_at_ = crowd_.lines.on.now();
  std::string request =
      client_requests::poll(crowd_.host, who_.token, cursor_, epoch_, 0, presence_);
  const bool said = co_await line_.say(std::move(request));
  if (!said) co_return false;
  const bool is_good = co_await hear_poll(answer_time);
  if (is_good) note_parked();
  co_return is_good;
}

task<bool> client::poll_long() {
  ++crowd_.lines.counted.requests;
  asked_at_ = crowd_.lines.on.now();
  const auto wait =
      static_cast<std::uint64_t>(failures_ > 0 && !holds_at_once_ ? 0 : crowd_.wait.count());
  std::string request =
      client_requests::poll(crowd_.host, who_.token, cursor_, epoch_, wait, presence_);
  const bool said = co_await line_.say(std::move(request));
  if (!said) co_return false;
  note_parked();
  const bool is_good = co_await hear_poll(crowd_.wait + answer_time);
  co_return is_good;
}

task<bool> client::hear_poll(instant longest) {
  const bool answered = co_await line_.hear_answer(longest);
  if (!answered) co_return false;
  const http_answer& a = line_.answer();
  bool is_good = take_status(a.status, a.body);
  if (is_good) is_good = take(crowd_.ears.batch(a.body)) != verdict::bad;
  line_.done_with_answer();
  co_return is_good || !has_started_;  // an expired cursor is no failure
}

// Understands an answer that is no 200; true where it is one.
bool client::take_status(int status, std::string_view body) {
  if (status == 200) return true;
  const heard* h = crowd_.ears.batch(body);
  why_ = "status " + std::to_string(status);
  if (h && !h->error.empty()) {
    why_ += " " + h->error;
    take_error(h->error);
  }
  return false;
}

bool client::take_error(std::string_view code) {
  if (code == "cursor_expired") has_started_ = false;
  if (code == "not_signed_in") {
    is_turned_away_ = true;
    crowd_.watcher.turned_away(number_);
  }
  return false;
}

client::verdict client::take(const heard* h) {
  if (!h) {
    why_ = "an answer that is not understood";
    return verdict::bad;
  }
  if (!h->error.empty()) {
    why_ = "the stream ended: " + h->error;
    take_error(h->error);
    return verdict::bad;
  }
  crowd_.watcher.heard_batch(number_, cursor_, asked_at_, *h);
  for (const heard_message& m : h->messages) crowd_.watcher.heard_one(number_, m);
  if (h->next) cursor_ = *h->next;
  if (h->presence && presence_) {
    if (const json::value* rev = h->presence->if_contains("rev"); rev && rev->is_number()) {
      presence_ = rev->to_number<std::uint64_t>();
    }
  }
  asks_again_ = h->more;
  if (!h->pause_s) return verdict::good;
  pause_s_ = *h->pause_s;
  return verdict::pause;
}

void client::note_parked() {
  if (was_parked_) return;
  was_parked_ = true;
  crowd_.watcher.parked(number_);
}

}  // namespace lingerd::sim
