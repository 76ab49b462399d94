#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// The result of a simulation, before it becomes JSON, CSV or HTML. The names are those of
// report.json ("linger-report/1"). Times are in microseconds and sizes in bytes unless a name says
// otherwise.
namespace lingerd::sim {

struct message_counts {
  std::uint64_t attempted = 0;  // planned sends whose time came
  std::uint64_t acknowledged = 0;
  std::uint64_t delivered = 0;  // one for each message and recipient, not counting the sender
  std::uint64_t expected = 0;
  std::uint64_t lost = 0;  // acknowledged, but missing at a recipient at the end
  std::uint64_t duplicated = 0;
  std::uint64_t out_of_order = 0;
  std::uint64_t unexpected = 0;  // received by a client that is no recipient, or never sent
  std::uint64_t refused = 0;     // answered with an error
  bool is_clean() const { return lost + duplicated + out_of_order + unexpected == 0; }
};

struct percentiles {
  std::uint64_t p50 = 0, p90 = 0, p99 = 0, p999 = 0, max = 0, count = 0;
};

// A point of a latency curve: this part of all deliveries took at most `us`.
struct curve_point {
  double quantile = 0;  // 0…1
  std::uint64_t us = 0;
};

struct latencies {
  percentiles ack;              // planned send → its acknowledgement
  percentiles deliver;          // planned send → each recipient
  percentiles ack_uncorrected;  // from the time it was actually sent
  percentiles deliver_uncorrected;
  std::vector<curve_point> deliver_curve;
};

struct wire_use {
  std::uint64_t requests = 0;
  std::uint64_t connections = 0;
  std::uint64_t app_bytes_sent = 0;  // as seen by the clients
  std::uint64_t app_bytes_received = 0;
  std::uint64_t segments = 0;  // both directions
  std::uint64_t retransmitted = 0;
  std::uint64_t wire_bytes = 0;       // application bytes + headers of each segment
  double wire_bytes_per_message = 0;  // per delivered message
  double wire_bytes_per_client_hour_idle = 0;
  std::string idle_from;  // "model" | "world" | "measured"
};

struct server_use {
  double cpu_s = 0;
  double cpu_us_per_delivery = 0;
  std::uint64_t rss_idle_bytes = 0;    // anonymous RSS before the first client
  std::uint64_t rss_parked_bytes = 0;  // with all clients parked, before the first message
  double rss_bytes_per_client = 0;
  std::uint64_t bytes_written = 0;
  double bytes_written_per_message = 0;
};

struct generator_use {
  double cpu_percent = 0;
  std::uint64_t slip_p99_us = 0;  // delay of sends behind the schedule
  bool valid = true;              // the slip is under 10 ms at p99
};

// One second of a run.
struct second {
  double t_s = 0;
  std::uint64_t attempted = 0, acknowledged = 0, delivered = 0, errors = 0;
  std::uint64_t deliver_p50_us = 0, deliver_p99_us = 0;
};

// The closed-form model's prediction for the same workload.
struct prediction {
  double requests = 0;
  double app_bytes = 0;
  double wire_bytes = 0;
  double wire_bytes_lan = 0;  // with a LAN's segments of 1,460 bytes
};

struct run {
  std::string transport;                  // "short" | "long" | "sse" | "websocket"
  std::optional<double> poll_interval_s;  // short polls only
  std::uint64_t clients = 0;
  double duration_s = 0;  // of the steady phase
  message_counts counts;
  latencies latency_us;
  wire_use wire;
  server_use server;
  generator_use generator;
  std::vector<second> seconds;
  std::optional<prediction> predicted;
  std::string first_case;  // the checker's first finding; may be empty
  bool was_cut = false;    // ended early, by Ctrl-C or by the end of the server
};

struct machine {
  std::string cpu;
  unsigned cores = 0;
  std::uint64_t memory_bytes = 0;
  std::string kernel;
  std::string system;           // "Debian GNU/Linux 12 (bookworm)"
  bool clock_is_synced = true;  // otherwise every event says so and is longer
};

// The requested workload: enough to repeat it.
struct workload {
  std::string command;  // the whole command line
  std::uint64_t clients = 0;
  double duration_s = 0;
  double rate_per_s = 0;  // messages a second, all clients together
  double wait_s = 100;
  std::size_t text_bytes = 0;  // of a message
  std::string groups;          // as given to --groups; empty: friends in pairs
  std::string url;             // empty: a server started for each run
};

struct report {
  std::string clock = "real";  // "real" | "virtual"
  std::uint64_t seed = 1;
  std::string commit;
  std::string made_at;  // RFC 3339
  sim::machine machine;
  sim::workload workload;
  std::vector<run> runs;
  std::string study;       // "" | "tutorial" | "headers"
  std::string trace_hash;  // of a simulated world
};

}  // namespace lingerd::sim
