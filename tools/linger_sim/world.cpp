#include <cmath>
#include <cstdio>
#include <memory>

#include "build_info.hpp"
#include "core/base/log.hpp"
#include "sim/load/units.hpp"
#include "sim/report/report_files.hpp"
#include "sim/world/net/pcap.hpp"
#include "sim/world/run/event_names.hpp"
#include "sim/world/run/seeds.hpp"
#include "sim/world/run/shrink.hpp"
#include "sim/world/run/swarm_report.hpp"
#include "sim/world/run/world_load.hpp"
#include "tools/linger_sim/arguments.hpp"
#include "tools/linger_sim/commands.hpp"
#include "tools/linger_sim/progress.hpp"

namespace lingerd::sim {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t log_entries_shown = 60;

struct arguments {
  load_options options;
  std::string transports = "long";
  std::string poll_intervals = "3s";
  std::string duration = "1h";
  std::string wait = "100s";
  std::string rate;
  std::string faults = "none";
  std::string seeds;
  std::string groups;
  unsigned users = 0, devices = 0, actions = 0;
  unsigned repeat_percent = 0;
  bool count_all = false;
  bool shrink = false;
  std::filesystem::path pcap;
  // In memory where possible.
  std::filesystem::path scratch = std::filesystem::is_directory("/dev/shm")
                                      ? std::filesystem::path("/dev/shm")
                                      : std::filesystem::temp_directory_path();
  std::filesystem::path report_folder;
  std::filesystem::path json;
  bool unsynced = false;
  bool quiet = false;
  CLI::App* command = nullptr;
  bool has(const char* flag) const { return command->count(flag) > 0; }
};

void write_outcome(const arguments& a, const report& r) {
  if (!a.report_folder.empty()) write_files(r, a.report_folder);
  if (!a.json.empty()) write_json(r, a.json);
}

// --- without faults ------------------------------------------------------------------------------

int run_load_command(arguments& a) {
  load_options& o = a.options;
  o.modes = usage("--transport", [&] { return parse_modes(a.transports, a.poll_intervals); });
  o.duration = usage("--duration", [&] { return whole_seconds(a.duration, 1s); });
  o.wait = usage("--wait", [&] { return whole_seconds(a.wait, 1s); });
  o.groups = a.groups;
  // The default: one message per client and minute.
  o.rate_per_s = a.rate.empty() ? static_cast<double>(o.clients) / 60
                                : usage("--rate", [&] { return rate_of(a.rate); });
  report r;
  world_effort effort;
  {
    progress_line line(a.quiet);
    o.progress = [&line](const std::string& text) { line.show(text); };
    o.stop = stop_on_signals();
    r = run_world_load(o, !a.unsynced, effort);
  }
  if (!a.quiet) {
    print_summary(r);
    std::printf(
        "%.0f events in %.2f s, %.2f million/s; %.0f s of virtual time, %.0f times real time; "
        "trace %s\n",
        static_cast<double>(effort.events), effort.wall_s,
        static_cast<double>(effort.events) / effort.wall_s / 1e6, effort.virtual_s,
        effort.virtual_s / effort.wall_s, r.trace_hash.c_str());
  }
  print_findings(r);
  write_outcome(a, r);
  return exit_code_of(r);
}

// --- with faults ---------------------------------------------------------------------------------

recipe_overrides overrides_of(const arguments& a) {
  recipe_overrides overrides;
  const std::vector<fault_kind> kinds = usage("--faults", [&] { return parse_faults(a.faults); });
  if (a.faults != "all") overrides.faults = kinds;
  if (a.users > 0) overrides.users = a.users;
  if (a.devices > 0) overrides.devices = a.devices;
  if (a.actions > 0) overrides.actions = a.actions;
  if (a.has("--clients")) {
    overrides.devices = overrides.devices.value_or(a.options.clients < 4 ? 1 : 2);
    if (!overrides.users) {
      overrides.users =
          std::max(2u, static_cast<unsigned>(a.options.clients) / std::max(*overrides.devices, 1u));
    }
  }
  if (!a.groups.empty()) {
    overrides.groups = usage("--groups", [&] {
      if (a.groups.find_first_not_of("0123456789") != std::string::npos) {
        throw std::invalid_argument("with --faults this is the number of groups");
      }
      return static_cast<unsigned>(std::stoul(a.groups));
    });
  }
  if (a.has("--duration")) {
    overrides.duration = usage("--duration", [&] {
      const auto d = std::chrono::floor<std::chrono::milliseconds>(duration_of(a.duration));
      if (d < 1ms) throw std::invalid_argument("\"" + a.duration + "\" is too short");
      return d;
    });
  }
  if (a.has("--wait")) overrides.wait = usage("--wait", [&] { return whole_seconds(a.wait, 1s); });
  if (a.has("--transport")) {
    const auto modes =
        usage("--transport", [&] { return parse_modes(a.transports, a.poll_intervals); });
    if (modes.size() > 1)
      throw CLI::ValidationError(
          "--transport", "with --faults: one for all devices, or none, and each draws its own");
    overrides.only_transport = modes.front().transport;
  }
  if (!a.rate.empty()) {
    const double per_s = usage("--rate", [&] { return rate_of(a.rate); });
    const recipe recipe = make_recipe(a.options.seed, overrides);
    const double each =
        per_s * std::chrono::duration<double>(recipe.duration).count() / recipe.users;
    overrides.actions = std::max(1u, static_cast<unsigned>(std::lround(std::min(each, 1e6))));
  }
  return overrides;
}

// Reads --seeds, "1..1000".
void read_seeds(const arguments& a, seeds_options& o) {
  o.first = o.last = a.options.seed;
  if (a.seeds.empty()) return;
  usage("--seeds", [&] {
    const std::size_t dots = a.seeds.find("..");
    std::size_t used_first = 0;
    std::size_t used_last = 0;
    if (dots != std::string::npos && dots > 0) {
      o.first = std::stoull(a.seeds.substr(0, dots), &used_first);
      o.last = std::stoull(a.seeds.substr(dots + 2), &used_last);
    }
    const bool is_valid = dots != std::string::npos && used_first == dots &&
                          used_last == a.seeds.size() - dots - 2 && o.first <= o.last;
    if (!is_valid)
      throw std::invalid_argument("\"" + a.seeds + "\" is not a range of seeds like 1..1000");
    return 0;
  });
}

void print_counters(const seeds_outcome& all) {
  std::size_t column = 0;
  for (const auto& [name, times] : all.counters) {
    const std::string entry = name + " " + std::to_string(times);
    std::printf("%-38s", entry.c_str());
    if (++column % 3 == 0) std::printf("\n");
  }
  if (column % 3 != 0) std::printf("\n");
  std::string missing;
  for (const std::string& name : missing_events(all.counters)) missing += " " + name;
  std::printf("never happened:%s\n", missing.empty() ? " (nothing)" : missing.c_str());
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

int run_seeds_command(arguments& a) {
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
  seeds_outcome all;
  {
    progress_line line(a.quiet);
    o.progress = [&line](const std::string& text) { line.show(text); };
    all = run_seeds(o);
  }
  if (pcap) pcap->finish();
  o.world.tap = nullptr;
  const report r = swarm_report(all, o, own_command_line());
  if (!a.quiet) {
    print_counters(all);
    std::printf(
        "%llu worlds in %.1f s, %.0f/s; %llu failed; %llu run twice; %.1f million events, "
        "%.2f million/s; %.0f h of virtual time; %lu server starts; trace %s\n",
        static_cast<unsigned long long>(all.worlds), all.wall_s,
        static_cast<double>(all.worlds) / all.wall_s, static_cast<unsigned long long>(all.failures),
        static_cast<unsigned long long>(all.repeated), static_cast<double>(all.events) / 1e6,
        static_cast<double>(all.events) / 1e6 / all.wall_s,
        std::chrono::duration<double>(all.duration).count() / 3600, all.lives,
        r.trace_hash.c_str());
  }
  if (all.irreproducible) {
    std::fprintf(stderr, "seed %llu: the second run had another trace\n",
                 static_cast<unsigned long long>(*all.irreproducible));
  }
  if (!all.failed.empty()) {
    const failed_seed& f = all.failed.front();
    recipe_overrides overrides = o.overrides;
    if (a.shrink) {
      progress_line line(a.quiet);
      overrides = shrink(f.seed, o.overrides, o.world,
                         [&line](const std::string& text) { line.show(text); });
    }
    explain(f, overrides, o.world);
    for (std::size_t i = 1; i < all.failed.size(); ++i) {
      std::fprintf(stderr, "also seed %llu: %s: %s\n",
                   static_cast<unsigned long long>(all.failed[i].seed),
                   std::string(name_of(all.failed[i].violation.invariant)).c_str(),
                   all.failed[i].violation.message.c_str());
    }
  }
  write_outcome(a, r);
  return all.is_clean() && !all.was_cut ? 0 : 1;
}

}  // namespace

void world_command(CLI::App& program, int& exit_code) {
  auto a = std::make_shared<arguments>();
  load_options& o = a->options;
  CLI::App* command = program.add_subcommand(
      "world",
      "Run the server and its clients in virtual time, reproducibly from a seed: one large "
      "world without faults, or many small worlds with faults");
  a->command = command;
  command->add_option("--clients", o.clients, "Number of clients that listen")
      ->check(CLI::Range(2, 10'000'000))
      ->capture_default_str();
  command
      ->add_option("--duration", a->duration,
                   "Virtual time: 60s, 1h; with --faults, of the phase with faults")
      ->capture_default_str();
  command
      ->add_option("--transport", a->transports,
                   "List of short, long, sse, websocket; one run each")
      ->capture_default_str();
  command
      ->add_option("--poll-interval", a->poll_intervals,
                   "Interval of short polls; a list means one run each")
      ->capture_default_str();
  command->add_option("--wait", a->wait, "How long a long poll asks to be held")
      ->capture_default_str();
  command->add_option(
      "--rate", a->rate,
      "Messages of all clients together: 200/s; default: one per client and minute");
  command->add_option("--text-bytes", o.text_bytes, "Size of a message")
      ->check(CLI::Range(10, 16 * 1024))
      ->capture_default_str();
  command->add_option(
      "--groups", a->groups,
      "10x100: ten groups of a hundred; with --faults the number of groups at the start");
  command->add_option("--seed", o.seed, "Determines everything")->capture_default_str();
  command->add_flag("--unsynced-clock", a->unsynced,
                    "The wall clock is not synchronised, and each message says so");
  command->add_option("--seeds", a->seeds, "A..B: run a small world with faults for each seed");
  command->add_option("--faults", a->faults,
                      "all, none, or a list: " + format_faults(parse_faults("all")) +
                          "; each seed draws some of them");
  command->add_option("--users", a->users, "With --faults: number of users, instead of the seed's");
  command->add_option("--devices", a->devices, "With --faults: devices of each user");
  command->add_option("--actions", a->actions, "With --faults: actions of each user");
  command
      ->add_option("--repeat", a->repeat_percent,
                   "Run this percentage of the seeds twice: the traces must be the same")
      ->check(CLI::Range(0, 100));
  command->add_flag("--count-all", a->count_all, "Do not stop at the first failing seed");
  command->add_flag("--shrink", a->shrink, "Shrink the first failing world as far as possible");
  command->add_option("--pcap", a->pcap,
                      "Write the network traffic of one seed to FILE, for Wireshark");
  command->add_option("--scratch", a->scratch, "Folder for the databases, preferably in memory")
      ->capture_default_str();
  command->add_option("--out", a->report_folder,
                      "Folder for report.json, report.csv and report.html");
  command->add_option("--json", a->json, "File for the report as JSON");
  command->add_flag("--quiet", a->quiet, "Print only failures");
  command->callback([a, &exit_code] {
    a->options.command_line = own_command_line();
    if (!a->seeds.empty() && !a->has("--faults")) a->faults = "all";
    exit_code = a->faults == "none" ? run_load_command(*a) : run_seeds_command(*a);
  });
}

}  // namespace lingerd::sim
