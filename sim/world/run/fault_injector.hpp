#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "sim/client/seeded_entropy.hpp"
#include "sim/world/check/world_context.hpp"
#include "sim/world/disk/disk.hpp"
#include "sim/world/net/network.hpp"
#include "sim/world/server/world_server.hpp"

namespace lingerd::sim {

// Everything that goes wrong in a world except what its clients do: faults of the network, the
// disk, the wall clock and the server. It alone starts and ends the server. The run owns it; all
// constructor arguments outlive it.
class fault_injector {
 public:
  fault_injector(world_context& context, virtual_clock& clock, network& network, world_disk& disk,
                 world_server& server);

  // The price of each commit in virtual time, for world_prices::commit.
  static std::function<instant()> commit_price(const world_context& context,
                                               seeded_entropy& entropy);

  // Starts the server, and restarts it after each end, until shut_down_server() has ended it or an
  // invariant is broken. REQUIRES: called once, before the others.
  task<void> supervise_server();
  // Sets the network's conditions, and injects the other faults at random times.
  task<void> inject_faults();
  // Ends all faults; restarts the server if it is down.
  void heal();
  // Shuts the server down in order, for the end of the world.
  void shut_down_server();

  // The orderly shutdown has ended.
  bool is_shut_down() const { return is_shut_down_; }
  bool is_server_ready() const { return server_.is_up() && !server_.is_shutting_down(); }

 private:
  struct scheduled_fault {
    instant time{};
    fault_kind kind{};
  };
  void set_conditions();
  std::vector<scheduled_fault> draw_schedule();
  void inject(fault_kind kind);
  void step_clock();
  void start_server();
  void crash_server(sim::crash kind);
  void begin_shutdown();
  void end_as_requested(fault_kind kind);
  void free_disk();

  world_context& context_;
  virtual_clock& clock_;
  network& network_;
  world_disk& disk_;
  world_server& server_;
  seeded_entropy entropy_;
  std::optional<fault_kind> requested_end_;  // kill, power_cut or restart
  std::optional<instant> disk_full_until_;
  bool has_died_ = false;  // the server has ended itself
  bool is_shut_down_ = false;
  bool is_world_ending_ = false;
  instant restart_at_{};
  waiter supervisor_;
  waiter schedule_sleeper_;
};

}  // namespace lingerd::sim
