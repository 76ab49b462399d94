#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "core/loop/clock.hpp"

namespace lingerd::sim {

// The state of a network. Probabilities are parts per million; 0: never. Each is drawn for each
// segment that carries bytes, except those marked "per connection", which are drawn on connecting.
struct wire_conditions {
  instant latency{std::chrono::microseconds(200)};  // one way
  instant jitter{};                                 // at most this much more, for each segment
  std::uint64_t bytes_per_s = 0;      // of each direction of a connection; 0: unlimited
  std::size_t window = 64 * 1024;     // bytes in flight or unread in one direction
  std::size_t segment_bytes = 65471;  // the largest segment: loopback's

  std::uint32_t cut = 0;   // a write is cut into pieces of random lengths
  std::uint32_t tail = 0;  // a delay from the tail: at most tail_max more
  instant tail_max{};
  std::uint32_t loss = 0;   // the segment is lost, and sent again after 200 ms, 400 ms, 800 ms …;
                            // the fifth loss resets the connection
  std::uint32_t stall = 0;  // this direction stands still for at most stall_max
  instant stall_max{};
  std::uint32_t reset = 0;      // instead of arriving, the segment resets both ends
  std::uint32_t half_open = 0;  // from here on nothing arrives in either direction; an end notices
                                // only after it has sent something
  instant give_up{std::chrono::seconds(60)};    // and nothing was acknowledged for this long
  std::uint32_t refused = 0;                    // per connection: connecting is refused
  std::uint32_t slow = 0;                       // per connection: the client reads at most
  std::uint64_t slow_bytes_per_s = 0;           // this many bytes a second
  std::uint32_t idle_cut = 0;                   // per connection: a proxy resets both ends after
  instant idle_time{std::chrono::seconds(30)};  // this long without a byte in either direction
  std::uint32_t buffered = 0;       // per connection: a proxy holds the server's bytes until it has
  std::size_t buffer_bytes = 4096;  // this many, or this much time has passed since the
  instant buffer_time{std::chrono::seconds(2)};  // first of them
};

// How often each of these happened: `cut`, `tail`, `loss`, … as above.
struct network_counts {
  std::uint64_t cut = 0, tail = 0, loss = 0, loss_reset = 0, stall = 0, reset = 0, half_open = 0,
                refused = 0, slow = 0, idle_cut = 0, buffered = 0;
  std::uint64_t blocked = 0;  // writes that found the window full
  std::uint64_t gave_up = 0;  // ends whose bytes were not acknowledged for `give_up`
  std::uint64_t connections = 0;
};

}  // namespace lingerd::sim
