#include "tools/linger_sim/world_arguments.hpp"

#include "sim/report/report_files.hpp"
#include "tools/linger_sim/arguments.hpp"

namespace lingerd::sim {

void add_world_options(CLI::App& command, world_arguments& a) {
  load_options& o = a.options;
  a.command = &command;
  command.add_option("--clients", o.clients, "Number of clients that listen")
      ->check(CLI::Range(2, 10'000'000))
      ->capture_default_str();
  command
      .add_option("--duration", a.duration,
                  "Virtual time: 60s, 1h; with --faults, of the phase with faults")
      ->capture_default_str();
  command
      .add_option("--transport", a.transports, "List of short, long, sse, websocket; one run each")
      ->capture_default_str();
  command
      .add_option("--poll-interval", a.poll_intervals,
                  "Interval of short polls; a list means one run each")
      ->capture_default_str();
  command.add_option("--wait", a.wait, "How long a long poll asks to be held")
      ->capture_default_str();
  command.add_option("--rate", a.rate,
                     "Messages of all clients together: 200/s; default: one per client and minute");
  command.add_option("--text-bytes", o.text_bytes, "Size of a message")
      ->check(CLI::Range(10, 16 * 1024))
      ->capture_default_str();
  command.add_option(
      "--groups", a.groups,
      "10x100: ten groups of a hundred; with --faults the number of groups at the start");
  command.add_option("--seed", o.seed, "Determines everything")->capture_default_str();
  command.add_flag("--unsynced-clock", a.unsynced,
                   "The wall clock is not synchronised, and each message says so");
  command.add_option("--seeds", a.seeds, "A..B: run a small world with faults for each seed");
  command.add_option("--faults", a.faults,
                     "all, none, or a list: " + format_faults(parse_faults("all")) +
                         "; each seed draws some of them");
  command.add_option("--users", a.users, "With --faults: number of users, instead of the seed's");
  command.add_option("--devices", a.devices, "With --faults: devices of each user");
  command.add_option("--actions", a.actions, "With --faults: actions of each user");
  command
      .add_option("--repeat", a.repeat_percent,
                  "Run this percentage of the seeds twice: the traces must be the same")
      ->check(CLI::Range(0, 100));
  command.add_flag("--count-all", a.count_all, "Do not stop at the first failing seed");
  command.add_flag("--shrink", a.shrink, "Shrink the first failing world as far as possible");
  command.add_option("--pcap", a.pcap,
                     "Write the network traffic of one seed to FILE, for Wireshark");
  command.add_option("--scratch", a.scratch, "Folder for the databases, preferably in memory")
      ->capture_default_str();
  command.add_option("--out", a.report_folder,
                     "Folder for report.json, report.csv and report.html");
  command.add_option("--json", a.json, "File for the report as JSON");
  command.add_flag("--quiet", a.quiet, "Print only failures");
}

void write_outcome(const world_arguments& a, const report& r) {
  if (!a.report_folder.empty()) write_files(r, a.report_folder);
  if (!a.json.empty()) write_json(r, a.json);
}

}  // namespace lingerd::sim
