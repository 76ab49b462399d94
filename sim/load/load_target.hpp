#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/loop/loop.hpp"
#include "sim/client/connector.hpp"
#include "sim/client/accounts.hpp"
#include "sim/load/process_usage.hpp"

namespace lingerd::sim {

// Where a run takes place: real sockets against a server process (sim/real_stage), or a virtual
// world (sim/world/world_stage). The run itself is the same on both.
class stage {
 public:
  virtual ~stage() = default;

  virtual loop& on() = 0;
  virtual dialler& dial() = 0;
  virtual wire_counts& counted() = 0;
  // The users of the run, each signed in; given away.
  virtual std::vector<account> take_people() = 0;
  // The server as a person names it, and as the Host field does.
  virtual std::string url() const = 0;
  virtual std::string host() const = 0;
  // What a run's messages are marked with: the same run may come twice to one server.
  virtual std::uint64_t salt() = 0;

  // Runs until stop(); returns early where it cannot go on.
  virtual void run() = 0;
  virtual void stop() = 0;
  // The run's coroutines are gone: what they left is given back.
  virtual void clear() = 0;

  // The server was started for this run, and nobody else writes there.
  virtual bool is_ours() const = 0;
  // REQUIRES, for all below: is_ours(). What it has used so far; zeroes where nobody measures that.
  virtual process_use server_use() = 0;
  // False once it has ended by itself; how_it_ended() then says how, in words.
  virtual bool is_server_there() = 0;
  virtual std::string how_it_ended() const = 0;
};

}  // namespace lingerd::sim
