#include <cmath>
#include <cstdio>
#include <memory>

#include "build_info.hpp"
#include "core/base/log.hpp"
#include "sim/load/units.hpp"
#include "sim/report/report_files.hpp"
#include "sim/world/net/pcap.hpp"
#include "sim/world/run/seeds.hpp"
#include "sim/world/run/swarm_report.hpp"
#include "sim/world/run/world_load.hpp"
#include "tools/linger_sim/arguments.hpp"
#include "tools/linger_sim/commands.hpp"
#include "tools/linger_sim/progress.hpp"

namespace lingerd::sim {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t notes_shown = 60;

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
  bool shrinks = false;
  std::filesystem::path pcap;
  // In memory, where there is such a folder.
  std::filesystem::path scratch = std::filesystem::is_directory("/dev/shm")
                                      ? std::filesystem::path("/dev/shm")
                                      : std::filesystem::temp_directory_path();
  std::filesystem::path out;
  std::filesystem::path json;
  bool unsynced = false;
  bool quiet = false;
  CLI::App* command = nullptr;
  bool has(const char* flag) const { return command->count(flag) > 0; }
};

void write_outcome(const arguments& g, const report& r) {
  if (!g.out.empty()) write_files(r, g.out);
  if (!g.json.empty()) write_json(r, g.json);
}

// --- without trouble -----------------------------------------------------------------------------

int run_calm(arguments& g) {
  load_options& o = g.options;
  o.modes = usage("--transport", [&] { return parse_modes(g.transports, g.poll_intervals); });
  o.duration = usage("--duration", [&] { return whole_seconds(g.duration, 1s); });
  o.wait = usage("--wait", [&] { return whole_seconds(g.wait, 1s); });
  o.groups = g.groups;
  // One message a client and minute, where nothing else is asked for.
  o.rate_per_s = g.rate.empty() ? static_cast<double>(o.clients) / 60
                                : usage("--rate", [&] { return rate_of(g.rate); });
  report r;
  world_effort effort;
  {
    progress_line line(g.quiet);
    o.progress = [&line](const std::string& text) { line.show(text); };
    o.stop = stop_on_signals();
    r = run_world_load(o, !g.unsynced, effort);
  }
  if (!g.quiet) {
    print_summary(r);
    std::printf(
        "%.0f events in %.2f s, %.2f million a second; %.0f s of virtual time, %.0f times as fast; "
        "trace %s\n",
        static_cast<double>(effort.events), effort.wall_s,
        static_cast<double>(effort.events) / effort.wall_s / 1e6, effort.virtual_s,
        effort.virtual_s / effort.wall_s, r.trace_hash.c_str());
  }
  print_findings(r);
  write_outcome(g, r);
  return exit_code_of(r);
}

// --- with trouble --------------------------------------------------------------------------------

recipe_wish wish_of(const arguments& g) {
  recipe_wish w;
  const std::vector<fault_kind> kinds = usage("--faults", [&] { return faults_of(g.faults); });
  if (g.faults != "all") w.faults = kinds;
  if (g.users > 0) w.users = g.users;
  if (g.devices > 0) w.devices = g.devices;
  if (g.actions > 0) w.actions = g.actions;
  if (g.has("--clients")) {
    w.devices = w.devices.value_or(g.options.clients < 4 ? 1 : 2);
    if (!w.users) {
      w.users = std::max(2u, static_cast<unsigned>(g.options.clients) / std::max(*w.devices, 1u));
    }
  }
  if (!g.groups.empty()) {
    w.groups = usage("--groups", [&] {
      if (g.groups.find_first_not_of("0123456789") != std::string::npos) {
        throw std::invalid_argument("with --faults this is a number");
      }
      return static_cast<unsigned>(std::stoul(g.groups));
    });
  }
  if (g.has("--duration")) {
    w.duration = usage("--duration", [&] {
      const auto d = std::chrono::floor<std::chrono::milliseconds>(duration_of(g.duration));
      if (d < 1ms) throw std::invalid_argument("\"" + g.duration + "\" is too short");
      return d;
    });
  }
  if (g.has("--wait")) w.wait = usage("--wait", [&] { return whole_seconds(g.wait, 1s); });
  if (g.has("--transport")) {
    const auto modes =
        usage("--transport", [&] { return parse_modes(g.transports, g.poll_intervals); });
    if (modes.size() > 1) throw CLI::ValidationError("--transport", "one, or none: each its own");
    w.only = modes.front().transport;
  }
  if (!g.rate.empty()) {
    const double per_s = usage("--rate", [&] { return rate_of(g.rate); });
    const recipe recipe = make_recipe(g.options.seed, w);
    const double each =
        per_s * std::chrono::duration<double>(recipe.duration).count() / recipe.users;
    w.actions = std::max(1u, static_cast<unsigned>(std::lround(std::min(each, 1e6))));
  }
  return w;
}

