#pragma once

#include <functional>
#include <vector>

#include "sim/client/seeded_entropy.hpp"
#include "sim/world/check/world_context.hpp"
#include "sim/world/disk/disk.hpp"
#include "sim/world/net/network.hpp"
#include "sim/world/server/world_server.hpp"

namespace lingerd::sim {

// What goes wrong in a world, beside what its clients do: the wires, the disk, the clock, and the
// server's life. It alone starts and ends the server.
class fault_injector {
 public:
  fault_injector(world_context& context, virtual_clock& clock, network& wires, world_disk& disk,
                 world_server& server);

  // What a commit costs now.
  static std::function<instant()> commit_price(const world_context& context,
                                               seeded_entropy& entropy);

  // Opens the server, and looks after its life until the end. REQUIRES: done once, first.
  task<void> keep();
  // All trouble begins, each kind at its times.
  task<void> blow();
  // No more trouble; the server comes up if it is down.
  void heal();
  // The last of the server: in order. `keep()` ends with it.
  void end();

  // After end(): the server has gone down in order.
  bool is_down() const { return is_down_; }
  bool is_calm() const { return server_.is_up() && !server_.is_going_down(); }

 private:
  struct scheduled_fault {
    instant at{};
    fault_kind fault{};
  };
  void begin_conditions();
  void happen(fault_kind fault);
  void start_server();
  void end_server(sim::crash crash);

  world_context& context_;
  virtual_clock& clock_;
  network& network_;
  world_disk& disk_;
  world_server& server_;
  seeded_entropy entropy_;
  std::optional<fault_kind> wish_;  // kill, power_cut or restart
  std::optional<instant> room_again_;
  bool died_ = false;
  bool is_down_ = false;  // in order
  bool is_ending_ = false;
  instant revive_at_{};
  waiter keeper_;
  waiter asleep_;
};

}  // namespace lingerd::sim
