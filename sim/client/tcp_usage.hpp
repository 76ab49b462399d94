#pragma once

#include <cstdint>

namespace lingerd::sim {

// What a connection, or many, cost on the wire.
struct tcp_use {
  std::uint64_t segments = 0;       // both directions, the handshake and the ends included
  std::uint64_t retransmitted = 0;  // segments, our own
  std::uint64_t head_bytes = 0;     // of all segments: IP, TCP and its options
  std::uint64_t again_bytes = 0;    // application bytes that went out more than once

  void add(const tcp_use& other) {
    segments += other.segments;
    retransmitted += other.retransmitted;
    head_bytes += other.head_bytes;
    again_bytes += other.again_bytes;
  }
};

// What the kernel says of a TCP socket that is about to be closed, with the segments that its close
// still brings. Zeroes where it is no TCP socket or never was connected.
tcp_use read_tcp_use(int socket);

}  // namespace lingerd::sim
