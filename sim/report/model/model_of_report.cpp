#include <algorithm>
#include <charconv>

#include "sim/report/model/model.hpp"

// From a report's run to what the model needs to know of it.
namespace lingerd::sim {
namespace {

// "10x100": ten groups of a hundred.
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
  const auto from = url.find("://");
  if (from == url.npos) return wire_setting{}.host;
  return std::string(url.substr(from + 3, url.find('/', from + 3) - from - 3));
}

}  // namespace

transport transport_of(const run& one) {
  if (one.transport == "short") return transport::short_poll;
  if (one.transport == "sse") return transport::sse;
  if (one.transport == "websocket") return transport::websocket;
  return transport::long_poll;
}

model_input input_of(const report& r, const run& one) {
  model_input in;
  in.how = transport_of(one);
  in.poll_interval_s = one.poll_interval_s.value_or(3);
  in.clients = static_cast<double>(one.clients);
  in.listening_s = one.duration_s;
  in.messages = static_cast<double>(one.counts.attempted);
  in.deliveries = static_cast<double>(one.counts.expected);
  in.own_events = static_cast<double>(one.counts.acknowledged);
  in.setting.host = host_of(r.workload.url);
  in.setting.text_bytes = r.workload.text_bytes;
  in.setting.wait_s = static_cast<std::uint64_t>(r.workload.wait_s);
  in.setting.user = std::max<std::uint64_t>(one.clients / 2, 1);
  // Ids are shared with what made the accounts: a user and a friendship or a membership each.
  // Half of the messages bring a read mark, which has an id of its own.
  in.setting.message = one.clients * 2 + one.counts.attempted * 3 / 4;
  in.setting.clock_synced = r.machine.clock_is_synced;
  const shape s = shape_of(r.workload.groups);
  const bool are_groups = s.members > 0;
  in.setting.group_members = s.members;
  in.read_events = expected_read_events(
      in.own_events, are_groups ? static_cast<double>(s.groups) : in.clients / 2,
      are_groups ? static_cast<double>(s.members) : 2, are_groups);
  return in;
}

void add_model(report& r) {
  for (run& one : r.runs) {
    const model_input in = input_of(r, one);
    if (!one.predicted) one.predicted = predict(in);
    if (one.wire.idle_from.empty()) {
      one.wire.wire_bytes_per_client_hour_idle =
          idle_hour_of(in.how, in.poll_interval_s, in.setting).wire_bytes;
      one.wire.idle_from = "model";
    }
  }
}

}  // namespace lingerd::sim
