#include <sys/resource.h>

#include "sim/load/load_run.hpp"

// The phases of a run, in their order.
namespace lingerd::sim {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t arriving_max = 100;  // clients that have started and do not listen yet
constexpr auto arrival_stall = 20s;        // longest time without one more listening client
constexpr auto settle_duration = 500ms;    // between the last arrival and the first message
constexpr auto check_interval = 50ms;
constexpr auto drain_time = 10s;  // plus two intervals of short polls
constexpr auto drain_time_cut = 3s;
constexpr auto listen_after = 300ms;     // for deliveries that must not come
constexpr std::size_t leaving_max = 50;  // clients that are closing
constexpr auto leave_time = 30s;

double process_cpu_s() {
  rusage use{};
  ::getrusage(RUSAGE_SELF, &use);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  return seconds(use.ru_utime) + seconds(use.ru_stime);
}

}  // namespace

task<void> load_run::phases() {
  if (target_.is_ours()) usage_idle_ = target_.server_usage();
  co_await ramp_up();
  if (!is_over()) {
    make_plan();
    if (target_.is_ours()) usage_begin_ = target_.server_usage();
    co_await steady();
    co_await drain();
    if (target_.is_ours() && server_ended_.empty()) usage_end_ = target_.server_usage();
  }
  co_await leave();
  target_.stop();
}

// Ends early if the run is over.
task<void> load_run::sleep_for(instant duration) {
  sleeper_.set_deadline(loop_.now() + duration);
  while (!is_over() && !has(sleeper_.reasons(), wake::timeout)) {
    co_await sleeper_.wait(wake::timeout | wake::closing);
  }
  sleeper_.clear_deadline();
}

task<void> load_run::ramp_up() {
  last_parked_ = loop_.now();
  while (!is_over() && parked_ < clients_.size()) {
    sleeper_.clear(wake::news);
    // The first client alone finds out whether the server answers.
    while (arrived_ < clients_.size() && arrived_ - parked_ < (parked_ == 0 ? 1 : arriving_max)) {
      work_.spawn(clients_[arrived_++].run());
    }
    sleeper_.set_deadline(last_parked_ + arrival_stall);
    if (parked_ == clients_.size()) break;
    co_await sleeper_.wait(wake::news | wake::timeout | wake::closing);
    if (parked_ == 0 && errors_ > 0) {
      fail("cannot reach " + target_.url() + ": " + last_error_);
    } else if (has(sleeper_.reasons(), wake::timeout)) {
      fail("only " + std::to_string(parked_) + " of " + std::to_string(clients_.size()) +
           " clients could start to listen" + (last_error_.empty() ? "" : ": " + last_error_));
    }
  }
  sleeper_.clear_deadline();
  if (is_over()) co_return;
  sends_.start(work_);
  const instant end = loop_.now() + arrival_stall;
  while (!is_over() && !sends_.is_ready() && loop_.now() < end) co_await sleep_for(check_interval);
  if (!sends_.is_ready()) fail("cannot open the connections for sending: " + last_error_);
  co_await sleep_for(settle_duration);
}

void load_run::make_plan() {
  audiences_ = finder_.audiences();
  if (audiences_.empty() && options_.rate_per_s > 0) {
    fail("the users of this run have no friendships or groups with each other");
    return;
  }
  plan_ = make_schedule(options_.seed, audiences_, options_.duration, options_.rate_per_s);
  sent_times_.resize(plan_.size());
  const checked_run all{plan_, audiences_, users_, &tag_, options_.text_bytes, target_.is_ours()};
  checker_.emplace(all);
}

task<void> load_run::steady() {
  if (is_over()) co_return;
  phase_ = phase::steady;
  // From here on the sum of times counts from the start of the steady phase.
  const instant now = loop_.now();
  parked_times_ -= (now - begin_) * static_cast<std::int64_t>(parked_);
  begin_ = now;
  seconds_.begin(begin_);
  const double cpu_before = process_cpu_s();
  work_.spawn(send_by_schedule());
  co_await sleep_for(options_.duration);
  steady_s_ = std::chrono::duration<double>(loop_.now() - begin_).count();
  schedule_waiter_.signal(wake::closing);
  if (steady_s_ > 0) own_cpu_percent_ = (process_cpu_s() - cpu_before) / steady_s_ * 100;
}

task<void> load_run::send_by_schedule() {
  for (std::uint32_t i = 0; i < plan_.size(); ++i) {
    const instant due = begin_ + plan_[i].due;
    if (loop_.now() < due) {
      schedule_waiter_.set_deadline(due);
      co_await schedule_waiter_.wait(wake::timeout | wake::closing);
    }
    const instant now = loop_.now();
    if (now < due || is_over()) break;  // cut
    slip_.record(static_cast<std::uint64_t>((now - due).count()) / 1000);
    checker_->attempted(i);
    seconds_.attempted(now);
    sends_.send(i);
  }
  sending_is_over_ = true;
}

task<void> load_run::drain() {
  if (!checker_ || !server_ended_.empty()) co_return;
  phase_ = phase::drain;
  instant longest = was_cut_ ? instant(drain_time_cut) : instant(drain_time);
  instant listen_extra = listen_after;
  if (mode_.transport == transport::short_poll) {
    longest += 2 * mode_.poll_interval;
    listen_extra += mode_.poll_interval;
  }
  const instant end = loop_.now() + longest;
  while (loop_.now() < end && server_ended_.empty()) {
    if (sending_is_over_ && sends_.is_idle() && checker_->is_all_delivered()) break;
    sleeper_.set_deadline(loop_.now() + check_interval);
    co_await sleeper_.wait(wake::timeout);
  }
  if (was_cut_ || !server_ended_.empty()) co_return;
  co_await sleep_for(listen_extra);
}

task<void> load_run::leave() {
  phase_ = phase::leave;
  sends_.request_close();
  std::size_t asked_to_leave = 0;
  const instant end = loop_.now() + leave_time;
  while ((departed_ < arrived_ || !sends_.is_closed()) && loop_.now() < end) {
    // Closing all at once would cause retransmissions that no transport is to blame for.
    sleeper_.clear(wake::news);
    while (asked_to_leave < arrived_ && asked_to_leave - departed_ < leaving_max)
      clients_[asked_to_leave++].request_leave();
    sleeper_.set_deadline(loop_.now() + check_interval);
    co_await sleeper_.wait(wake::news | wake::timeout);
  }
  sleeper_.clear_deadline();
}

}  // namespace lingerd::sim
