#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "sim/world/net/network.hpp"

namespace lingerd::sim {

// Writes the wires of a world as a capture that Wireshark reads: the classic format with
// nanoseconds, bare IPv4 packets. The server is 10.0.0.1:80, a client 10.0.0.2 with a port of its
// own; segments longer than an IP packet are written as several. Records are in the order of their
// sending, and a lost segment is there once, as it left its sender.
class pcap_writer final : public wire_tap {
 public:
  // Throws std::runtime_error where the file cannot be made.
  explicit pcap_writer(const std::filesystem::path& file);

  void segment(const segment_seen& s) override;
  // Writes the file. Throws std::runtime_error where that fails.
  void finish();

 private:
  // A segment as it was seen, with bytes of its own.
  struct record {
    segment_seen seen;
    std::uint64_t order = 0;
    std::string bytes;
  };
  // One direction of a connection, while the file is made.
  struct direction {
    std::uint32_t next = 0;                                  // sequence number
    std::deque<std::pair<instant, std::uint32_t>> arriving;  // up to which number, when
    std::uint32_t arrived = 0;
  };
  struct connection {
    direction way[2];  // from the server, from the client
  };
  void write(std::string& out, const segment_seen& s, std::string_view bytes, std::uint8_t flags);

  const std::filesystem::path file_;
  std::unordered_map<std::uint32_t, connection> connections_;  // looked up, never walked
  std::vector<record> records_;
};

}  // namespace lingerd::sim
