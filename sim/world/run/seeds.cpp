#include "sim/world/run/seeds.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include "core/base/coverage.hpp"
#include "sim/world/run/event_names.hpp"

namespace lingerd::sim {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t failed_max = 100;

using branch_counts = std::array<std::uint64_t, coverage::branches>;

branch_counts count_branches() {
  branch_counts counts{};
  for (std::size_t i = 0; i < coverage::branches; ++i)
    counts[i] = coverage::count_of(static_cast<coverage::branch>(i));
  return counts;
}

void add(message_counts& sum, const message_counts& c) {
  sum.attempted += c.attempted;
  sum.acknowledged += c.acknowledged;
  sum.delivered += c.delivered;
  sum.expected += c.expected;
  sum.lost += c.lost;
  sum.duplicated += c.duplicated;
  sum.out_of_order += c.out_of_order;
  sum.unexpected += c.unexpected;
  sum.refused += c.refused;
}

void add(wire_counts& sum, const wire_counts& w) {
  sum.requests += w.requests;
  sum.connections += w.connections;
  sum.bytes_sent += w.bytes_sent;
  sum.bytes_received += w.bytes_received;
  sum.tcp.add(w.tcp);
}

std::uint64_t combined(std::uint64_t hash, std::uint64_t other) {
  return (hash ^ other) * 0x9e3779b97f4a7c15u + (hash >> 29);
}

void add(seeds_outcome& all, const outcome& o) {
  ++all.worlds;
  all.events += o.events;
  all.duration += o.duration;
  all.lives += o.lives;
  all.trace_hash = combined(all.trace_hash, o.trace_hash);
  add(all.counts, o.counts);
  add(all.wire, o.wire);
  const auto max_before = all.latency_us.deliver.max;
  all.latency_us = o.latency_us;
  all.latency_us.deliver.max = std::max(max_before, o.latency_us.deliver.max);
  for (const auto& [name, times] : o.counters) all.counters[name] += times;
}

// Which seeds are run a second time: spread evenly, depending on the seed alone.
bool is_repeated(std::uint64_t seed, unsigned percent) {
  return seed * 2654435761u % 100 < percent;
}

std::string progress_text(std::uint64_t seed, std::uint64_t last, const seeds_outcome& all,
                          std::chrono::duration<double> elapsed) {
  const double per_s = static_cast<double>(all.worlds) / elapsed.count();
  return "world " + std::to_string(seed) + " of " + std::to_string(last) + ", " +
         std::to_string(static_cast<std::uint64_t>(per_s)) + "/s, " + std::to_string(all.failures) +
         " failed";
}

}  // namespace

seeds_outcome run_seeds(const seeds_options& options) {
  seeds_outcome all;
  const auto begin = std::chrono::steady_clock::now();
  auto last_progress = begin;
  const branch_counts branches_before = count_branches();
  for (std::uint64_t seed = options.first; seed <= options.last; ++seed) {
    if (options.stop && options.stop->load()) {
      all.was_cut = true;
      break;
    }
    const recipe recipe = make_recipe(seed, options.overrides);
    const outcome o = run_world(recipe, options.world);
    add(all, o);
    if (o.failed) {
      ++all.failures;
      if (all.failed.size() < failed_max) all.failed.push_back({seed, *o.failed});
      if (!options.count_all) break;
    } else if (is_repeated(seed, options.repeat_percent)) {
      ++all.repeated;
      const outcome again = run_world(recipe, options.world);
      if (again.trace_hash != o.trace_hash || again.events != o.events) {
        all.irreproducible = seed;
        if (!options.count_all) break;
      }
    }
    const auto now = std::chrono::steady_clock::now();
    if (options.progress && now - last_progress > 500ms) {
      last_progress = now;
      options.progress(progress_text(seed, options.last, all, now - begin));
    }
  }
  const branch_counts branches = count_branches();
  for (std::size_t i = 0; i < coverage::branches; ++i)
    all.counters[counter_name(static_cast<coverage::branch>(i))] +=
        branches[i] - branches_before[i];
  all.wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return all;
}

}  // namespace lingerd::sim
