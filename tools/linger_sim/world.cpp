#include <cstdio>
#include <memory>

#include "sim/load/units.hpp"
#include "sim/world/run/world_load.hpp"
#include "tools/linger_sim/arguments.hpp"
#include "tools/linger_sim/commands.hpp"
#include "tools/linger_sim/progress.hpp"
#include "tools/linger_sim/world_arguments.hpp"
#include "tools/linger_sim/world_seeds.hpp"

namespace lingerd::sim {
namespace {

using namespace std::chrono_literals;

// Without faults: one world with the load of `linger-sim load`.
int run_load_command(world_arguments& a) {
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

}  // namespace

void world_command(CLI::App& program, int& exit_code) {
  auto a = std::make_shared<world_arguments>();
  CLI::App* command = program.add_subcommand(
      "world",
      "Run the server and its clients in virtual time, reproducibly from a seed: one large "
      "world without faults, or many small worlds with faults");
  add_world_options(*command, *a);
  command->callback([a, &exit_code] {
    a->options.command_line = own_command_line();
    if (!a->seeds.empty() && !a->has("--faults")) a->faults = "all";
    exit_code = a->faults == "none" ? run_load_command(*a) : run_seeds_command(*a);
  });
}

}  // namespace lingerd::sim