// "1..1000"
void take_seeds(const arguments& g, seeds_options& o) {
  o.first = o.last = g.options.seed;
  if (g.seeds.empty()) return;
  usage("--seeds", [&] {
    const std::size_t dots = g.seeds.find("..");
    std::size_t used = 0;
    std::size_t used_too = 0;
    if (dots != std::string::npos && dots > 0) {
      o.first = std::stoull(g.seeds.substr(0, dots), &used);
      o.last = std::stoull(g.seeds.substr(dots + 2), &used_too);
    }
    const bool is_good = dots != std::string::npos && used == dots &&
                         used_too == g.seeds.size() - dots - 2 && o.first <= o.last;
    if (!is_good) throw std::invalid_argument("\"" + g.seeds + "\" are no seeds; 1..1000 are");
    return 0;
  });
}

void print_counters(const seeds_outcome& all) {
  std::size_t column = 0;
  for (const auto& [name, times] : all.counters) {
    const std::string one = name + " " + std::to_string(times);
    std::printf("%-38s", one.c_str());
    if (++column % 3 == 0) std::printf("\n");
  }
  if (column % 3 != 0) std::printf("\n");
  std::string never;
  for (const std::string& name : all.never()) never += " " + name;
  std::printf("never happened:%s\n", never.empty() ? " (nothing)" : never.c_str());
}

// What went wrong, how it came to that, and how to see it again.
void explain(const failed_seed& f, const recipe_wish& wish, world_options each) {
  event_log log(notes_shown);
  each.log = &log;
  run_world(make_recipe(f.seed, wish), each);
  for (const auto& [at, what] : log.all()) {
    std::fprintf(stderr, "%12.6f  %s\n", std::chrono::duration<double>(at).count(), what.c_str());
  }
  std::fprintf(stderr, "seed %llu, commit %s: broken: %s, at %.6f s: %s\nagain: %s\n",
               static_cast<unsigned long long>(f.seed), std::string(build::commit).c_str(),
               std::string(name_of(f.what.broken)).c_str(),
               std::chrono::duration<double>(f.what.at).count(), f.what.message.c_str(),
               command_of(f.seed, wish).c_str());
}

int run_troubled(arguments& g) {
  seeds_options o;
  o.wish = wish_of(g);
  take_seeds(g, o);
  o.goes_on = g.count_all;
  o.repeat_percent = g.repeat_percent;
  o.each.scratch = g.scratch;
  o.stop = stop_on_signals();
  std::optional<pcap_writer> pcap;
  if (!g.pcap.empty()) {
    if (o.first != o.last) throw CLI::ValidationError("--pcap", "is of one seed");
    pcap.emplace(g.pcap);
    o.each.tap = &*pcap;
  }
  // What its servers say of their troubles is not what anybody wants to read here.
  log::set_level(log::level::off);
  seeds_outcome all;
  {
    progress_line line(g.quiet);
    o.progress = [&line](const std::string& text) { line.show(text); };
    all = run_seeds(o);
  }
  if (pcap) pcap->finish();
  o.each.tap = nullptr;
  const report r = swarm_report(all, o, own_command_line());
  if (!g.quiet) {
    print_counters(all);
    std::printf(
        "%llu worlds in %.1f s, %.0f a second; %llu failed; %llu run twice; %.1f million events, "
        "%.2f million a second; %.0f h of virtual time; %lu lives of the server; trace %s\n",
        static_cast<unsigned long long>(all.ran), all.wall_s,
        static_cast<double>(all.ran) / all.wall_s, static_cast<unsigned long long>(all.failures),
        static_cast<unsigned long long>(all.repeated), static_cast<double>(all.events) / 1e6,
        static_cast<double>(all.events) / 1e6 / all.wall_s,
        std::chrono::duration<double>(all.lasted).count() / 3600, all.lives, r.trace_hash.c_str());
  }
  if (all.unsteady) {
    std::fprintf(stderr, "seed %llu gave another trace the second time\n",
                 static_cast<unsigned long long>(*all.unsteady));
  }
  if (!all.failed.empty()) {
    const failed_seed& f = all.failed.front();
    recipe_wish wish = o.wish;
    if (g.shrinks) {
      progress_line line(g.quiet);
      wish = shrink(f.seed, o.wish, o.each, [&line](const std::string& text) { line.show(text); });
    }
    explain(f, wish, o.each);
    for (std::size_t i = 1; i < all.failed.size(); ++i) {
      std::fprintf(stderr, "also seed %llu: %s: %s\n",
                   static_cast<unsigned long long>(all.failed[i].seed),
                   std::string(name_of(all.failed[i].what.broken)).c_str(),
                   all.failed[i].what.message.c_str());
    }
  }
  write_outcome(g, r);
  return all.is_clean() && !all.was_cut ? 0 : 1;
}

}  // namespace

