#include <sys/resource.h>

#include "sim/load/load_run.hpp"

// What a run does, one phase after the other.
namespace lingerd::sim {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t arriving_max = 100;  // clients that have come and do not listen yet
constexpr auto arrival_stall = 20s;        // without one more client listening
constexpr auto settle_time = 500ms;        // between the last arrival and the first message
constexpr auto look_every = 50ms;
constexpr auto sample_every = 1s;
constexpr auto silence_max = 6s;  // of a server, while connections to it fail
constexpr auto drain_time = 10s;  // beside two intervals of polling
constexpr auto drain_time_cut = 3s;
constexpr auto listen_on = 300ms;        // for what ought not to come any more
constexpr std::size_t leaving_max = 50;  // clients that close and are not gone yet
constexpr auto leave_time = 30s;

double own_cpu_s() {
  rusage use{};
  ::getrusage(RUSAGE_SELF, &use);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  return seconds(use.ru_utime) + seconds(use.ru_stime);
}

std::string whole_seconds(instant t) {
  return std::to_string(std::chrono::ceil<std::chrono::seconds>(t).count()) + " s";
}

}  // namespace

task<void> load_run::phases() {
  if (stage_.is_ours()) idle_ = stage_.server_use();
  co_await ramp_up();
  if (!is_over()) {
    make_plan();
    if (stage_.is_ours()) at_begin_ = stage_.server_use();
    co_await steady();
    co_await drain();
    if (stage_.is_ours() && server_ended_.empty()) at_end_ = stage_.server_use();
  }
  co_await leave();
  stage_.stop();
}

// Ends early where the run is over.
task<void> load_run::nap(instant how_long) {
  asleep_.set_deadline(loop_.now() + how_long);
  while (!is_over() && !has(asleep_.reasons(), wake::timeout)) {
    co_await asleep_.wait(wake::timeout | wake::closing);
  }
  asleep_.clear_deadline();
}

task<void> load_run::ramp_up() {
  last_parked_ = loop_.now();
  while (!is_over() && parked_ < clients_.size()) {
    asleep_.clear(wake::news);
    // The first one alone finds out whether there is anybody to talk to.
    while (arrived_ < clients_.size() && arrived_ - parked_ < (parked_ == 0 ? 1 : arriving_max)) {
      work_.spawn(clients_[arrived_++].run());
    }
    asleep_.set_deadline(last_parked_ + arrival_stall);
    if (parked_ == clients_.size()) break;
    co_await asleep_.wait(wake::news | wake::timeout | wake::closing);
    if (parked_ == 0 && errors_ > 0) {
      fail("cannot reach " + stage_.url() + ": " + last_error_);
    } else if (has(asleep_.reasons(), wake::timeout)) {
      fail("only " + std::to_string(parked_) + " of " + std::to_string(clients_.size()) +
           " clients could begin to listen" + (last_error_.empty() ? "" : ": " + last_error_));
    }
  }
  asleep_.clear_deadline();
  if (is_over()) co_return;
  sends_.start(work_);
  const instant until = loop_.now() + arrival_stall;
  while (!is_over() && !sends_.is_ready() && loop_.now() < until) co_await nap(look_every);
  if (!sends_.is_ready()) fail("cannot open the connections that send: " + last_error_);
  co_await nap(settle_time);
}

void load_run::make_plan() {
  rooms_ = finder_.rooms();
  if (rooms_.empty() && options_.rate_per_s > 0) {
    fail("the users of this run have no friends and no groups among themselves");
    return;
  }
  plan_ = make_schedule(options_.seed, rooms_, options_.duration, options_.rate_per_s);
  went_out_.resize(plan_.size());
  const checked_run all{plan_, rooms_, users_, &marks_, options_.text_bytes, stage_.is_ours()};
  checker_.emplace(all);
}

task<void> load_run::steady() {
  if (is_over()) co_return;
  phase_ = phase::steady;
  // The sum of times counts from here, now.
  const instant now = loop_.now();
  parked_times_ -= (now - begin_) * static_cast<std::int64_t>(parked_);
  begin_ = now;
  seconds_.begin(begin_);
  const double cpu_before = own_cpu_s();
  work_.spawn(send_on_time());
  co_await nap(options_.duration);
  steady_s_ = std::chrono::duration<double>(loop_.now() - begin_).count();
  schedule_.signal(wake::closing);
  if (steady_s_ > 0) own_cpu_percent_ = (own_cpu_s() - cpu_before) / steady_s_ * 100;
}

