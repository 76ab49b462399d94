#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/client/client.hpp"
#include "sim/client/seeded_entropy.hpp"
#include "sim/load/audience.hpp"
#include "sim/load/checker.hpp"
#include "sim/load/load_options.hpp"
#include "sim/load/load_target.hpp"
#include "sim/load/process_usage.hpp"
#include "sim/load/sender_pool.hpp"
#include "sim/report/histogram.hpp"
#include "sim/report/timeline.hpp"

namespace lingerd::sim {

// One run against a load target: all clients arrive and listen, messages are sent by the schedule,
// the remaining deliveries arrive, all clients leave. Lives on one thread, on the target's loop.
class load_run final : client_watcher, send_watcher {
 public:
  // `number` is the prefix of progress lines ("2/6 "). All references outlive the run.
  load_run(const load_options& options, const listening_mode& mode, load_target& target,
           std::string number);

  // Runs to the end. Throws std::runtime_error if the run could not begin.
  sim::run execute();
  // How long each client listened, on average.
  double listening_s() const { return listening_s_; }
  std::size_t send_connections() const {
    return options_.rate_per_s > 0 ? send_connections_max : 0;
  }
  // Whether the server's wall clock is synchronized; otherwise each message says that it is not.
  bool clock_is_synced() const { return clock_is_synced_; }
  // Number of read marks received along with messages.
  std::uint64_t read_events() const { return count_read_marks(plan_, audiences_); }

 private:
  static constexpr std::size_t send_connections_max = 64;

  // load_phases.cpp
  task<void> phases();
  task<void> ramp_up();
  void make_plan();
  task<void> steady();
  task<void> send_by_schedule();
  task<void> drain();
  task<void> leave();
  task<void> sleep_for(instant duration);
  // load_monitor.cpp
  task<void> monitor();
  bool is_over() const { return was_cut_ || !failure_.empty(); }
  void check_server();
  void show_progress();

  // load_run_events.cpp
  void on_started(std::uint32_t client, const boost::json::object& start) override;
  void on_parked(std::uint32_t client) override;
  void on_message(std::uint32_t client, const parsed_message& m) override;
  void on_failure(std::uint32_t client, std::string_view why) override;
  void on_rejected(std::uint32_t client) override;
  void on_left(std::uint32_t client) override;

  std::string request_of(std::uint32_t message) override;
  void on_sending(std::uint32_t message) override;
  void on_answer(std::uint32_t message, const http_reply& a) override;
  void on_send_failure(std::string_view why) override;

  void count_error(std::string_view why);
  void fail(std::string why);
  sim::run result();

  enum class phase { ramp_up, steady, drain, leave };

  const load_options& options_;
  const listening_mode mode_;
  load_target& target_;
  const std::string number_;
  const std::vector<account> accounts_;
  loop& loop_;
  wire_counts& counted_;
  connection_settings connections_;
  seeded_entropy entropy_;
  client_context context_;
  std::deque<client> clients_;
  sender_pool sends_;
  audience_finder finder_;
  message_tag tag_;

  std::vector<user_id> users_;
  std::vector<audience> audiences_;
  std::vector<planned_message> plan_;
  std::optional<checker> checker_;
  std::vector<instant> sent_times_;  // of each message: when it was first sent
  histogram ack_, ack_uncorrected_, deliver_, deliver_uncorrected_, slip_;
  timeline seconds_;
  std::uint64_t errors_ = 0;
  std::string last_error_;

  phase phase_ = phase::ramp_up;
  std::string failure_;       // why the run cannot begin
  std::string server_ended_;  // why the server ended; empty if it did not
  bool was_cut_ = false;
  std::size_t arrived_ = 0;
  std::size_t parked_ = 0;
  std::size_t departed_ = 0;
  bool sending_is_over_ = false;
  bool clock_is_synced_ = true;
  instant begin_ = loop_.now();  // start of the steady phase; before it, of the run
  instant last_parked_{};
  instant last_bytes_time_{};
  std::uint64_t last_bytes_ = 0;
  bool has_failed_since_ = false;
  instant parked_times_{};  // sum of the times at which clients began to listen
  instant departure_times_{};
  double listening_s_ = 0;
  double steady_s_ = 0;
  double own_cpu_percent_ = 0;
  process_usage usage_idle_, usage_begin_, usage_end_;
  instant sampled_{};

  waiter sleeper_{loop_};
  waiter schedule_waiter_{loop_};
  waiter monitor_waiter_{loop_};
  nursery work_;  // last member: its coroutines are destroyed first
};

}  // namespace lingerd::sim
