#pragma once

#include <cstdint>

namespace lingerd::sim {

// The cost of one or many connections on the wire.
struct tcp_usage {
  std::uint64_t segments = 0;       // both directions, including handshake and close
  std::uint64_t retransmitted = 0;  // segments sent by the client
  std::uint64_t head_bytes = 0;     // IP and TCP headers with options, of all segments
  std::uint64_t again_bytes = 0;    // application bytes sent more than once

  void add(const tcp_usage& other) {
    segments += other.segments;
    retransmitted += other.retransmitted;
    head_bytes += other.head_bytes;
    again_bytes += other.again_bytes;
  }
};

// Reads the kernel's figures of a TCP socket that is about to be closed, and adds the segments that
// the close will take. Zeroes for a socket that is not TCP or was never connected.
tcp_usage read_tcp_usage(int socket);

}  // namespace lingerd::sim
