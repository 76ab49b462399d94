#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/state/change.hpp"
#include "sim/client/seeded_entropy.hpp"
#include "sim/load/load_target.hpp"
#include "sim/world/disk/disk.hpp"
#include "sim/world/net/network.hpp"
#include "sim/world/server/world_server.hpp"

namespace lingerd::sim {

// A virtual world as the target of a load: no faults, the store in memory. A wire takes 50 µs one
// way, a commit 1 ms; processor time is not simulated. Owns its server; one load each.
class virtual_target final : public load_target {
 public:
  // Makes the accounts before it returns. Without a synchronised wall clock each message carries
  // "clock":"unsynced". Throws std::runtime_error where an account is refused.
  virtual_target(std::uint64_t seed, std::size_t clients, const group_shape& groups,
                 bool clock_is_synced);
  ~virtual_target() override;

  lingerd::loop& loop() override { return loop_; }
  connector& connect() override { return *connector_; }
  wire_counts& counted() override { return counted_; }
  std::vector<account> take_accounts() override { return std::move(accounts_); }
  std::string url() const override { return "the virtual world"; }
  // As long as a real host and port, so that bytes are comparable.
  std::string host() const override { return "127.0.0.1:40000"; }
  std::uint64_t salt() override { return seed_; }
  void run() override;
  void stop() override { is_stopped_ = true; }
  void clear() override {}
  bool is_ours() const override { return true; }
  process_usage server_usage() override { return {}; }
  bool is_server_there() override { return server_.is_up(); }
  std::string how_it_ended() const override { return "it ended itself"; }

  std::uint64_t trace_hash() const { return network_.trace_hash(); }
  // Arrivals on wires, other deadlines, resumed coroutines.
  std::uint64_t events() const { return loop_.ran(); }
  instant duration() const { return duration_; }

 private:
  task<void> make_accounts(std::size_t clients, group_shape groups);
  task<void> make_users(std::size_t clients);
  task<void> make_sessions();
  task<void> make_pairs();
  void gather_groups(const group_shape& groups);
  task<std::vector<std::uint32_t>> commit_gathered();

  const std::uint64_t seed_;
  limits bounds_;
  virtual_clock clock_;
  virtual_loop loop_{clock_};
  seeded_entropy entropy_;
  wire_counts counted_;
  network network_;
  std::unique_ptr<world_disk> disk_;
  world_server server_;
  std::unique_ptr<connector> connector_;
  std::vector<change> gathered_;  // changes of the set-up that are committed together
  std::vector<account> accounts_;
  bool is_set_up_ = false;
  instant duration_{};
  bool is_stopped_ = false;
};

}  // namespace lingerd::sim
