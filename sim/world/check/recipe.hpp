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
enum class trouble_kind : std::uint8_t {
  delay,         // now and then a piece of bytes takes much longer
  cut,           // what is written arrives in pieces
  loss,          // a piece is lost: it comes later, or the connection is reset
  stall,         // a connection stands still for a while
  reset,         // a connection is reset
  half_open,     // a connection dies, and nobody is told
  refused,       // a connection is refused
  slow,          // a reader takes his bytes slowly
  idle_proxy,    // a proxy ends connections on which nothing moves for 30 s
  buffer_proxy,  // a proxy keeps answers back
  repeat,        // clients that do not wait for an answer before they ask again
  vanish,        // clients go without a word, and come back with an older cursor
  change,        // clients change transport in mid-conversation
  kill,          // the server's process is killed, and started again
  power_cut,     // the same with the machine: what was not synced may be gone
  restart,       // the server is restarted in order
  slow_sync,     // a commit takes long
  failed_sync,   // a sync fails: the server gives up, and is started again
  full_disk,     // there is no room for a while
  clock,         // the wall clock steps, by up to ten years, and is trusted or not
  count_
};
inline constexpr std::size_t trouble_kinds = static_cast<std::size_t>(trouble_kind::count_);
std::string_view name_of(trouble_kind k);
std::optional<trouble_kind> trouble_named(std::string_view name);

// What a world is made of, before anything happens: drawn from its seed, each part from a stream of
// chance of its own, so that leaving one out does not change the others.
struct recipe {
  std::uint64_t seed = 1;
  unsigned users = 3;
  unsigned devices = 2;                        // of each user
  unsigned groups = 1;                         // to begin with
  unsigned old_pages = 0;                      // users who have one of the tutorial open, too
  unsigned actions = 20;                       // of each user
  std::chrono::milliseconds duration{60'000};  // of the phase in which things go wrong
  std::chrono::seconds wait{100};              // of long polls
  bool on_lmdb = true;                         // else in memory
  std::chrono::microseconds read_price{100};   // of a look into the store: memory, or a slow card
  std::optional<transport> only;               // of all devices; else each its own
  std::size_t text_bytes_max = 200;
  bool presence = true;                                 // devices ask for it
  std::array<std::uint32_t, trouble_kinds> strength{};  // 0: never; up to 1000
  limits bounds;

  std::uint32_t of(trouble_kind k) const { return strength[static_cast<std::size_t>(k)]; }
};

// What is asked for instead of what the seed says.
struct recipe_wish {
  std::optional<std::vector<trouble_kind>> troubles;  // these alone; empty: none
  std::optional<unsigned> users, devices, groups, actions;
  std::optional<std::chrono::milliseconds> duration;
  std::optional<transport> only;
  std::optional<std::chrono::seconds> wait;
};

// The world of a seed: a swarm, in which most have some kinds of trouble and lack the others.
recipe make_recipe(std::uint64_t seed, const recipe_wish& wish);

// "delay,kill", "all", "none". Throws std::invalid_argument, with a sentence.
std::vector<trouble_kind> troubles_of(std::string_view list);
std::string list_of(const std::vector<trouble_kind>& kinds);

}  // namespace lingerd::sim
