#include <algorithm>
#include <charconv>

#include "sim/report/model/model.hpp"

// Derives the model's input from a run of a report.
namespace lingerd::sim {
namespace {

// "10x100": ten groups of a hundred members.
struct shape {
  std::size_t groups = 0;
  std::size_t members = 0;
};
shape shape_of(std::string_view groups) {
  shape s;
  const auto x = groups.find('x');
  if (x == groups.npos) return s;
  std::from_chars(groups.data(), groups.data() + x, s.groups);
  std::from_chars(groups.data() + x + 1, groups.data() + groups.size(), s.members);
  return s;
}

std::string host_of(std::string_view url) {
  const auto scheme_end = url.find("://");
  if (scheme_end == url.npos) return wire_setting{}.host;
  return std::string(url.substr(scheme_end + 3, url.find('/', scheme_end + 3) - scheme_end - 3));
}

}  // namespace

transport transport_of(const run& run) {
  if (run.transport == "short") return transport::short_poll;
  if (run.transport == "sse") return transport::sse;
  if (run.transport == "websocket") return transport::websocket;
  return transport::long_poll;
}

model_input input_of(const report& r, const run& run) {
  model_input input;
  input.transport = transport_of(run);
  input.poll_interval_s = run.poll_interval_s.value_or(3);
  input.clients = static_cast<double>(run.clients);
  input.listening_s = run.duration_s;
  input.messages = static_cast<double>(run.counts.attempted);
  input.deliveries = static_cast<double>(run.counts.expected);
  input.own_events = static_cast<double>(run.counts.acknowledged);
  input.setting.host = host_of(r.workload.url);
  input.setting.text_bytes = r.workload.text_bytes;
  input.setting.wait_s = static_cast<std::uint64_t>(r.workload.wait_s);
  input.setting.user = std::max<std::uint64_t>(run.clients / 2, 1);
  // Ids are shared with the accounts: one for a user and one for a friendship or membership. Half
  // of the messages bring a read mark, which has an id of its own.
  input.setting.message = run.clients * 2 + run.counts.attempted * 3 / 4;
  input.setting.clock_synced = r.machine.clock_is_synced;
  const shape s = shape_of(r.workload.groups);
  const bool are_groups = s.members > 0;
  input.setting.group_members = s.members;
  input.read_events = expected_read_events(
      input.own_events, are_groups ? static_cast<double>(s.groups) : input.clients / 2,
      are_groups ? static_cast<double>(s.members) : 2, are_groups);
  return input;
}

void add_model(report& r) {
  for (run& run : r.runs) {
    const model_input input = input_of(r, run);
    if (!run.predicted) run.predicted = predict(input);
    if (run.wire.idle_from.empty()) {
      run.wire.wire_bytes_per_client_hour_idle =
          idle_hour_of(input.transport, input.poll_interval_s, input.setting).wire_bytes;
      run.wire.idle_from = "model";
    }
  }
}

}  // namespace lingerd::sim
