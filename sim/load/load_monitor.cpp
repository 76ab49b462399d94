#include "sim/load/load_run.hpp"

// Watches a run beside its phases: Ctrl-C, the end of the server, the progress line.
namespace lingerd::sim {

using namespace std::chrono_literals;

namespace {

constexpr auto check_interval = 50ms;
constexpr auto progress_interval = 500ms;
constexpr auto sample_interval = 1s;
constexpr auto silence_max = 6s;  // of a server while connections to it fail

std::string whole_seconds(instant t) {
  return std::to_string(std::chrono::ceil<std::chrono::seconds>(t).count()) + " s";
}

}  // namespace

task<void> load_run::monitor() {
  instant shown{};
  for (;;) {
    const instant now = loop_.now();
    monitor_waiter_.set_deadline(now + check_interval);
    co_await monitor_waiter_.wait(wake::timeout);
    if (!was_cut_ && options_.stop && options_.stop->load()) was_cut_ = true;
    if (phase_ != phase::leave) check_server();
    if (is_over()) sleeper_.signal(wake::closing);
    if (options_.progress && now - shown >= progress_interval) {
      shown = now;
      show_progress();
    }
  }
}

void load_run::check_server() {
  const instant now = loop_.now();
  if (target_.is_ours() && server_ended_.empty()) {
    if (!target_.is_server_there()) {
      server_ended_ = "the server ended during the run: " + target_.how_it_ended();
    } else if (phase_ == phase::steady && now - sampled_ >= sample_interval) {
      // This may be the last time that it can be read.
      sampled_ = now;
      usage_end_ = target_.server_usage();
    }
  }
  if (counted_.bytes_received != last_bytes_ || last_bytes_time_ == instant{}) {
    last_bytes_ = counted_.bytes_received;
    last_bytes_time_ = now;
    has_failed_since_ = false;
  } else if (!target_.is_ours() && has_failed_since_ && phase_ != phase::ramp_up &&
             now - last_bytes_time_ > silence_max && server_ended_.empty()) {
    server_ended_ = "the server stopped answering: " + last_error_;
  }
  if (!server_ended_.empty()) was_cut_ = true;
}

void load_run::show_progress() {
  std::string line = number_ + std::string(name_of(mode_.transport));
  const instant since = loop_.now() - begin_;
  const second& last = seconds_.last();
  switch (phase_) {
    case phase::ramp_up:
      line += ": ramp-up, " + std::to_string(parked_) + " of " + std::to_string(clients_.size()) +
              " clients listening";
      break;
    case phase::steady:
      line += ": steady, " + std::to_string(last.attempted) + " messages/s, " +
              std::to_string(last.delivered) + " delivered/s";
      break;
    case phase::drain:
      line += ": drain, " + std::to_string(checker_->still_due()) + " deliveries outstanding";
      break;
    case phase::leave:
      line +=
          ": leaving, " + std::to_string(departed_) + " of " + std::to_string(arrived_) + " closed";
      break;
  }
  line += ", " + std::to_string(errors_) + " errors";
  if (phase_ == phase::steady && since < options_.duration) {
    line += ", " + whole_seconds(options_.duration - since) + " left";
  }
  options_.progress(line);
}

}  // namespace lingerd::sim
