#include "sim/world/run/world_run.hpp"

namespace lingerd::sim {

outcome world_run::make_outcome() {
  outcome o;
  o.failed = violation_.get();
  o.trace_hash = network_.trace_hash();
  o.events = loop_.ran();
  o.duration = loop_.now();
  o.lives = server_.lives();
  o.counts = counts_;
  if (o.failed) {
    const invariant i = o.failed->invariant;
    const bool is_loss =
        i == invariant::kept || i == invariant::gapless || i == invariant::converged;
    o.counts.lost += is_loss ? 1 : 0;
    o.counts.duplicated += i == invariant::once ? 1 : 0;
    o.counts.out_of_order += i == invariant::order ? 1 : 0;
    o.counts.unexpected += i == invariant::honest || i == invariant::private_ ? 1 : 0;
  }
  o.latency_us.ack = context_.acks.summary();
  o.latency_us.deliver = context_.deliveries.summary();
  o.latency_us.deliver_curve = context_.deliveries.curve();
  add_fault_counts();
  // Closes the wires of clients that still run, so that wire_ is complete.
  coroutines_.clear();
  o.wire = wire_;
  o.counters = std::move(counters_);
  return o;
}

void world_run::add_fault_counts() {
  const auto add = [&](const char* name, std::uint64_t times) { counters_[name] += times; };
  const network_counts& n = network_.counts();
  add("net_cut", n.cut);
  add("net_delayed", n.tail);
  add("net_lost", n.loss);
  add("net_lost_for_good", n.loss_reset);
  add("net_stalled", n.stall);
  add("net_reset", n.reset);
  add("net_half_open", n.half_open);
  add("net_refused", n.refused);
  add("net_slow_reader", n.slow);
  add("net_idle_cut", n.idle_cut);
  add("net_buffered", n.buffered);
  add("net_blocked", n.blocked);
  add("net_gave_up", n.gave_up);
  const disk_counts& d = disk_->counts();
  add("disk_sync_failed", d.failed_syncs);
  add("disk_full", d.full);
  add("disk_torn_commit", d.torn);
  add("disk_sector_lost", d.sectors_lost);
  add("disk_sector_kept", d.sectors_kept);
}

outcome run_world(const recipe& recipe, const world_options& options) {
  // On the heap: it is large, and its parts refer to each other.
  const auto run = std::make_unique<world_run>(recipe, options);
  return run->run();
}

}  // namespace lingerd::sim
