#pragma once

#include <cmath>

#include "sim/report/model/model.hpp"
#include "sim/report/report.hpp"

namespace lingerd::world_tests {

// A report with MADE-UP numbers, plausible ones, for the tests of what draws and reads reports. No
// figure in it was ever measured, and none may be shown anywhere as if it had been.
inline sim::report sample_report() {
  using namespace sim;
  report r;
  r.commit = "0000000-sample";
  r.made_at = "2026-11-22T21:48:35Z";
  r.seed = 7;
  r.machine = {"Made-up CPU <1 GHz> & more", 4, 8ull << 30, "6.1.0-sample",
               "Sample GNU/Linux \"1\""};
  r.workload.command = "linger-sim compare --seed 7 --note '<script>alert(1)</script>'";
  r.workload.clients = 1000;
  r.workload.duration_s = 25;
  r.workload.rate_per_s = 200;
  r.workload.text_bytes = 100;

  const auto add = [&](const char* transport, std::optional<double> interval, double p50,
                       double cpu, double per_client) {
    run one;
    one.transport = transport;
    one.poll_interval_s = interval;
    one.clients = 1000;
    one.duration_s = 25;
    one.counts.attempted = one.counts.acknowledged = one.counts.delivered = one.counts.expected =
        5000;
    const auto us = [](double v) { return static_cast<std::uint64_t>(v); };
    // Short polls find a message anywhere within their interval; the others have a tail.
    const auto entry = [&](double q) {
      if (interval) return 2000 + *interval * 1e6 * q;
      return p50 * (0.6 + 0.4 * std::pow(0.5 / (1 - q), 0.55));
    };
    one.latency_us.deliver = {us(entry(.5)),   us(entry(.9)),    us(entry(.99)),
                              us(entry(.999)), us(entry(.9998)), 5000};
    one.latency_us.deliver_uncorrected = one.latency_us.deliver;
    one.latency_us.ack = {900, 1600, 4200, 9000, 14000, 5000};
    one.latency_us.ack_uncorrected = one.latency_us.ack;
    for (double q = 0; q < .9998; q = 1 - (1 - q) * 0.9) {
      one.latency_us.deliver_curve.push_back({q, us(entry(q))});
    }
    one.server = {cpu * 5000e-6, cpu,       3 << 20, us((3 << 20) + per_client * 1000),
                  per_client,    6'000'000, 1200};
    one.generator = {22, 800, true};
    for (int s = 0; s < 25; ++s) {
      const double wobble = 1 + 0.2 * std::sin(s * 1.7) * std::cos(s * 0.6);
      one.seconds.push_back({double(s), 200, 200, us(200 * (1 + (wobble - 1) / 3)), 0,
                             us(entry(.5) * wobble), us(entry(.99) * wobble)});
    }
    r.runs.push_back(std::move(one));
  };
  add("short", 0.25, 0, 310, 1150);
  add("short", 1, 0, 96, 1140);
  add("short", 3, 0, 61, 1130);
  add("long", {}, 1700, 47, 990);
  add("sse", {}, 1500, 33, 1010);
  add("websocket", {}, 1480, 34, 3650);
  add_model(r);
  for (run& one : r.runs) {
    const prediction p = *one.predicted;
    wire_use& w = one.wire;
    w.requests = static_cast<std::uint64_t>(p.requests * 1.004);
    w.connections = 1064;
    w.app_bytes_sent = static_cast<std::uint64_t>(p.app_bytes * 0.4);
    w.app_bytes_received = static_cast<std::uint64_t>(p.app_bytes * 0.61);
    w.wire_bytes = static_cast<std::uint64_t>(p.wire_bytes * 0.97);
    w.segments = (w.wire_bytes - w.app_bytes_sent - w.app_bytes_received) / 52;
    w.wire_bytes_per_message = static_cast<double>(w.wire_bytes) / 5000;
  }
  return r;
}

}  // namespace lingerd::world_tests
