#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/limits.hpp"
#include "sim/load/load.hpp"

namespace lingerd::sim {

// What can go wrong in a world.
enum class fault_kind : std::uint8_t {
  delay,         // now and then a segment takes much longer
  cut,           // a write arrives in pieces
  loss,          // a segment is lost: it arrives later, or the connection is reset
  stall,         // a connection stands still for a while
  reset,         // a connection is reset
  half_open,     // a connection dies silently
  refused,       // connecting is refused
  slow,          // a reader takes its bytes slowly
  idle_proxy,    // a proxy resets connections on which nothing moves for 30 s
  buffer_proxy,  // a proxy holds responses back
  repeat,        // clients repeat a message before the first answer
  vanish,        // clients drop their connection, and come back with an older cursor
  change,        // clients change their transport
  kill,          // the server's process is killed and started again
  power_cut,     // so is the machine: what was not synced may be gone
  restart,       // the server is shut down in order and started again
  slow_sync,     // a commit takes long
  failed_sync,   // a sync fails: the server ends itself and is started again
  full_disk,     // the disk is full for a while
  clock,         // the wall clock steps by up to ten years, and is trusted or not
  count_
};
inline constexpr std::size_t fault_kinds = static_cast<std::size_t>(fault_kind::count_);
std::string_view name_of(fault_kind k);
std::optional<fault_kind> fault_named(std::string_view name);

// The parameters of a world, drawn from its seed. Each part is drawn from a random stream of its
// own, so that overriding one part leaves the others as they are.
struct recipe {
  std::uint64_t seed = 1;
  unsigned users = 3;
  unsigned devices = 2;                        // of each user
  unsigned groups = 1;                         // at the start
  unsigned tutorial_clients = 0;               // users that also have one
  unsigned actions = 20;                       // of each user
  std::chrono::milliseconds duration{60'000};  // of the phase with faults
  std::chrono::seconds wait{100};              // of long polls
  bool on_lmdb = true;                         // else in memory
  std::chrono::microseconds read_price{100};   // of a store read: memory, or a slow card
  std::optional<transport> only_transport;     // of all devices; else each draws its own
  std::size_t text_bytes_max = 200;
  bool presence = true;                                // devices ask for it
  std::array<std::uint32_t, fault_kinds> strengths{};  // 0: never; at most 1000
  limits bounds;

  std::uint32_t strength_of(fault_kind k) const { return strengths[static_cast<std::size_t>(k)]; }
};

// Replaces parts of what the seed draws.
struct recipe_overrides {
  std::optional<std::vector<fault_kind>> faults;  // no other kinds; empty: none
  std::optional<unsigned> users, devices, groups, actions;
  std::optional<std::chrono::milliseconds> duration;
  std::optional<transport> only_transport;
  std::optional<std::chrono::seconds> wait;
};

// The world of a seed. Worlds form a swarm: each has some kinds of faults and lacks the others.
recipe make_recipe(std::uint64_t seed, const recipe_overrides& overrides);

// Reads "all", "none" or a list like "delay,kill". Throws std::invalid_argument, with a sentence.
std::vector<fault_kind> parse_faults(std::string_view list);
std::string format_faults(const std::vector<fault_kind>& kinds);

}  // namespace lingerd::sim