task<void> load_run::send_on_time() {
  for (std::uint32_t i = 0; i < plan_.size(); ++i) {
    const instant at = begin_ + plan_[i].at;
    if (loop_.now() < at) {
      schedule_.set_deadline(at);
      co_await schedule_.wait(wake::timeout | wake::closing);
    }
    const instant now = loop_.now();
    if (now < at || is_over()) break;  // cut
    slip_.record(static_cast<std::uint64_t>((now - at).count()) / 1000);
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
  instant further = listen_on;
  if (way_.how == transport::short_poll) {
    longest += 2 * way_.poll_interval;
    further += way_.poll_interval;
  }
  const instant until = loop_.now() + longest;
  while (loop_.now() < until && server_ended_.empty()) {
    if (sending_is_over_ && sends_.is_idle() && checker_->is_all_delivered()) break;
    asleep_.set_deadline(loop_.now() + look_every);
    co_await asleep_.wait(wake::timeout);
  }
  if (was_cut_ || !server_ended_.empty()) co_return;
  co_await nap(further);
}

task<void> load_run::leave() {
  phase_ = phase::leave;
  sends_.tell_closing();
  std::size_t told = 0;
  const instant until = loop_.now() + leave_time;
  while ((left_ < arrived_ || !sends_.is_closed()) && loop_.now() < until) {
    // No crowd at the door: it would cost retransmissions that are nobody's.
    asleep_.clear(wake::news);
    while (told < arrived_ && told - left_ < leaving_max) clients_[told++].tell_leaving();
    asleep_.set_deadline(loop_.now() + look_every);
    co_await asleep_.wait(wake::news | wake::timeout);
  }
  asleep_.clear_deadline();
}

// Looks after the run from beside: Ctrl-C, the server's end, the progress line.
task<void> load_run::watch_over() {
  instant told{};
  for (;;) {
    const instant now = loop_.now();
    guard_.set_deadline(now + look_every);
    co_await guard_.wait(wake::timeout);
    if (!was_cut_ && options_.stop && options_.stop->load()) was_cut_ = true;
    if (phase_ != phase::leave) look_at_server();
    if (is_over()) asleep_.signal(wake::closing);
    if (options_.progress && now - told >= 500ms) {
      told = now;
      say_progress();
    }
  }
}

void load_run::look_at_server() {
  const instant now = loop_.now();
  if (stage_.is_ours() && server_ended_.empty()) {
    if (!stage_.is_server_there()) {
      server_ended_ = "the server ended in mid-run: " + stage_.how_it_ended();
    } else if (phase_ == phase::steady && now - sampled_ >= sample_every) {
      // In case that it is the last time it can be asked.
      sampled_ = now;
      at_end_ = stage_.server_use();
    }
  }
  if (counted_.bytes_received != last_bytes_ || last_bytes_at_ == instant{}) {
    last_bytes_ = counted_.bytes_received;
    last_bytes_at_ = now;
    has_stumbled_since_ = false;
  } else if (!stage_.is_ours() && has_stumbled_since_ && phase_ != phase::ramp_up &&
             now - last_bytes_at_ > silence_max && server_ended_.empty()) {
    server_ended_ = "the server does not answer any more: " + last_error_;
  }
  if (!server_ended_.empty()) was_cut_ = true;
}

void load_run::say_progress() {
  std::string line = number_ + std::string(name_of(way_.how));
  const instant since = loop_.now() - begin_;
  const second& last = seconds_.last();
  switch (phase_) {
    case phase::ramp_up:
      line += ": ramp-up, " + std::to_string(parked_) + " of " + std::to_string(clients_.size()) +
              " clients listen";
      break;
    case phase::steady:
      line += ": steady, " + std::to_string(last.attempted) + " messages/s, " +
              std::to_string(last.delivered) + " delivered/s";
      break;
    case phase::drain:
      line += ": drain, " + std::to_string(checker_->still_due()) + " still due";
      break;
    case phase::leave:
      line +=
          ": leaving, " + std::to_string(left_) + " of " + std::to_string(arrived_) + " are gone";
      break;
  }
  line += ", " + std::to_string(errors_) + " errors";
  if (phase_ == phase::steady && since < options_.duration) {
    line += ", " + whole_seconds(options_.duration - since) + " left";
  }
  options_.progress(line);
}

}  // namespace lingerd::sim
