#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/loop/loop.hpp"
#include "sim/client/accounts.hpp"
#include "sim/client/connector.hpp"
#include "sim/load/process_usage.hpp"

namespace lingerd::sim {

// Where a run takes place: a server process over real sockets (sim/load/process_target) or a
// simulated network (sim/world/run/virtual_target). Outlives the run, which uses it on one thread.
class load_target {
 public:
  virtual ~load_target() = default;

  virtual lingerd::loop& loop() = 0;
  virtual connector& connect() = 0;
  virtual wire_counts& counted() = 0;
  // The users of the run, each signed in. Moved out: call once.
  virtual std::vector<account> take_accounts() = 0;
  // The server's address for messages and for the Host field.
  virtual std::string url() const = 0;
  virtual std::string host() const = 0;
  // Salt of the message tags, so that one server can serve the same run twice.
  virtual std::uint64_t salt() = 0;

  // Runs the loop until stop(); returns early if it cannot go on.
  virtual void run() = 0;
  virtual void stop() = 0;
  // Releases what the run's coroutines left behind. Called after they are destroyed.
  virtual void clear() = 0;

  // The server was started for this run and has no other users.
  virtual bool is_ours() const = 0;
  // REQUIRES, for all below: is_ours(). Usage so far; zeroes if it is not measured.
  virtual process_usage server_usage() = 0;
  // False once it has ended by itself; how_it_ended() then has a description.
  virtual bool is_server_there() = 0;
  virtual std::string how_it_ended() const = 0;
};

}  // namespace lingerd::sim
