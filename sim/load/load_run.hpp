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
#include "sim/load/load.hpp"
#include "sim/load/load_target.hpp"
#include "sim/load/process_usage.hpp"
#include "sim/load/sender_pool.hpp"
#include "sim/report/histogram.hpp"
#include "sim/report/timeline.hpp"

namespace lingerd::sim {

// One run on a stage: all clients arrive and listen, messages go out by the schedule, what is still
// on its way arrives, all leave. One thread, one loop.
class load_run final : client_watcher, send_watcher {
 public:
  // `number` says which run of how many, for the progress line. All outlive it.
  load_run(const load_options& options, const listening_mode& mode, load_target& target,
           std::string number);

  // Throws std::runtime_error where it could not even begin.
  sim::run go();
  // How long each client listened, on average.
  double listening_s() const { return listening_s_; }
  std::size_t send_connections() const {
    return options_.rate_per_s > 0 ? send_connections_max : 0;
  }
  // Whether the server trusts its wall clock; otherwise each message says so.
  bool clock_is_synced() const { return clock_is_synced_; }
  // Read marks that come along with the messages.
  std::uint64_t read_events() const { return read_marks_heard(plan_, audiences_); }

 private:
  static constexpr std::size_t send_connections_max = 64;

  // The phases, in load_phases.cpp.
  task<void> phases();
  task<void> ramp_up();
  void make_plan();
  task<void> steady();
  task<void> send_on_time();
  task<void> drain();
  task<void> leave();
  task<void> nap(instant how_long);
  task<void> watch_over();
  bool is_over() const { return was_cut_ || !failure_.empty(); }
  void look_at_server();
  void say_progress();

  void started(std::uint32_t client, const boost::json::object& start) override;
  void parked(std::uint32_t client) override;
  void heard_one(std::uint32_t client, const parsed_message& m) override;
  void stumbled(std::uint32_t client, std::string_view why) override;
  void turned_away(std::uint32_t client) override;
  void left(std::uint32_t client) override;

  std::string request_of(std::uint32_t message) override;
  void going_out(std::uint32_t message) override;
  void answered(std::uint32_t message, const http_reply& a) override;
  void send_stumbled(std::string_view why) override;

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
  connection_settings lines_;
  seeded_entropy entropy_;
  client_context crowd_;
  std::deque<client> clients_;
  sender_pool sends_;
  audience_finder finder_;
  message_tag tag_;

  std::vector<user_id> users_;
  std::vector<audience> audiences_;
  std::vector<planned_message> plan_;
  std::optional<checker> checker_;
  std::vector<instant> went_out_;  // of each message: its first byte, first time
  histogram ack_, ack_uncorrected_, deliver_, deliver_uncorrected_, slip_;
  timeline seconds_;
  std::uint64_t errors_ = 0;
  std::string last_error_;

  phase phase_ = phase::ramp_up;
  std::string failure_;       // why the run cannot even begin
  std::string server_ended_;  // in words, where it did
  bool was_cut_ = false;
  std::size_t arrived_ = 0;
  std::size_t parked_ = 0;
  std::size_t left_ = 0;
  bool sending_is_over_ = false;
  bool clock_is_synced_ = true;
  instant begin_ = loop_.now();  // of the steady phase; before it, of the run
  instant last_parked_{};
  instant last_bytes_at_{};
  std::uint64_t last_bytes_ = 0;
  bool has_stumbled_since_ = false;
  instant parked_times_{};  // their sum
  instant left_times_{};
  double listening_s_ = 0;
  double steady_s_ = 0;
  double own_cpu_percent_ = 0;
  process_usage idle_, at_begin_, at_end_;
  instant sampled_{};

  waiter asleep_{loop_};
  waiter schedule_{loop_};
  waiter guard_{loop_};
  nursery work_;  // last: its coroutines go first
};

}  // namespace lingerd::sim
