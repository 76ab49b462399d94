#pragma once

#include <cstdint>
#include <string>

#include "core/loop/task.hpp"
#include "http/net/byte_stream.hpp"
#include "sim/client/tcp_usage.hpp"

namespace lingerd::sim {

// Totals of a run's connections.
struct wire_counts {
  std::uint64_t requests = 0;
  std::uint64_t connections = 0;
  std::uint64_t bytes_sent = 0;
  std::uint64_t bytes_received = 0;
  tcp_usage tcp;  // of closed connections
};

// Opens connections: real sockets or the wires of a simulated network.
class connector {
 public:
  virtual ~connector() = default;
  // Returns a new connection, or null if it is refused or if w's deadline or wake::closing comes
  // first; why() then has the reason. The stream counts its bytes.
  virtual task<stream_ptr> connect(waiter& w) = 0;
  const std::string& why() const { return why_; }

 protected:
  std::string why_;
};

}  // namespace lingerd::sim
