#include "sim/report/report_diff.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "sim/report/number_format.hpp"
#include "sim/report/report_noise.hpp"

namespace lingerd::sim {
namespace {

double real(std::uint64_t n) { return static_cast<double>(n); }

std::string name_of(const run& r) {
  if (!r.poll_interval_s) return r.transport;
  return r.transport + " " + number_format::digits(*r.poll_interval_s) + " s";
}

const run* matching_run(const report& r, const run& wanted) {
  for (const run& run : r.runs) {
    if (run.transport == wanted.transport && run.poll_interval_s == wanted.poll_interval_s) {
      return &run;
    }
  }
  return nullptr;
}

// A run of A and the matching run of B.
class run_pair {
 public:
  run_pair(const run& a, const run& b, comparison& result) : a_(a), b_(b), result_(result) {}

  // `least`: an absolute difference below it is ignored.
  void cost(std::string_view message, double before, double after, double noise, double least,
            std::string (*text)(double)) {
    ++result_.compared;
    const double part = before > 0 ? after / before - 1 : 0;
    const bool is_beyond = before > 0 ? std::abs(part) > noise : after > 0;
    if (!is_beyond || std::abs(after - before) < least) return;
    add({name_of(a_), std::string(message), text(before), text(after), part, noise,
         after > before});
  }

  // A fault: any difference counts.
  void fault(std::string_view text, std::uint64_t before, std::uint64_t after) {
    ++result_.compared;
    if (before == after) return;
    add({name_of(a_), std::string(text), number_format::count(real(before)),
         number_format::count(real(after)), before ? real(after) / real(before) - 1 : 0, 0,
         after > before});
  }

  void time(std::string_view name, std::uint64_t before, std::uint64_t after, double noise) {
    cost(name, real(before), real(after), std::max(noise, 0.25), 50, number_format::time_us);
  }

  double noise_of(std::uint64_t second::*figure) const {
    return std::hypot(sim::noise_of(a_, figure), sim::noise_of(b_, figure));
  }

 private:
  void add(change c) {
    result_.is_worse |= c.is_worse;
    result_.changes.push_back(std::move(c));
  }

  const run& a_;
  const run& b_;
  comparison& result_;
};

double per_delivery(const run& r, double figure) {
  return r.counts.delivered > 0 ? figure / real(r.counts.delivered) : 0;
}

void compare_runs(const run& a, const run& b, comparison& result) {
  run_pair p(a, b, result);
  p.fault("lost", a.counts.lost, b.counts.lost);
  p.fault("duplicated", a.counts.duplicated, b.counts.duplicated);
  p.fault("out_of_order", a.counts.out_of_order, b.counts.out_of_order);
  p.fault("unexpected", a.counts.unexpected, b.counts.unexpected);
  p.fault("refused", a.counts.refused, b.counts.refused);
  p.fault("invalid", !a.generator.valid, !b.generator.valid);
  p.fault("cut", a.was_cut, b.was_cut);

  const double p50 = p.noise_of(&second::deliver_p50_us);
  const double p99 = p.noise_of(&second::deliver_p99_us);
  p.time("deliver.p50", a.latency_us.deliver.p50, b.latency_us.deliver.p50, p50);
  p.time("deliver.p99", a.latency_us.deliver.p99, b.latency_us.deliver.p99, p99);
  p.time("ack.p50", a.latency_us.ack.p50, b.latency_us.ack.p50, p50);
  p.time("ack.p99", a.latency_us.ack.p99, b.latency_us.ack.p99, p99);

  p.cost("requests per delivery", per_delivery(a, real(a.wire.requests)),
         per_delivery(b, real(b.wire.requests)), 0.02, 0, number_format::digits);
  const auto app = [](const run& r) {
    return per_delivery(r, real(r.wire.app_bytes_sent + r.wire.app_bytes_received));
  };
  p.cost("application bytes per delivery", app(a), app(b), 0.02, 0, number_format::traffic);
  p.cost("wire_bytes_per_message", a.wire.wire_bytes_per_message, b.wire.wire_bytes_per_message,
         0.05, 0, number_format::traffic);
  p.cost("wire_bytes_per_client_hour_idle", a.wire.wire_bytes_per_client_hour_idle,
         b.wire.wire_bytes_per_client_hour_idle, 0.02, 0, number_format::traffic);
  p.cost("cpu_us_per_delivery", a.server.cpu_us_per_delivery, b.server.cpu_us_per_delivery, 0.2, 1,
         number_format::time_us);
  p.cost("rss_bytes_per_client", a.server.rss_bytes_per_client, b.server.rss_bytes_per_client, 0.1,
         32, number_format::memory);
  p.cost("rss_idle_bytes", real(a.server.rss_idle_bytes), real(b.server.rss_idle_bytes), 0.1,
         64 * 1024, number_format::memory);
  p.cost("bytes_written_per_message", a.server.bytes_written_per_message,
         b.server.bytes_written_per_message, 0.5, 64, number_format::memory);
}

void note_settings(const report& a, const report& b, comparison& result) {
  const auto differs = [&](std::string_view name, const auto& x, const auto& y) {
    if (x != y) result.notes.push_back("the reports differ in the " + std::string(name));
  };
  differs("clock", a.clock, b.clock);
  differs("processor", a.machine.cpu, b.machine.cpu);
  differs("number of cores", a.machine.cores, b.machine.cores);
  differs("number of clients", a.workload.clients, b.workload.clients);
  differs("duration", a.workload.duration_s, b.workload.duration_s);
  differs("rate", a.workload.rate_per_s, b.workload.rate_per_s);
  differs("long-poll wait", a.workload.wait_s, b.workload.wait_s);
  differs("message length", a.workload.text_bytes, b.workload.text_bytes);
  differs("groups", a.workload.groups, b.workload.groups);
}

}  // namespace

comparison compare_reports(const report& a, const report& b) {
  comparison c;
  note_settings(a, b, c);
  std::size_t pairs = 0;
  for (const run& run : a.runs) {
    const auto* other = matching_run(b, run);
    if (!other) {
      c.notes.push_back(name_of(run) + " is only in A");
      continue;
    }
    ++pairs;
    compare_runs(run, *other, c);
  }
  for (const run& run : b.runs) {
    if (!matching_run(a, run)) c.notes.push_back(name_of(run) + " is only in B");
  }
  if (pairs == 0) throw std::runtime_error("the reports have no run in common");
  return c;
}

std::string text_of(const comparison& c) {
  std::string out;
  for (const std::string& note : c.notes) out += "note: " + note + "\n";
  for (const change& difference : c.changes) {
    out += difference.is_worse ? "worse   " : "better  ";
    out += difference.run + ": " + difference.message + " " + difference.before + " -> " +
           difference.after;
    if (difference.part != 0) out += " (" + number_format::percent(difference.part);
    if (difference.part != 0 && difference.noise > 0) {
      out += ", noise " + number_format::digits(difference.noise * 100) + " %";
    }
    if (difference.part != 0) out += ")";
    out += "\n";
  }
  if (c.changes.empty()) {
    out += "no difference beyond the noise in " + std::to_string(c.compared) + " figures\n";
  }
  return out;
}

}  // namespace lingerd::sim
