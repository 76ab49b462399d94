#include <cstdio>
#include <memory>

#include "sim/load/load.hpp"
#include "sim/report/model/model.hpp"
#include "sim/report/html/summary.hpp"
#include "sim/report/report_files.hpp"
#include "sim/report/html/study.hpp"
#include "sim/load/units.hpp"
#include "tools/linger_sim/commands.hpp"
#include "tools/linger_sim/progress.hpp"

namespace lingerd::sim {
namespace {

using namespace std::chrono_literals;

const load_way short_250ms{transport::short_poll, 250ms};
const load_way short_1s{transport::short_poll, 1s};
const load_way short_3s{transport::short_poll, 3s};  // the tutorial's
const load_way held{transport::long_poll};           // its 100 s are load_options' default
const load_way sse{transport::sse};
const load_way websocket{transport::websocket};

struct given {
  load_options options;
  std::string study;
  std::string duration;
  std::string rate;
  std::filesystem::path out;
  bool quiet = false;
  CLI::Option* clients = nullptr;
  CLI::Option* text_bytes = nullptr;
};

// What is measured where nobody asks for anything else: six runs of 25 s, with what comes before
// and after them under four minutes in all.
void default_plan(load_options& o) {
  o.ways = {short_250ms, short_1s, short_3s, held, sse, websocket};
  o.clients = 1000;
  o.duration = 25s;
  o.rate_per_s = 200;
}

// "Some thousand messages": 5,000 of the length of the tutorial's, between ten pairs of people, so
// that two messages hardly ever fall into one answer.
void tutorial_plan(load_options& o) {
  o.ways = {held, websocket};
  o.clients = 20;
  o.duration = 100s;
  o.rate_per_s = 50;
  o.text_bytes = 12;
}

// One event a second for each of a thousand clients: in a conversation of two every message is
// heard by both, so half as many messages are sent.
void headers_plan(load_options& o) {
  o.ways = {short_1s, held, sse, websocket};
  o.clients = 1000;
  o.duration = 30s;
  o.rate_per_s = 500;
}

void plan(given& g) {
  load_options asked = g.options;
  load_options& o = g.options;
  if (g.study == "tutorial")
    tutorial_plan(o);
  else if (g.study == "headers")
    headers_plan(o);
  else
    default_plan(o);
  if (g.clients->count() > 0) o.clients = asked.clients;
  if (g.text_bytes->count() > 0) o.text_bytes = asked.text_bytes;
  try {
    if (!g.rate.empty()) o.rate_per_s = rate_of(g.rate);
    if (!g.duration.empty()) {
      o.duration = std::chrono::floor<std::chrono::seconds>(duration_of(g.duration));
      if (o.duration < 1s) throw std::invalid_argument("--duration is at least 1s");
    }
  } catch (const std::exception& e) {
    throw CLI::ValidationError(e.what());
  }
  if (o.url.empty() != o.tokens.empty())
    throw CLI::ValidationError("--url and --tokens go together");
}

void print_study(const report& r) {
  for (const study_table& t : study_of(r)) {
    std::printf("\n%s\n", t.name.en.c_str());
    std::fputs(tables::plain_text(t.table).c_str(), stdout);
    for (const phrase& p : t.verdict) std::printf("%s\n", p.en.c_str());
  }
}

int run_compare(given& g) {
  plan(g);
  load_options& o = g.options;
  // Now, not after some minutes of measuring.
  if (!g.out.empty()) {
    std::error_code wrong;
    std::filesystem::create_directories(g.out, wrong);
    if (wrong) {
      throw std::runtime_error("cannot make the folder " + g.out.string() + ": " + wrong.message());
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
    std::printf("\n%s\n", answer_of(r).en.c_str());
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
  auto g = std::make_shared<given>();
  load_options& o = g->options;
  CLI::App* command = program.add_subcommand(
      "compare",
      "Measure short polls, long polls, SSE and WebSocket one after the other, and say "
      "which is better at what");
  command->add_option("--study", g->study, "A published table beside what is true here")
      ->check(CLI::IsMember({"tutorial", "headers"}));
  g->clients = command->add_option("--clients", o.clients, "Who listen (1000)")
                   ->check(CLI::Range(2, 19'000));
  command->add_option("--duration", g->duration, "Of each run's steady phase (25s)");
  command->add_option("--rate", g->rate, "Messages, of all clients together (200/s)");
  g->text_bytes = command->add_option("--text-bytes", o.text_bytes, "Of a message (100)")
                      ->check(CLI::Range(10, 16 * 1024));
  command->add_option("--groups", o.groups,
                      "10x100: ten groups of a hundred members; else friends write in pairs");
  command->add_option("--seed", o.seed, "Of the schedule")->capture_default_str();
  command->add_option("--url", o.url,
                      "A server that runs already, http://HOST:PORT; needs --tokens");
  command->add_option("--tokens", o.tokens, "Its users, as `linger import --tokens` wrote them")
      ->check(CLI::ExistingFile);
  command->add_option("--linger", o.linger, "The program to start; by default the one beside this");
  command->add_option("--out", g->out, "A folder for report.json, report.csv and report.html");
  command->add_flag("--quiet", g->quiet, "Say only what went wrong");
  command->callback([g, &exit_code] {
    g->options.command_line = own_command_line();
    exit_code = run_compare(*g);
  });
}

}  // namespace lingerd::sim
