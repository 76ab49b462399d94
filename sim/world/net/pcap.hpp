#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "sim/world/net/wire_tap.hpp"

namespace lingerd::sim {

// Writes the segments of a network as a capture for Wireshark: the classic pcap format with
// nanoseconds, bare IPv4 packets. The server is 10.0.0.1:80, every client 10.0.0.2 with a port of
// its own. A segment longer than an IP packet becomes several packets. Records are in the order of
// sending; a lost segment appears once, as it left its sender. Everything is kept in memory until
// finish().
class pcap_writer final : public wire_tap {
 public:
  // Throws std::runtime_error where the file cannot be created.
  explicit pcap_writer(const std::filesystem::path& file);

  void segment(const observed_segment& s) override;
  // Writes the file. Throws std::runtime_error where that fails.
  void finish();

 private:
  // A segment with a copy of its bytes.
  struct record {
    observed_segment header;  // without its bytes
    std::uint64_t order = 0;
    std::string bytes;
  };
  // One direction of a connection, while the file is written.
  struct direction {
    std::uint32_t next_sequence = 0;
    std::deque<std::pair<instant, std::uint32_t>> in_flight;  // arrival, next sequence number
    std::uint32_t arrived = 0;                                // sequence number to acknowledge
  };
  struct connection {
    direction directions[2];  // from the server, the client
  };
  void write(std::string& out, const observed_segment& s, std::string_view bytes,
             std::uint8_t flags);

  const std::filesystem::path file_;
  std::unordered_map<std::uint32_t, connection> connections_;  // looked up, never iterated
  std::vector<record> records_;
};

}  // namespace lingerd::sim
