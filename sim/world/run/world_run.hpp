#pragma once

#include <boost/json/object.hpp>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sim/client/seeded_entropy.hpp"
#include "sim/world/check/bounds_checker.hpp"
#include "sim/world/run/fault_injector.hpp"
#include "sim/world/run/world.hpp"
#include "sim/world/users/device.hpp"
#include "sim/world/users/user.hpp"

namespace lingerd::sim {

// One small world while it runs: owns its clock, network, disk, server and users, and leads them
// through the phases. Used once.
class world_run final : client_watcher {
 public:
  // Both outlive it.
  world_run(const recipe& recipe, const world_options& options);
  outcome run();

 private:
  // How long each phase may take, in virtual time.
  static constexpr instant park_time = std::chrono::seconds(60);     // until all clients listen
  static constexpr instant settle_time = std::chrono::seconds(300);  // until all outcomes are known
  // A hold (100 s), one on a dead connection, a back-off.
  static constexpr instant converge_time = std::chrono::seconds(400);
  static constexpr instant leave_time = std::chrono::seconds(120);
  // A hold, idle connections, unanswered pings, dead connections.
  static constexpr instant forget_time = std::chrono::seconds(400);

  // Phases (world_run.cpp).
  task<void> run_phases();
  task<void> run_faults();
  task<void> leave();
  task<void> check_server_loop();
  void check_server();
  bool are_all_users_done() const;
  bool are_all_clients_gone() const;
  task<void> sleep(instant duration);

  // Users, friendships and groups (world_setup.cpp).
  world_prices prices();
  task<void> set_up();
  task<void> make_user(std::uint32_t number);
  task<void> make_friendships();
  task<void> make_groups();
  task<void> start_clients();
  task<applied> commit(change c);
  task<std::string> make_session(user_id user);
  bool are_all_parked() const;

  // What all clients must have learnt in the end (world_convergence.cpp).
  task<void> converge();
  std::string find_late_device();
  task<std::string> compare_with_fresh_starts();
  void check_people(user& u, const boost::json::object& start);
  void check_deliveries();

  // The result (world_outcome.cpp).
  outcome make_outcome();
  void add_fault_counts();

  // client_watcher: forwards to the device of the client's number.
  void on_started(std::uint32_t client, const boost::json::object& start) override;
  void on_parked(std::uint32_t client) override;
  void on_message(std::uint32_t, const parsed_message&) override {}
  void on_batch(std::uint32_t client, change_id after, instant asked_at,
                const parsed_batch& batch) override;
  void on_failure(std::uint32_t client, std::string_view why) override;
  void on_websocket_answer(std::uint32_t client, std::string_view text) override;
  void on_websocket_ended(std::uint32_t client) override;
  void on_rejected(std::uint32_t client) override;
  void on_left(std::uint32_t) override {}

  const recipe& recipe_;
  event_log no_log_{0};
  event_log& log_;
  virtual_clock clock_;
  virtual_loop loop_{clock_};
  seeded_entropy wire_entropy_{recipe_.seed * 11400714819323198485u + 2};
  seeded_entropy client_entropy_{recipe_.seed * 11400714819323198485u + 3};
  seeded_entropy setup_entropy_{recipe_.seed * 11400714819323198485u + 4};
  seeded_entropy price_entropy_{recipe_.seed * 11400714819323198485u + 5};
  bounds_checker bounds_checker_;
  first_violation violation_;
  counter_map counters_;
  wire_counts wire_;
  network network_;
  std::unique_ptr<world_disk> disk_;
  oracle oracle_;
  world_server server_;
  std::unique_ptr<connector> connector_;
  connection_settings connection_settings_;
  client_context clients_;
  world_context context_;
  fault_injector fault_injector_;
  std::function<instant()> commit_price_;
  std::vector<user_id> user_ids_;
  std::deque<user> users_;
  std::vector<device*> devices_;  // by number
  std::vector<tutorial_client*> tutorial_clients_;
  message_counts counts_;
  bool is_finished_ = false;
  waiter sleeper_;
  waiter server_check_sleeper_;
  nursery coroutines_;  // last, so that they are destroyed before what they use
};

}  // namespace lingerd::sim
