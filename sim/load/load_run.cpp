#include "sim/load/load_run.hpp"

#include <algorithm>
#include <stdexcept>

namespace lingerd::sim {

namespace {

constexpr std::uint64_t slip_max_us = 10'000;

double seconds_of(instant t) { return std::chrono::duration<double>(t).count(); }

}  // namespace

load_run::load_run(const load_options& options, const listening_mode& mode, load_target& target,
                   std::string number)
    : options_(options),
      mode_(mode),
      target_(target),
      number_(std::move(number)),
      accounts_(target.take_accounts()),
      loop_(target.loop()),
      counted_(target.counted()),
      connections_{loop_, target.connect(), counted_},
      entropy_(options.seed ^ 0x5bd1e995),  // must differ from the seed of the schedule
      context_{connections_, *this, entropy_, mode, options.wait, target.host(), accounts_.size()},
      sends_(connections_, *this, send_connections()),
      finder_(accounts_),
      tag_(target.salt()) {
  for (std::uint32_t i = 0; i < accounts_.size(); ++i) {
    clients_.emplace_back(context_, i, accounts_[i]);
    users_.push_back(accounts_[i].id);
  }
}

sim::run load_run::execute() {
  work_.spawn(monitor());
  work_.spawn(phases());
  loop_.run_ready();
  target_.run();
  // First the coroutines, then the objects that would wake them.
  work_.clear();
  clients_.clear();
  sends_.drop();
  for (waiter* w : {&sleeper_, &schedule_waiter_, &monitor_waiter_}) w->clear_deadline();
  target_.clear();
  if (!failure_.empty()) throw std::runtime_error(failure_);
  return result();
}

void load_run::count_error(std::string_view why) {
  ++errors_;
  last_error_ = why;
  seconds_.error(loop_.now());
}

void load_run::fail(std::string why) {
  if (failure_.empty()) failure_ = std::move(why);
  sleeper_.signal(wake::closing);
}

sim::run load_run::result() {
  sim::run r;
  r.transport = name_of(mode_.transport);
  if (mode_.transport == transport::short_poll) {
    r.poll_interval_s = std::chrono::duration<double>(mode_.poll_interval).count();
  }
  r.clients = accounts_.size();
  r.duration_s = steady_s_;
  r.was_cut = was_cut_;
  if (checker_) {
    r.counts = checker_->counts();
    r.first_case = checker_->first_case();
  }
  if (!server_ended_.empty()) r.first_case = server_ended_;
  r.latency_us = {ack_.summary(), deliver_.summary(), ack_uncorrected_.summary(),
                  deliver_uncorrected_.summary(), deliver_.curve()};
  const double delivered = static_cast<double>(r.counts.delivered);
  wire_use& w = r.wire;
  w.requests = counted_.requests;
  w.connections = counted_.connections;
  w.app_bytes_sent = counted_.bytes_sent;
  w.app_bytes_received = counted_.bytes_received;
  w.segments = counted_.tcp.segments;
  w.retransmitted = counted_.tcp.retransmitted;
  w.wire_bytes = counted_.bytes_sent + counted_.bytes_received + counted_.tcp.head_bytes +
                 counted_.tcp.again_bytes;
  if (delivered > 0) w.wire_bytes_per_message = static_cast<double>(w.wire_bytes) / delivered;
  if (target_.is_ours()) {
    server_use& s = r.server;
    s.cpu_s = std::max(0.0, usage_end_.cpu_s - usage_begin_.cpu_s);
    s.rss_idle_bytes = usage_idle_.rss_anon_bytes;
    s.rss_parked_bytes = usage_begin_.rss_anon_bytes;
    s.rss_bytes_per_client =
        (static_cast<double>(s.rss_parked_bytes) - static_cast<double>(s.rss_idle_bytes)) /
        static_cast<double>(r.clients);
    if (usage_end_.written_bytes > usage_begin_.written_bytes) {
      s.bytes_written = usage_end_.written_bytes - usage_begin_.written_bytes;
    }
    if (delivered > 0) s.cpu_us_per_delivery = s.cpu_s * 1e6 / delivered;
    if (r.counts.acknowledged > 0) {
      s.bytes_written_per_message =
          static_cast<double>(s.bytes_written) / static_cast<double>(r.counts.acknowledged);
    }
  }
  r.generator.cpu_percent = own_cpu_percent_;
  r.generator.slip_p99_us = slip_.value_at(0.99);
  r.generator.valid = r.generator.slip_p99_us < slip_max_us;
  r.seconds = seconds_.take(loop_.now());
  listening_s_ = seconds_of(departure_times_ - parked_times_) /
                 static_cast<double>(std::max<std::size_t>(parked_, 1));
  return r;
}

}  // namespace lingerd::sim
