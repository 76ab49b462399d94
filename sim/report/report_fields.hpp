#pragma once

#include <concepts>
#include <type_traits>

#include "sim/report/report.hpp"

// The fields of report.json with their members, in the order in which they are written. Writer,
// reader and CSV share this list, so none of them can forget a field.
//
// A visitor is called as v("name", member); for a member that is one of these structs it calls
// each_field again. Lists of points are not included: CSV has no place for them.
namespace lingerd::sim {

template <class T, class Wanted>
concept same_but_const = std::same_as<std::remove_const_t<T>, Wanted>;

template <class Visitor>
void each_field(same_but_const<message_counts> auto& c, Visitor&& v) {
  v("attempted", c.attempted);
  v("acknowledged", c.acknowledged);
  v("delivered", c.delivered);
  v("expected", c.expected);
  v("lost", c.lost);
  v("duplicated", c.duplicated);
  v("out_of_order", c.out_of_order);
  v("unexpected", c.unexpected);
  v("refused", c.refused);
}

template <class Visitor>
void each_field(same_but_const<percentiles> auto& p, Visitor&& v) {
  v("p50", p.p50);
  v("p90", p.p90);
  v("p99", p.p99);
  v("p999", p.p999);
  v("max", p.max);
  v("count", p.count);
}

template <class Visitor>
void each_field(same_but_const<latencies> auto& l, Visitor&& v) {
  v("ack", l.ack);
  v("deliver", l.deliver);
  v("ack_uncorrected", l.ack_uncorrected);
  v("deliver_uncorrected", l.deliver_uncorrected);
}

template <class Visitor>
void each_field(same_but_const<wire_use> auto& w, Visitor&& v) {
  v("requests", w.requests);
  v("connections", w.connections);
  v("app_bytes_sent", w.app_bytes_sent);
  v("app_bytes_received", w.app_bytes_received);
  v("segments", w.segments);
  v("retransmitted", w.retransmitted);
  v("wire_bytes", w.wire_bytes);
  v("wire_bytes_per_message", w.wire_bytes_per_message);
  v("wire_bytes_per_client_hour_idle", w.wire_bytes_per_client_hour_idle);
  v("idle_from", w.idle_from);
}

template <class Visitor>
void each_field(same_but_const<server_use> auto& s, Visitor&& v) {
  v("cpu_s", s.cpu_s);
  v("cpu_us_per_delivery", s.cpu_us_per_delivery);
  v("rss_idle_bytes", s.rss_idle_bytes);
  v("rss_parked_bytes", s.rss_parked_bytes);
  v("rss_bytes_per_client", s.rss_bytes_per_client);
  v("bytes_written", s.bytes_written);
  v("bytes_written_per_message", s.bytes_written_per_message);
}

template <class Visitor>
void each_field(same_but_const<generator_use> auto& g, Visitor&& v) {
  v("cpu_percent", g.cpu_percent);
  v("slip_p99_us", g.slip_p99_us);
  v("valid", g.valid);
}

template <class Visitor>
void each_field(same_but_const<prediction> auto& p, Visitor&& v) {
  v("requests", p.requests);
  v("app_bytes", p.app_bytes);
  v("wire_bytes", p.wire_bytes);
  v("wire_bytes_lan", p.wire_bytes_lan);
}

template <class Visitor>
void each_field(same_but_const<second> auto& s, Visitor&& v) {
  v("t_s", s.t_s);
  v("attempted", s.attempted);
  v("acknowledged", s.acknowledged);
  v("delivered", s.delivered);
  v("errors", s.errors);
  v("deliver_p50_us", s.deliver_p50_us);
  v("deliver_p99_us", s.deliver_p99_us);
}

// Without the seconds, the curve and the prediction (null if absent).
template <class Visitor>
void each_field(same_but_const<run> auto& r, Visitor&& v) {
  v("transport", r.transport);
  v("poll_interval_s", r.poll_interval_s);
  v("clients", r.clients);
  v("duration_s", r.duration_s);
  v("counts", r.counts);
  v("latency_us", r.latency_us);
  v("wire", r.wire);
  v("server", r.server);
  v("generator", r.generator);
  v("first_case", r.first_case);
  v("was_cut", r.was_cut);
}

template <class Visitor>
void each_field(same_but_const<machine> auto& m, Visitor&& v) {
  v("cpu", m.cpu);
  v("cores", m.cores);
  v("memory_bytes", m.memory_bytes);
  v("kernel", m.kernel);
  v("system", m.system);
  v("clock_is_synced", m.clock_is_synced);
}

template <class Visitor>
void each_field(same_but_const<workload> auto& w, Visitor&& v) {
  v("command", w.command);
  v("clients", w.clients);
  v("duration_s", w.duration_s);
  v("rate_per_s", w.rate_per_s);
  v("wait_s", w.wait_s);
  v("text_bytes", w.text_bytes);
  v("groups", w.groups);
  v("url", w.url);
}

}  // namespace lingerd::sim
