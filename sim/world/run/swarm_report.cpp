#include "sim/world/run/swarm_report.hpp"

#include <chrono>

#include "sim/world/run/world_load.hpp"

namespace lingerd::sim {

report swarm_report(const seeds_outcome& all, const seeds_options& options,
                    const std::string& command_line) {
  const recipe first = make_recipe(options.first, options.overrides);
  load_options o;
  o.seed = options.first;
  o.clients = std::size_t{first.users} * first.devices;
  o.duration = std::chrono::floor<std::chrono::seconds>(first.duration);
  o.wait = first.wait;
  o.text_bytes = first.text_bytes_max;
  o.command_line = command_line;
  const double duration_s = std::chrono::duration<double>(all.duration).count();
  o.rate_per_s = duration_s > 0 ? static_cast<double>(all.counts.attempted) / duration_s : 0;
  report r = begin_report(o);
  r.clock = "virtual";
  r.machine.clock_is_synced = true;
  r.trace_hash = hex_of(all.trace_hash);
  run combined;
  combined.transport = options.overrides.only_transport
                           ? std::string(name_of(*options.overrides.only_transport))
                           : "mixed";
  combined.clients = o.clients;
  combined.duration_s = duration_s;
  combined.counts = all.counts;
  combined.latency_us = all.latency_us;
  wire_use& w = combined.wire;
  w.requests = all.wire.requests;
  w.connections = all.wire.connections;
  w.app_bytes_sent = all.wire.bytes_sent;
  w.app_bytes_received = all.wire.bytes_received;
  w.segments = all.wire.tcp.segments;
  w.retransmitted = all.wire.tcp.retransmitted;
  w.wire_bytes = all.wire.bytes_sent + all.wire.bytes_received + all.wire.tcp.head_bytes +
                 all.wire.tcp.again_bytes;
  if (all.counts.delivered > 0) {
    w.wire_bytes_per_message =
        static_cast<double>(w.wire_bytes) / static_cast<double>(all.counts.delivered);
  }
  w.idle_from = "world";
  combined.was_cut = all.was_cut;
  if (!all.failed.empty()) {
    const failed_seed& f = all.failed.front();
    combined.first_case = "seed " + std::to_string(f.seed) + ", " +
                          std::string(name_of(f.violation.invariant)) + ": " + f.violation.message;
  }
  r.runs.push_back(std::move(combined));
  return r;
}

}  // namespace lingerd::sim
