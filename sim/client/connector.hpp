#pragma once

#include <cstdint>
#include <string>

#include "core/loop/task.hpp"
#include "http/net/byte_stream.hpp"
#include "sim/client/tcp_usage.hpp"

namespace lingerd::sim {

// All that the clients of a run did on their connections.
struct wire_counts {
  std::uint64_t requests = 0;
  std::uint64_t connections = 0;
  std::uint64_t bytes_sent = 0;
  std::uint64_t bytes_received = 0;
  tcp_use tcp;  // of connections that are closed
};

// Where connections come from: real sockets, or a world's wires.
class dialler {
 public:
  virtual ~dialler() = default;
  // A new connection; null where it is refused, or where w's deadline comes before, or
  // wake::closing: then why() says it. The stream counts what it moves.
  virtual task<stream_ptr> dial(waiter& w) = 0;
  const std::string& why() const { return why_; }

 protected:
  std::string why_;
};

}  // namespace lingerd::sim
