#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/client/client.hpp"
#include "sim/report/histogram.hpp"
#include "sim/world/check/event_log.hpp"
#include "sim/world/check/recipe.hpp"
#include "sim/world/check/oracle.hpp"

namespace lingerd::sim {

// How often things happened, by name.
using tally = std::map<std::string, std::uint64_t, std::less<>>;

// What all who act in a world share. Everything in it outlives them.
struct scene {
  world_loop& on;
  const recipe& made;
  truth& known;
  verdict_box& box;
  crowd& people;  // of the clients
  notes& told;
  tally& happened;
  histogram acks{};               // of what was said, from the first try
  histogram deliveries{};         // the same, to each who hears it
  bool is_over = false;           // nobody begins anything any more
  bool is_healed = false;         // nothing goes wrong any more
  bool sessions_may_end = false;  // by themselves: the clock is wrong, or new ones need room
  std::vector<instant> crashes{};
  unsigned life = 0;  // of the server, as it was last started

  instant now() { return on.now(); }
  void count(std::string_view what) { ++happened[std::string(what)]; }
  void broken(clause c, std::string what) {
    told.add(on.now(), "BROKEN " + std::string(name_of(c)) + ": " + what);
    box.broken(c, std::move(what), on.now());
  }
};

}  // namespace lingerd::sim
