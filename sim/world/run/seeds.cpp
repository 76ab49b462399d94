#include "sim/world/run/seeds.hpp"

#include <algorithm>
#include <chrono>

#include "core/base/coverage.hpp"

namespace lingerd::sim {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t failed_kept = 100;

// Everything that a world counts, so that what never happened can be told.
constexpr std::string_view counted[] = {"said",
                                        "said_once",
                                        "said_again",
                                        "talked_fast",
                                        "repeated_before_answer",
                                        "repeated_old",
                                        "said_on_websocket",
                                        "acknowledged_on_websocket",
                                        "refused_on_websocket",
                                        "unanswered_on_websocket",
                                        "said_in_a_row",
                                        "said_by_form",
                                        "acknowledged_by_form",
                                        "refused_by_form",
                                        "refused",
                                        "marked_read",
                                        "typed",
                                        "asked_friend",
                                        "ended_friendship",
                                        "made_group",
                                        "changed_group",
                                        "added_member",
                                        "removed_member",
                                        "changed_name",
                                        "changed_password",
                                        "ended_session",
                                        "signed_in_again",
                                        "looked_at_start",
                                        "looked_at_history",
                                        "looked_back",
                                        "old_page_heard",
                                        "old_page_heard_nothing",
                                        "old_page_lost_answer",
                                        "babbled",
                                        "asked_ahead",
                                        "pause_told",
                                        "told_disk_full",
                                        "stumbled",
                                        "vanished",
                                        "came_back_older",
                                        "changed_transport",
                                        "killed",
                                        "power_cut",
                                        "restarted",
                                        "server_gave_up",
                                        "clock_stepped",
                                        "net_cut",
                                        "net_delayed",
                                        "net_lost",
                                        "net_lost_for_good",
                                        "net_stalled",
                                        "net_reset",
                                        "net_half_open",
                                        "net_refused",
                                        "net_slow_reader",
                                        "net_idle_cut",
                                        "net_buffered",
                                        "net_blocked",
                                        "net_gave_up",
                                        "disk_sync_failed",
                                        "disk_full",
                                        "disk_torn_commit",
                                        "disk_sector_lost",
                                        "disk_sector_kept"};

std::string rare_name(rare::branch b) { return "rare." + std::string(rare::name_of(b)); }

void add(message_counts& to, const message_counts& c) {
  to.attempted += c.attempted;
  to.acknowledged += c.acknowledged;
  to.delivered += c.delivered;
  to.expected += c.expected;
  to.lost += c.lost;
  to.duplicated += c.duplicated;
  to.out_of_order += c.out_of_order;
  to.unexpected += c.unexpected;
  to.refused += c.refused;
}

void add(wire_counts& to, const wire_counts& w) {
  to.requests += w.requests;
  to.connections += w.connections;
  to.bytes_sent += w.bytes_sent;
  to.bytes_received += w.bytes_received;
  to.tcp.add(w.tcp);
}

std::uint64_t mixed(std::uint64_t hash, std::uint64_t with) {
  return (hash ^ with) * 0x9e3779b97f4a7c15u + (hash >> 29);
}

// Which seeds are run a second time: spread evenly, chosen by the seed alone.
bool is_repeated(std::uint64_t seed, unsigned percent) {
  return seed * 2654435761u % 100 < percent;
}

}  // namespace

std::vector<std::string> seeds_outcome::never() const {
  std::vector<std::string> all;
  for (const std::string_view name : counted) {
    const auto at = happened.find(name);
    if (at == happened.end() || at->second == 0) all.emplace_back(name);
  }
  for (std::size_t i = 0; i < rare::branches; ++i) {
    const std::string name = rare_name(static_cast<rare::branch>(i));
    const auto at = happened.find(name);
    if (at == happened.end() || at->second == 0) all.push_back(name);
  }
  return all;
}

