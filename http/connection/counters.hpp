#pragma once

#include <cstddef>
#include <cstdint>

namespace lingerd {

// Counts since the start of the server, and current gauges (the last two), for the metrics.
struct counters {
  std::uint64_t connections = 0;
  std::uint64_t requests = 0;
  std::uint64_t messages = 0;
  std::uint64_t polls_held = 0;
  std::uint64_t events_answers = 0;
  std::size_t open_connections = 0;
  std::size_t held_now = 0;  // polls and streams
};

}  // namespace lingerd
