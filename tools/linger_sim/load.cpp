#include "sim/load/load.hpp"

#include <memory>

#include "sim/load/message_tag.hpp"
#include "sim/load/units.hpp"
#include "sim/report/report_files.hpp"
#include "tools/linger_sim/arguments.hpp"
#include "tools/linger_sim/commands.hpp"
#include "tools/linger_sim/progress.hpp"

namespace lingerd::sim {
namespace {

using namespace std::chrono_literals;

struct arguments {
  load_options options;
  std::string transports = "long";
  std::string poll_intervals = "3s";
  std::string duration = "30s";
  std::string wait = "100s";
  std::string rate = "200/s";
  std::filesystem::path out;
  std::filesystem::path json;
  bool quiet = false;
};

void parse(arguments& g) {
  load_options& o = g.options;
  o.modes = usage("--transport", [&] { return parse_modes(g.transports, g.poll_intervals); });
  o.duration = usage("--duration", [&] { return whole_seconds(g.duration, 1s); });
  o.wait = usage("--wait", [&] { return whole_seconds(g.wait, 1s); });
  o.rate_per_s = usage("--rate", [&] { return rate_of(g.rate); });
  if (o.url.empty() != o.tokens.empty()) {
    throw CLI::ValidationError("--url", "must be used together with --tokens");
  }
}

int run_load_command(arguments& g) {
  parse(g);
  load_options& o = g.options;
  progress_line line(g.quiet);
  o.progress = [&line](const std::string& text) { line.show(text); };
  o.stop = stop_on_signals();
  const report r = run_load(o);
  line.end();
  if (!g.quiet) print_summary(r);
  print_findings(r);
  if (!g.out.empty()) write_files(r, g.out);
  if (!g.json.empty()) write_json(r, g.json);
  return exit_code_of(r);
}

}  // namespace

void load_command(CLI::App& program, int& exit_code) {
  auto g = std::make_shared<arguments>();
  load_options& o = g->options;
  CLI::App* command = program.add_subcommand(
      "load", "Load a server with virtual clients and measure one or more transports");
  command->add_option("--clients", o.clients, "Number of listening clients")
      ->check(CLI::Range(2, 19'000))
      ->capture_default_str();
  command->add_option("--duration", g->duration, "Length of the steady phase: 30s, 5min, 1h")
      ->capture_default_str();
  command
      ->add_option("--transport", g->transports,
                   "Transports, one run each: short, long, sse, websocket")
      ->capture_default_str();
  command
      ->add_option("--poll-interval", g->poll_intervals,
                   "Interval of short polls; one run for each of several, as in 250ms,1s,3s")
      ->capture_default_str();
  command->add_option("--wait", g->wait, "Time for which a long poll waits for events")
      ->capture_default_str();
  command->add_option("--rate", g->rate, "Send rate of all clients together: 200/s, 12/min")
      ->capture_default_str();
  command->add_option("--text-bytes", o.text_bytes, "Length of a message")
      ->check(CLI::Range(message_tag::bytes, std::size_t{16 * 1024}))
      ->capture_default_str();
  command->add_option(
      "--groups", o.groups,
      "Groups: 10x100 is ten groups of a hundred members; without it friends write in pairs");
  command->add_option("--seed", o.seed, "Seed of the schedule of sends")->capture_default_str();
  command->add_option(
      "--url", o.url,
      "Use a running server, http://HOST:PORT, instead of starting one; needs --tokens");
  command
      ->add_option("--tokens", o.tokens,
                   "File of the users of --url, written by `linger import --tokens`")
      ->check(CLI::ExistingFile);
  command->add_option("--linger", o.linger,
                      "Server program to start; by default `linger` in the folder of this program");
  command->add_option("--out", g->out, "Folder for report.json, report.csv and report.html");
  command->add_option("--json", g->json, "File for the report as JSON");
  command->add_flag("--quiet", g->quiet, "Print errors only");
  command->callback([g, &exit_code] {
    g->options.command_line = own_command_line();
    exit_code = run_load_command(*g);
  });
}

}  // namespace lingerd::sim