seeds_outcome run_seeds(const seeds_options& options) {
  seeds_outcome all;
  const auto begin = std::chrono::steady_clock::now();
  auto told = begin;
  std::array<std::uint64_t, rare::branches> before{};
  for (std::size_t i = 0; i < rare::branches; ++i)
    before[i] = rare::times(static_cast<rare::branch>(i));
  for (std::uint64_t seed = options.first; seed <= options.last; ++seed) {
    if (options.stop && options.stop->load()) {
      all.was_cut = true;
      break;
    }
    const recipe made = make_recipe(seed, options.wish);
    const outcome o = run_world(made, options.each);
    ++all.ran;
    all.events += o.events;
    all.lasted += o.lasted;
    all.lives += o.lives;
    all.trace_hash = mixed(all.trace_hash, o.trace_hash);
    add(all.counts, o.counts);
    add(all.wire, o.wire);
    const auto worst = all.latency_us.deliver.max;
    all.latency_us = o.latency_us;
    all.latency_us.deliver.max = std::max(worst, o.latency_us.deliver.max);
    for (const auto& [name, times] : o.happened) all.happened[name] += times;
    if (o.failed) {
      ++all.failures;
      if (all.failed.size() < failed_kept) all.failed.push_back({seed, *o.failed});
      if (!options.goes_on) break;
    } else if (is_repeated(seed, options.repeat_percent)) {
      ++all.repeated;
      const outcome again = run_world(made, options.each);
      if (again.trace_hash != o.trace_hash || again.events != o.events) {
        all.unsteady = seed;
        if (!options.goes_on) break;
      }
    }
    const auto now = std::chrono::steady_clock::now();
    if (options.progress && now - told > 500ms) {
      told = now;
      const double s = std::chrono::duration<double>(now - begin).count();
      options.progress(
          "world " + std::to_string(seed) + " of " + std::to_string(options.last) + ", " +
          std::to_string(static_cast<std::uint64_t>(static_cast<double>(all.ran) / s)) +
          " a second, " + std::to_string(all.failures) + " failed");
    }
  }
  for (std::size_t i = 0; i < rare::branches; ++i) {
    const auto b = static_cast<rare::branch>(i);
    all.happened[rare_name(b)] += rare::times(b) - before[i];
  }
  all.wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return all;
}

// --- making it smaller ---------------------------------------------------------------------------

recipe_wish shrink(std::uint64_t seed, const recipe_wish& wish, const world_options& each,
                   const std::function<void(const std::string&)>& progress) {
  const auto outcome_of = [&](const recipe_wish& w) {
    return run_world(make_recipe(seed, w), each);
  };
  recipe_wish best = wish;
  const outcome first = outcome_of(best);
  if (!first.failed) return best;
  const clause broken = first.failed->broken;
  const auto try_it = [&](const recipe_wish& smaller) {
    const outcome o = outcome_of(smaller);
    if (!o.failed || o.failed->broken != broken) return false;
    best = smaller;
    if (progress) progress("still fails: " + command_of(seed, best));
    return true;
  };
  // From here on what the seed had chosen is written down, and can be taken away.
  const recipe made = make_recipe(seed, wish);
  if (!best.troubles) {
    best.troubles.emplace();
    for (std::size_t i = 0; i < trouble_kinds; ++i) {
      if (made.strength[i] > 0) best.troubles->push_back(static_cast<trouble_kind>(i));
    }
  }
  bool went_on = true;
  for (unsigned round = 0; went_on && round < 8; ++round) {
    went_on = false;
    for (std::size_t i = 0; i < best.troubles->size();) {
      std::vector<trouble_kind> fewer = *best.troubles;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
      recipe_wish smaller = best;
      smaller.troubles = std::move(fewer);
      if (try_it(smaller))
        went_on = true;
      else
        ++i;
    }
    const recipe now = make_recipe(seed, best);
    const auto less = [&](auto member, unsigned value, unsigned least) {
      for (const unsigned wanted : {value / 2, value - 1}) {
        if (wanted < least || wanted >= value) continue;
        recipe_wish smaller = best;
        smaller.*member = wanted;
        if (try_it(smaller)) {
          went_on = true;
          return;
        }
      }
    };
    less(&recipe_wish::actions, now.actions, 1);
    less(&recipe_wish::devices, now.devices, 1);
    less(&recipe_wish::users, now.users, 2);
    less(&recipe_wish::groups, now.groups, 0);
    if (now.duration > 200ms) {
      recipe_wish smaller = best;
      smaller.duration = now.duration / 2;
      if (try_it(smaller)) went_on = true;
    }
  }
  return best;
}

std::string command_of(std::uint64_t seed, const recipe_wish& wish) {
  std::string c = "linger-sim world --seed " + std::to_string(seed) + " --faults " +
                  (wish.troubles ? list_of(*wish.troubles) : "all");
  if (wish.users) c += " --users " + std::to_string(*wish.users);
  if (wish.devices) c += " --devices " + std::to_string(*wish.devices);
  if (wish.groups) c += " --groups " + std::to_string(*wish.groups);
  if (wish.actions) c += " --actions " + std::to_string(*wish.actions);
  if (wish.duration) c += " --duration " + std::to_string(wish.duration->count()) + "ms";
  if (wish.wait) c += " --wait " + std::to_string(wish.wait->count()) + "s";
  if (wish.only) c += " --transport " + std::string(name_of(*wish.only));
  return c;
}

}  // namespace lingerd::sim
