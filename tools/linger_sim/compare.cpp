#include <cstdio>
#include <memory>

#include "sim/load/load.hpp"
#include "sim/load/units.hpp"
#include "sim/report/html/study.hpp"
#include "sim/report/html/summary.hpp"
#include "sim/report/model/model.hpp"
#include "sim/report/report_files.hpp"
#include "tools/linger_sim/commands.hpp"
#include "tools/linger_sim/progress.hpp"

namespace lingerd::sim {
namespace {

using namespace std::chrono_literals;

const listening_mode short_250ms{transport::short_poll, 250ms};
const listening_mode short_1s{transport::short_poll, 1s};
const listening_mode short_3s{transport::short_poll, 3s};  // the interval of the tutorial
const listening_mode long_poll{transport::long_poll};      // its 100 s are load_options' default
const listening_mode sse{transport::sse};
const listening_mode websocket{transport::websocket};

struct arguments {
  load_options options;
  std::string study;
  std::string duration;
  std::string rate;
  std::filesystem::path out;
  bool quiet = false;
  CLI::Option* clients = nullptr;
  CLI::Option* text_bytes = nullptr;
};

// The default: six runs of 25 s, in less than four minutes including start and end of each run.
void default_plan(load_options& o) {
  o.modes = {short_250ms, short_1s, short_3s, long_poll, sse, websocket};
  o.clients = 1000;
  o.duration = 25s;
  o.rate_per_s = 200;
}

// "Some thousand messages": 5,000 of the length of the tutorial's, between ten pairs of users, so
// that two messages rarely share an answer.
void tutorial_plan(load_options& o) {
  o.modes = {long_poll, websocket};
  o.clients = 20;
  o.duration = 100s;
  o.rate_per_s = 50;
  o.text_bytes = 12;
}

// One event a second for each of a thousand clients: in a conversation of two both receive every
// message, so half as many are sent.
void headers_plan(load_options& o) {
  o.modes = {short_1s, long_poll, sse, websocket};
  o.clients = 1000;
  o.duration = 30s;
  o.rate_per_s = 500;
}

void choose_plan(arguments& g) {
  load_options options = g.options;
  load_options& o = g.options;
  if (g.study == "tutorial")
    tutorial_plan(o);
  else if (g.study == "headers")
    headers_plan(o);
  else
    default_plan(o);
  if (g.clients->count() > 0) o.clients = options.clients;
  if (g.text_bytes->count() > 0) o.text_bytes = options.text_bytes;
  try {
    if (!g.rate.empty()) o.rate_per_s = rate_of(g.rate);
    if (!g.duration.empty()) {
      o.duration = std::chrono::floor<std::chrono::seconds>(duration_of(g.duration));
      if (o.duration < 1s) throw std::invalid_argument("--duration must be at least 1s");
    }
  } catch (const std::exception& e) {
    throw CLI::ValidationError(e.what());
  }
  if (o.url.empty() != o.tokens.empty())
    throw CLI::ValidationError("--url and --tokens must be used together");
}

void print_study(const report& r) {
  for (const study_table& t : study_of(r)) {
    std::printf("\n%s\n", t.name.en.c_str());
    std::fputs(tables::plain_text(t.table).c_str(), stdout);
    for (const phrase& p : t.verdict) std::printf("%s\n", p.en.c_str());
  }
}

int run_compare(arguments& g) {
  choose_plan(g);
  load_options& o = g.options;
  // Fail before measuring for minutes, not after.
  if (!g.out.empty()) {
    std::error_code error;
    std::filesystem::create_directories(g.out, error);
    if (error) {
      throw std::runtime_error("cannot create the folder " + g.out.string() + ": " +
                               error.message());
    }
  }
  report r;
  {
    progress_line line(g.quiet);
    o.progress = [&line](const std::string& text) { line.show(text); };
    o.stop = stop_on_signals();
    r = run_load(o);
  }
  r.study = g.study;
  if (!g.quiet) {
    print_summary(r);
    print_study(r);
    std::printf("\n%s\n", summary_of(r).en.c_str());
  }
  print_findings(r);
  if (!g.out.empty()) {
    write_files(r, g.out);
    if (!g.quiet) std::printf("%s\n", (g.out / "report.html").c_str());
  }
  return exit_code_of(r);
}

}  // namespace

void compare_command(CLI::App& program, int& exit_code) {
  auto g = std::make_shared<arguments>();
  load_options& o = g->options;
  CLI::App* command = program.add_subcommand(
      "compare",
      "Measure short polls, long polls, SSE and WebSocket in turn, and report which is better at "
      "what");
  command
      ->add_option("--study", g->study, "Measure a published comparison again: tutorial or headers")
      ->check(CLI::IsMember({"tutorial", "headers"}));
  g->clients = command->add_option("--clients", o.clients, "Number of listening clients (1000)")
                   ->check(CLI::Range(2, 19'000));
  command->add_option("--duration", g->duration, "Length of each run's steady phase (25s)");
  command->add_option("--rate", g->rate, "Send rate of all clients together (200/s)");
  g->text_bytes = command->add_option("--text-bytes", o.text_bytes, "Length of a message (100)")
                      ->check(CLI::Range(10, 16 * 1024));
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
  command->add_flag("--quiet", g->quiet, "Print errors only");
  command->callback([g, &exit_code] {
    g->options.command_line = own_command_line();
    exit_code = run_compare(*g);
  });
}

}  // namespace lingerd::sim
