#include "tools/linger_sim/world_seeds.hpp"

#include <cstdio>
#include <optional>

#include "build_info.hpp"
#include "core/base/log.hpp"
#include "sim/world/net/pcap.hpp"
#include "sim/world/run/event_names.hpp"
#include "sim/world/run/shrink.hpp"
#include "sim/world/run/swarm_report.hpp"
#include "tools/linger_sim/progress.hpp"

namespace lingerd::sim {
namespace {

constexpr std::size_t log_entries_shown = 60;

void print_counters(const seeds_outcome& outcome) {
  std::size_t column = 0;
  for (const auto& [name, times] : outcome.counters) {
    const std::string entry = name + " " + std::to_string(times);
    std::printf("%-38s", entry.c_str());
    if (++column % 3 == 0) std::printf("\n");
  }
  if (column % 3 != 0) std::printf("\n");
  std::string missing;
  for (const std::string& name : missing_events(outcome.counters)) missing += " " + name;
  std::printf("never happened:%s\n", missing.empty() ? " (nothing)" : missing.c_str());
}

void print_totals(const seeds_outcome& outcome, const report& r) {
  std::printf(
      "%llu worlds in %.1f s, %.0f/s; %llu failed; %llu run twice; %.1f million events, "
      "%.2f million/s; %.0f h of virtual time; %lu server starts; trace %s\n",
      static_cast<unsigned long long>(outcome.worlds), outcome.wall_s,
      static_cast<double>(outcome.worlds) / outcome.wall_s,
      static_cast<unsigned long long>(outcome.failures),
      static_cast<unsigned long long>(outcome.repeated), static_cast<double>(outcome.events) / 1e6,
      static_cast<double>(outcome.events) / 1e6 / outcome.wall_s,
      std::chrono::duration<double>(outcome.duration).count() / 3600, outcome.lives,
      r.trace_hash.c_str());
}

// Prints the last events of a failing world, the violation, and the command that repeats it.
void explain(const failed_seed& f, const recipe_overrides& overrides, world_options options) {
  event_log log(log_entries_shown);
  options.log = &log;
  run_world(make_recipe(f.seed, overrides), options);
  for (const auto& [time, text] : log.entries()) {
    std::fprintf(stderr, "%12.6f  %s\n", std::chrono::duration<double>(time).count(), text.c_str());
  }
  std::fprintf(stderr, "seed %llu, commit %s: broken: %s, at %.6f s: %s\nagain: %s\n",
               static_cast<unsigned long long>(f.seed), std::string(build::commit).c_str(),
               std::string(name_of(f.violation.invariant)).c_str(),
               std::chrono::duration<double>(f.violation.time).count(), f.violation.message.c_str(),
               command_of(f.seed, overrides).c_str());
}

// One line for each failing seed but the first.
void print_other_failures(const seeds_outcome& outcome) {
  for (std::size_t i = 1; i < outcome.failed.size(); ++i) {
    std::fprintf(stderr, "also seed %llu: %s: %s\n",
                 static_cast<unsigned long long>(outcome.failed[i].seed),
                 std::string(name_of(outcome.failed[i].violation.invariant)).c_str(),
                 outcome.failed[i].violation.message.c_str());
  }
}

}  // namespace

int run_seeds_command(world_arguments& a) {
  seeds_options o;
  o.overrides = overrides_of(a);
  read_seeds(a, o);
  o.count_all = a.count_all;
  o.repeat_percent = a.repeat_percent;
  o.world.scratch = a.scratch;
  o.stop = stop_on_signals();
  std::optional<pcap_writer> pcap;
  if (!a.pcap.empty()) {
    if (o.first != o.last) throw CLI::ValidationError("--pcap", "needs a single seed");
    pcap.emplace(a.pcap);
    o.world.tap = &*pcap;
  }
  // The servers would log every injected fault.
  log::set_level(log::level::off);
  seeds_outcome outcome;
  {
    progress_line line(a.quiet);
    o.progress = [&line](const std::string& text) { line.show(text); };
    outcome = run_seeds(o);
  }
  if (pcap) pcap->finish();
  o.world.tap = nullptr;
  const report r = swarm_report(outcome, o, own_command_line());
  if (!a.quiet) {
    print_counters(outcome);
    print_totals(outcome, r);
  }
  if (outcome.irreproducible) {
    std::fprintf(stderr, "seed %llu: the second run had another trace\n",
                 static_cast<unsigned long long>(*outcome.irreproducible));
  }
  if (!outcome.failed.empty()) {
    const failed_seed& f = outcome.failed.front();
    recipe_overrides overrides = o.overrides;
    if (a.shrink) {
      progress_line line(a.quiet);
      overrides = shrink(f.seed, o.overrides, o.world,
                         [&line](const std::string& text) { line.show(text); });
    }
    explain(f, overrides, o.world);
    print_other_failures(outcome);
  }
  write_outcome(a, r);
  return outcome.is_clean() && !outcome.was_cut ? 0 : 1;
}

}  // namespace lingerd::sim
