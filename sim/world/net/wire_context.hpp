#pragma once

#include <cstdint>
#include <string_view>

#include "core/loop/loop.hpp"
#include "sim/client/seeded_entropy.hpp"
#include "sim/world/net/wire_conditions.hpp"
#include "sim/world/net/wire_tap.hpp"

namespace lingerd::sim {

// What all wires of one network share. The network owns it and every wire refers to it; the loop
// and the entropy outlive both. All randomness of the wires comes from `entropy`.
struct wire_context {
  wire_context(lingerd::loop& loop, seeded_entropy& entropy) : loop(loop), entropy(entropy) {}

  lingerd::loop& loop;
  seeded_entropy& entropy;
  wire_conditions conditions;
  network_counts counts;
  wire_tap* tap = nullptr;
  std::uint64_t trace_hash = 0xcbf29ce484222325u;
  bool is_server_silent = false;  // after a power cut, until a server listens again

  // Draws nothing where `ppm` is 0.
  bool happens(std::uint32_t ppm) { return ppm > 0 && entropy.below(1'000'000) < ppm; }
  // A random time from 0 to `longest`, inclusive. Draws nothing where `longest` is 0.
  instant random_time(instant longest);
  // Adds one arrival to the trace hash. `tag`: the receiving end and the kind of segment.
  void hash_arrival(std::uint32_t connection, std::uint64_t tag, std::string_view bytes);
};

}  // namespace lingerd::sim
