#include "sim/world/check/recipe.hpp"

#include <stdexcept>

#include "sim/client/seeded_entropy.hpp"
#include "sim/world/time/virtual_loop.hpp"

namespace lingerd::sim {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view names[fault_kinds] = {
    "delay",     "cut",        "loss",         "stall",       "reset",     "half-open", "refused",
    "slow",      "idle-proxy", "buffer-proxy", "repeat",      "vanish",    "change",    "kill",
    "power-cut", "restart",    "slow-sync",    "failed-sync", "full-disk", "clock"};

constexpr std::size_t few_sessions = 6;  // of the user, three devices, the tutorial client

// A random stream of its own for each purpose.
seeded_entropy stream_of(std::uint64_t seed, std::uint64_t purpose) {
  seeded_entropy mixed(seed * 0x2545f4914f6cdd1du + purpose);
  return seeded_entropy(mixed.next());
}

// Each choice is equally likely.
template <class T, std::size_t N>
T choose(seeded_entropy& entropy, const T (&choices)[N]) {
  return choices[entropy.below(N)];
}

// Small bounds make rare branches likely. Two thirds of the worlds draw some.
void draw_bounds(limits& b, seeded_entropy entropy) {
  if (entropy.below(3) == 0) return;
  b.ring_entries = choose<std::size_t>(entropy, {4, 16, 64, 4096});
  b.batch_events = choose<std::size_t>(entropy, {2, 3, 8, 500});
  b.batch_bytes = choose<std::size_t>(entropy, {1024, 8 * 1024, 1024 * 1024});
  b.held_per_session = choose<std::size_t>(entropy, {1, 2, 16});
  b.batch_changes = choose<std::size_t>(entropy, {1, 4, 4096});
  b.answers_a_turn = choose<unsigned>(entropy, {1, 16});
  b.idle_time = choose(entropy, {20s, 120s});
  b.write_time = choose(entropy, {5s, 30s});
  b.request_time = choose(entropy, {4s, 10s});
}

// The bounds of memory. Each choice leaves room for one request, one response and the state that a
// world starts with; otherwise nothing could proceed.
void draw_memory_bounds(recipe& r, seeded_entropy entropy) {
  if (entropy.below(2) == 0) return;
  limits& b = r.bounds;
  const limits usual;
  b.connections = choose<std::size_t>(entropy, {48, usual.connections});
  const std::size_t message = 2 * r.text_bytes_max + 600;
  b.half_read_bytes = choose<std::size_t>(entropy, {message + 1024, usual.half_read_bytes});
  b.half_written_bytes = choose<std::size_t>(
      entropy, {b.batch_bytes + 6 * message + 2 * 1024, usual.half_written_bytes});
  b.ring_bytes = choose<std::size_t>(entropy, {1024, 64 * 1024, usual.ring_bytes});
  b.append_queue = choose<std::size_t>(entropy, {1, 2, 8, usual.append_queue});
  b.typing_notes = choose<std::size_t>(entropy, {1, usual.typing_notes});
  b.sign_in_table = choose<std::size_t>(entropy, {1, 2, usual.sign_in_table});
  b.sign_in_queue = choose<std::size_t>(entropy, {1, usual.sign_in_queue});
  b.groups_per_user = choose<std::size_t>(entropy, {3, usual.groups_per_user});
  b.stays_per_member = choose<std::size_t>(entropy, {2, usual.stays_per_member});
  if (entropy.below(4) == 0) b.sessions_per_user = few_sessions;
}

}  // namespace

std::string_view name_of(fault_kind k) { return names[static_cast<std::size_t>(k)]; }

std::optional<fault_kind> fault_named(std::string_view name) {
  for (std::size_t i = 0; i < fault_kinds; ++i) {
    if (names[i] == name) return static_cast<fault_kind>(i);
  }
  return std::nullopt;
}

recipe make_recipe(std::uint64_t seed, const recipe_overrides& overrides) {
  recipe r;
  r.seed = seed;
  seeded_entropy shape = stream_of(seed, 1);
  r.users = static_cast<unsigned>(2 + shape.below(4));
  r.devices = static_cast<unsigned>(1 + shape.below(3));
  r.groups = static_cast<unsigned>(shape.below(3));
  r.actions = static_cast<unsigned>(6 + shape.below(25));
  r.duration = std::chrono::milliseconds(2'000 + shape.below(90'000));
  r.wait = choose(shape, {100s, 100s, 25s, 5s});
  r.on_lmdb = shape.below(2) == 0;
  r.text_bytes_max = choose<std::size_t>(shape, {40, 200, 2'000, 16'000});
  r.presence = shape.below(3) != 0;
  r.read_price = choose(shape, {100us, 3'000us, 200'000us, 400'000us});
  seeded_entropy tutorial = stream_of(seed, 3);
  if (tutorial.below(3) == 0) r.tutorial_clients = static_cast<unsigned>(1 + tutorial.below(2));
  draw_bounds(r.bounds, stream_of(seed, 2));
  draw_memory_bounds(r, stream_of(seed, 4));
  seeded_entropy index = stream_of(seed, 5);
  r.bounds.index_behind = choose<std::size_t>(index, {0, 1, 5, 25, r.bounds.index_behind});
  for (std::size_t i = 0; i < fault_kinds; ++i) {
    seeded_entropy entropy = stream_of(seed, 100 + i);
    const bool is_present = entropy.below(3) == 0;
    const auto strength = static_cast<std::uint32_t>(1 + entropy.below(1000));
    r.strengths[i] = is_present ? strength : 0;
    if (!overrides.faults) continue;
    bool is_wanted = false;
    for (const fault_kind k : *overrides.faults) is_wanted |= static_cast<std::size_t>(k) == i;
    if (!is_wanted) r.strengths[i] = 0;
  }
  if (overrides.users) r.users = *overrides.users;
  if (overrides.devices) r.devices = *overrides.devices;
  if (overrides.groups) r.groups = *overrides.groups;
  if (overrides.actions) r.actions = *overrides.actions;
  if (overrides.duration) r.duration = *overrides.duration;
  if (overrides.wait) r.wait = *overrides.wait;
  r.only_transport = overrides.only_transport;
  return r;
}

std::vector<fault_kind> parse_faults(std::string_view list) {
  std::vector<fault_kind> all;
  if (list == "none") return all;
  if (list == "all") {
    for (std::size_t i = 0; i < fault_kinds; ++i) all.push_back(static_cast<fault_kind>(i));
    return all;
  }
  while (!list.empty()) {
    const std::string_view name = list.substr(0, list.find(','));
    list.remove_prefix(std::min(list.size(), name.size() + 1));
    const auto k = fault_named(name);
    if (!k) {
      std::string names_text;
      for (const std::string_view n : names) names_text += ", " + std::string(n);
      throw std::invalid_argument("\"" + std::string(name) + "\" is not a fault; use all, none" +
                                  names_text);
    }
    all.push_back(*k);
  }
  return all;
}

std::string format_faults(const std::vector<fault_kind>& kinds) {
  std::string list;
  for (const fault_kind k : kinds) {
    if (!list.empty()) list += ',';
    list += name_of(k);
  }
  return list.empty() ? "none" : list;
}

}  // namespace lingerd::sim
