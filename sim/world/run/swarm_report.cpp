#include "sim/world/run/swarm_report.hpp"

#include <chrono>

#include "sim/world/run/world_load.hpp"

namespace lingerd::sim {

report swarm_report(const seeds_outcome& all, const seeds_options& asked,
                    const std::string& command_line) {
  const recipe first = make_recipe(asked.first, asked.wish);
  load_options o;
  o.seed = asked.first;
  o.clients = std::size_t{first.users} * first.devices;
  o.duration = std::chrono::floor<std::chrono::seconds>(first.duration);
  o.wait = first.wait;
  o.text_bytes = first.text_bytes_max;
  o.command_line = command_line;
  const double lasted_s = std::chrono::duration<double>(all.lasted).count();
  o.rate_per_s = lasted_s > 0 ? static_cast<double>(all.counts.attempted) / lasted_s : 0;
  report r = begin_report(o);
  r.clock = "virtual";
  r.machine.clock_is_synced = true;
  r.trace_hash = hex_of(all.trace_hash);
  run one;
  one.transport = asked.wish.only ? std::string(name_of(*asked.wish.only)) : "mixed";
  one.clients = o.clients;
  one.duration_s = lasted_s;
  one.counts = all.counts;
  one.latency_us = all.latency_us;
  wire_use& w = one.wire;
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
  one.was_cut = all.was_cut;
  if (!all.failed.empty()) {
    const failed_seed& f = all.failed.front();
    one.first_case = "seed " + std::to_string(f.seed) + ", " + std::string(name_of(f.what.broken)) +
                     ": " + f.what.what;
  }
  r.runs.push_back(std::move(one));
  return r;
}

}  // namespace lingerd::sim
