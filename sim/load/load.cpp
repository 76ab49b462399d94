#include "sim/load/load.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <ctime>
#include <optional>
#include <stdexcept>

#include "build_info.hpp"
#include "sim/load/load_run.hpp"
#include "sim/load/process_target.hpp"
#include "sim/report/machine.hpp"
#include "sim/report/model/model.hpp"

namespace lingerd::sim {
namespace {

constexpr std::size_t clients_max = 19'000;
constexpr std::size_t other_files = 200;  // the connections that send, the loop, the server

std::string rfc3339_now() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  ::gmtime_r(&now, &utc);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text;
}

void raise_file_limit(std::size_t clients) {
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
  const std::size_t files_max = files.rlim_max;
  if (files_max < clients + other_files) {
    throw std::runtime_error("a process may open only " + std::to_string(files_max) +
                             " files (ulimit -Hn), too few for " + std::to_string(clients) +
                             " clients");
  }
}

bool is_stop_requested(const load_options& o) { return o.stop && o.stop->load(); }

}  // namespace

report begin_report(const load_options& o) {
  report r;
  r.seed = o.seed;
  r.commit = build::commit;
  r.made_at = rfc3339_now();
  r.machine = this_machine();
  workload& w = r.workload;
  w.command = o.command_line;
  w.clients = o.clients;
  w.duration_s = std::chrono::duration<double>(o.duration).count();
  w.rate_per_s = o.rate_per_s;
  w.wait_s = std::chrono::duration<double>(o.wait).count();
  w.text_bytes = std::max(o.text_bytes, message_tag::bytes);
  w.groups = o.groups;
  w.url = o.url;
  return r;
}

void add_run(report& r, const load_options& options, const listening_mode& mode,
             load_target& target, const std::string& number) {
  load_run measurement(options, mode, target, number);
  r.runs.push_back(measurement.execute());
  model_input input = input_of(r, r.runs.back());
  input.listening_s = measurement.listening_s();
  input.read_events = static_cast<double>(measurement.read_events());
  input.setting.clock_synced = measurement.clock_is_synced();
  input.send_connections = static_cast<double>(measurement.send_connections());
  r.runs.back().predicted = predict(input);
}

report run_load(const load_options& options) {
  if (options.clients < 2 || options.clients > clients_max) {
    throw std::runtime_error("--clients must be from 2 to " + std::to_string(clients_max));
  }
  if (options.url.empty() != options.tokens.empty()) {
    throw std::runtime_error("--url and --tokens must be used together");
  }
  const group_shape groups = group_shape_of(options.groups);
  raise_file_limit(options.clients);
  report r = begin_report(options);
  std::size_t number = 0;
  for (const listening_mode& mode : options.modes) {
    ++number;
    if (is_stop_requested(options)) break;
    const std::string prefix =
        options.modes.size() > 1
            ? std::to_string(number) + "/" + std::to_string(options.modes.size()) + " "
            : "";
    // A new server for each run, so that no run inherits another's data.
    std::optional<server_process> own;
    if (options.url.empty()) {
      if (options.progress)
        options.progress(prefix + std::string(name_of(mode.transport)) + ": starting a server");
      own.emplace(options.linger, options.clients, groups);
    }
    std::vector<account> accounts =
        own ? own->accounts() : read_accounts(options.tokens, options.clients);
    process_target target(own ? own->url() : options.url, std::move(accounts),
                          own ? &*own : nullptr);
    add_run(r, options, mode, target, prefix);
    if (r.runs.back().was_cut) break;
  }
  add_model(r);
  return r;
}

int exit_code_of(const report& r) {
  if (r.runs.empty()) return 1;
  for (const run& run : r.runs) {
    const message_counts& c = run.counts;
    const bool is_complete = c.acknowledged == c.attempted && c.refused == 0 && !run.was_cut;
    if (!c.is_clean() || !run.generator.valid || !is_complete) return 1;
  }
  return 0;
}

}  // namespace lingerd::sim