void world_command(CLI::App& program, int& exit_code) {
  auto g = std::make_shared<arguments>();
  load_options& o = g->options;
  CLI::App* command = program.add_subcommand(
      "world",
      "The whole server and its clients in virtual time, from a seed: large and calm, or "
      "small and full of trouble");
  g->command = command;
  command->add_option("--clients", o.clients, "Who listen")
      ->check(CLI::Range(2, 10'000'000))
      ->capture_default_str();
  command->add_option("--duration", g->duration, "Virtual: 60s, 1h; with --faults, while they last")
      ->capture_default_str();
  command->add_option("--transport", g->transports, "Of short, long, sse, websocket, one run each")
      ->capture_default_str();
  command
      ->add_option("--poll-interval", g->poll_intervals, "Of short polls; several are a run each")
      ->capture_default_str();
  command->add_option("--wait", g->wait, "How long a long poll asks to be held")
      ->capture_default_str();
  command->add_option(
      "--rate", g->rate,
      "Messages, of all clients together: 200/s; by default one a client and minute");
  command->add_option("--text-bytes", o.text_bytes, "Of a message")
      ->check(CLI::Range(10, 16 * 1024))
      ->capture_default_str();
  command->add_option("--groups", g->groups,
                      "10x100: ten groups of a hundred; with --faults how many there are at first");
  command->add_option("--seed", o.seed, "Everything follows from it")->capture_default_str();
  command->add_flag(
      "--unsynced-clock", g->unsynced,
      "The wall clock is not trusted, and each message says so, as on this machine perhaps");
  command->add_option("--seeds", g->seeds, "A..B: a small world with trouble for each");
  command->add_option("--faults", g->faults,
                      "all, none, or a list: " + list_of(faults_of("all")) +
                          "; each seed has its own share of them");
  command->add_option("--users", g->users, "With --faults, instead of what the seed says");
  command->add_option("--devices", g->devices, "The same, of each user");
  command->add_option("--actions", g->actions, "The same: how much each user does");
  command
      ->add_option("--repeat", g->repeat_percent,
                   "Run so many percent of the seeds twice: the traces must be the same")
      ->check(CLI::Range(0, 100));
  command->add_flag("--count-all", g->count_all, "Do not stop at the first seed that fails");
  command->add_flag("--shrink", g->shrinks, "Make the first world that fails as small as it goes");
  command->add_option("--pcap", g->pcap, "Write a seed's wires to a file, for Wireshark");
  command->add_option("--scratch", g->scratch, "A folder in memory, for the databases")
      ->capture_default_str();
  command->add_option("--out", g->out, "A folder for report.json, report.csv and report.html");
  command->add_option("--json", g->json, "A file for the report as JSON");
  command->add_flag("--quiet", g->quiet, "Say only what went wrong");
  command->callback([g, &exit_code] {
    g->options.command_line = own_command_line();
    if (!g->seeds.empty() && !g->has("--faults")) g->faults = "all";
    exit_code = g->faults == "none" ? run_calm(*g) : run_troubled(*g);
  });
}

}  // namespace lingerd::sim
