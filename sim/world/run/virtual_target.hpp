#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sim/client/seeded_entropy.hpp"
#include "sim/load/load_target.hpp"
#include "sim/world/disk/disk.hpp"
#include "sim/world/net/network.hpp"
#include "sim/world/server/world_server.hpp"

namespace lingerd::sim {

// A virtual world as calm as loopback, for large runs: nothing goes wrong, the store is in memory.
// A wire takes 50 µs one way, a commit 1 ms; what runs on a processor takes no time at all.
class virtual_target final : public load_target {
 public:
  // Makes the users, as `linger import` would for a load (sim/people). Where the wall clock is not
  // synced, each message says so, as on a board.
  virtual_target(std::uint64_t seed, std::size_t clients, const group_shape& groups,
                 bool clock_is_synced);
  ~virtual_target() override;

  lingerd::loop& loop() override { return loop_; }
  connector& connect() override { return *connector_; }
  wire_counts& counted() override { return counted_; }
  std::vector<account> take_accounts() override { return std::move(accounts_); }
  std::string url() const override { return "the virtual world"; }
  // As long as a real one: bytes are to compare.
  std::string host() const override { return "127.0.0.1:40000"; }
  std::uint64_t salt() override { return seed_; }
  void run() override;
  void stop() override { is_stopped_ = true; }
  void clear() override {}
  bool is_ours() const override { return true; }
  process_usage server_usage() override { return {}; }
  bool is_server_there() override { return server_.is_up(); }
  std::string how_it_ended() const override { return "it gave up"; }

  std::uint64_t trace_hash() const { return wires_.trace_hash(); }
  // What the loop ran: arrivals on wires, other deadlines, coroutines that went on.
  std::uint64_t events() const { return loop_.ran(); }
  instant lasted() const { return clock_time_; }

 private:
  task<void> make_people(std::size_t clients, group_shape groups);

  const std::uint64_t seed_;
  limits bounds_;
  virtual_clock clock_;
  virtual_loop loop_{clock_};
  seeded_entropy entropy_;
  wire_counts counted_;
  network wires_;
  std::unique_ptr<world_disk> disk_;
  world_server server_;
  std::unique_ptr<connector> connector_;
  std::vector<account> accounts_;
  instant clock_time_{};
  bool is_stopped_ = false;
};

}  // namespace lingerd::sim
