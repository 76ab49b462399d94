#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/client/client.hpp"
#include "sim/report/histogram.hpp"
#include "sim/world/check/event_log.hpp"
#include "sim/world/check/oracle.hpp"
#include "sim/world/check/recipe.hpp"
#include "sim/world/time/virtual_loop.hpp"

namespace lingerd::sim {

// How often things happened, by name.
using counter_map = std::map<std::string, std::uint64_t, std::less<>>;

// What all who act in a world share. Everything in it outlives them.
struct world_context {
  virtual_loop& loop;
  const sim::recipe& recipe;
  sim::oracle& oracle;
  first_violation& violation;
  client_context& clients;  // of the clients
  event_log& log;
  counter_map& counters;
  histogram acks{};               // of what was said, from the first try
  histogram deliveries{};         // the same, to each who hears it
  bool is_over = false;           // nobody begins anything any more
  bool is_healed = false;         // nothing goes wrong any more
  bool sessions_may_end = false;  // by themselves: the clock is wrong, or new ones need room
  std::vector<instant> crashes{};
  unsigned life = 0;  // of the server, as it was last started

  instant now() { return loop.now(); }
  void count(std::string_view what) { ++counters[std::string(what)]; }
  void broken(invariant c, std::string what) {
    log.add(loop.now(), "BROKEN " + std::string(name_of(c)) + ": " + what);
    violation.broken(c, std::move(what), loop.now());
  }
};

}  // namespace lingerd::sim
