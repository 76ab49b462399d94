#include "tools/linger_sim/progress.hpp"

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <iterator>

namespace lingerd::sim {

using namespace std::chrono_literals;

namespace {

constexpr auto plain_every = 5s;

std::atomic<bool> must_stop{false};
static_assert(std::atomic<bool>::is_always_lock_free);

void note_signal(int) { must_stop.store(true); }

using ull = unsigned long long;

double ms(std::uint64_t us) { return static_cast<double>(us) / 1000; }

}  // namespace

progress_line::progress_line(bool is_quiet)
    : is_quiet_(is_quiet), is_terminal_(::isatty(STDOUT_FILENO) == 1) {}

void progress_line::show(const std::string& text) {
  if (is_quiet_) return;
  if (is_terminal_) {
    std::printf("\r\033[K%s", text.c_str());
    std::fflush(stdout);
    is_shown_ = true;
    return;
  }
  const std::string phase = text.substr(0, text.find(','));
  const auto now = std::chrono::steady_clock::now();
  if (phase == phase_ && now - printed_at_ < plain_every) return;
  phase_ = phase;
  printed_at_ = now;
  std::printf("%s\n", text.c_str());
  std::fflush(stdout);
}

void progress_line::end() {
  if (is_shown_) std::printf("\r\033[K");
  std::fflush(stdout);
  is_shown_ = false;
}

const std::atomic<bool>* stop_on_signals() {
  struct sigaction a {};
  a.sa_handler = note_signal;
  a.sa_flags = static_cast<int>(SA_RESTART | SA_RESETHAND);
  ::sigaction(SIGINT, &a, nullptr);
  ::sigaction(SIGTERM, &a, nullptr);
  return &must_stop;
}

void print_summary(const report& r) {
  // CPU and memory are not simulated.
  const bool is_real = r.clock == "real";
  std::printf("%-12s %8s %9s %9s %9s %9s %9s %11s", "transport", "clients", "messages", "delivered",
              "p50 ms", "p99 ms", "requests", "wire B/msg");
  std::printf(is_real ? " %9s %10s\n" : "\n", "CPU us/d", "B/client");
  for (const run& run : r.runs) {
    std::string name = run.transport;
    if (run.poll_interval_s) {
      char interval[32];
      std::snprintf(interval, sizeof interval, " %gs", *run.poll_interval_s);
      name += interval;
    }
    std::printf("%-12s %8llu %9llu %9llu %9.1f %9.1f %9llu %11.0f", name.c_str(), ull{run.clients},
                ull{run.counts.acknowledged}, ull{run.counts.delivered},
                ms(run.latency_us.deliver.p50), ms(run.latency_us.deliver.p99),
                ull{run.wire.requests}, run.wire.wire_bytes_per_message);
    if (is_real) {
      std::printf(" %9.0f %10.0f", run.server.cpu_us_per_delivery, run.server.rss_bytes_per_client);
    }
    std::printf("\n");
  }
}

void print_findings(const report& r) {
  for (const run& run : r.runs) {
    const message_counts& c = run.counts;
    const char* name = run.transport.c_str();
    if (run.was_cut) std::fprintf(stderr, "linger-sim: the %s run ended early\n", name);
    if (!c.is_clean() || c.refused > 0 || c.acknowledged != c.attempted) {
      std::fprintf(
          stderr,
          "linger-sim: %s: %llu of %llu acknowledged, %llu lost, %llu duplicated, %llu out "
          "of order, %llu unexpected, %llu refused\n",
          name, ull{c.acknowledged}, ull{c.attempted}, ull{c.lost}, ull{c.duplicated},
          ull{c.out_of_order}, ull{c.unexpected}, ull{c.refused});
    }
    if (!run.first_case.empty()) {
      std::fprintf(stderr, "linger-sim: %s: first error: %s\n", name, run.first_case.c_str());
    }
    if (!run.generator.valid) {
      std::fprintf(stderr,
                   "linger-sim: %s: invalid: this machine could not keep to the schedule of sends "
                   "(p99 of the delay %.1f ms)\n",
                   name, ms(run.generator.slip_p99_us));
    }
  }
}

std::string own_command_line() {
  std::ifstream input("/proc/self/cmdline", std::ios::binary);
  std::string all((std::istreambuf_iterator<char>(input)), std::istreambuf_iterator<char>());
  while (!all.empty() && all.back() == '\0') all.pop_back();
  std::replace(all.begin(), all.end(), '\0', ' ');
  return all;
}

}  // namespace lingerd::sim
