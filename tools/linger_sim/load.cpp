#include "sim/load/load.hpp"

#include <memory>

#include "sim/load/message_tag.hpp"
#include "sim/report/report_files.hpp"
#include "sim/load/units.hpp"
#include "tools/linger_sim/arguments.hpp"
#include "tools/linger_sim/commands.hpp"
#include "tools/linger_sim/progress.hpp"

namespace lingerd::sim {
namespace {

using namespace std::chrono_literals;

struct given {
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

void complete(given& g) {
  load_options& o = g.options;
  o.ways = usage("--transport", [&] { return ways_of(g.transports, g.poll_intervals); });
  o.duration = usage("--duration", [&] { return whole_seconds(g.duration, 1s); });
  o.wait = usage("--wait", [&] { return whole_seconds(g.wait, 1s); });
  o.rate_per_s = usage("--rate", [&] { return rate_of(g.rate); });
  if (o.url.empty() != o.tokens.empty()) {
    throw CLI::ValidationError("--url", "and --tokens go together");
  }
}

int run_it(given& g) {
  complete(g);
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
  auto g = std::make_shared<given>();
  load_options& o = g->options;
  CLI::App* command =
      program.add_subcommand("load", "Put virtual clients on a server, and see what they see");
  command->add_option("--clients", o.clients, "Who listen")
      ->check(CLI::Range(2, 19'000))
      ->capture_default_str();
  command->add_option("--duration", g->duration, "Of the steady phase: 30s, 5min, 1h")
      ->capture_default_str();
  command->add_option("--transport", g->transports, "Of short, long, sse, websocket, one run each")
      ->capture_default_str();
  command
      ->add_option("--poll-interval", g->poll_intervals,
                   "Of short polls; several (250ms,1s,3s) are a run each")
      ->capture_default_str();
  command->add_option("--wait", g->wait, "How long a long poll asks to be held")
      ->capture_default_str();
  command->add_option("--rate", g->rate, "Messages, of all clients together: 200/s, 12/min")
      ->capture_default_str();
  command->add_option("--text-bytes", o.text_bytes, "Of a message")
      ->check(CLI::Range(marker::bytes, std::size_t{16 * 1024}))
      ->capture_default_str();
  command->add_option("--groups", o.groups,
                      "10x100: ten groups of a hundred members; else friends write in pairs");
  command->add_option("--seed", o.seed, "Of the schedule")->capture_default_str();
  command->add_option("--url", o.url,
                      "A server that runs already, http://HOST:PORT; needs --tokens");
  command->add_option("--tokens", o.tokens, "Its users, as `linger import --tokens` wrote them")
      ->check(CLI::ExistingFile);
  command->add_option("--linger", o.linger, "The program to start; by default the one beside this");
  command->add_option("--out", g->out, "A folder for report.json, report.csv and report.html");
  command->add_option("--json", g->json, "A file for the report as JSON");
  command->add_flag("--quiet", g->quiet, "Say only what went wrong");
  command->callback([g, &exit_code] {
    g->options.command_line = own_command_line();
    exit_code = run_it(*g);
  });
}

}  // namespace lingerd::sim
