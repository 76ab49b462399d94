#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/client/client.hpp"
#include "sim/report/histogram.hpp"
#include "sim/world/check/counter_map.hpp"
#include "sim/world/check/event_log.hpp"
#include "sim/world/check/oracle.hpp"
#include "sim/world/check/recipe.hpp"
#include "sim/world/time/virtual_loop.hpp"

namespace lingerd::sim {

// What the users, devices and checkers of one world share. The run owns it and everything it refers
// to; all of it outlives them.
struct world_context {
  virtual_loop& loop;
  const sim::recipe& recipe;
  sim::oracle& oracle;
  first_violation& violation;
  client_context& clients;
  event_log& log;
  counter_map& counters;
  histogram acks{};                  // µs, from the first try of a message to its acknowledgement
  histogram deliveries{};            // µs, from the first try to each recipient
  bool is_over = false;              // no new requests
  bool is_healed = false;            // no more faults
  bool may_sessions_expire = false;  // the wall clock steps, or sessions per user are few
  std::vector<instant> crashes{};
  unsigned server_life = 0;  // number of the server's current start, from 1

  instant now() { return loop.now(); }
  void count(std::string_view event) { ++counters[std::string(event)]; }
  void report(invariant i, std::string message) {
    log.add(loop.now(), "BROKEN " + std::string(name_of(i)) + ": " + message);
    violation.record(i, std::move(message), loop.now());
  }
};

}  // namespace lingerd::sim
