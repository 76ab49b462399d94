#pragma once

#include <cstdint>
#include <string_view>

#include "core/loop/clock.hpp"

namespace lingerd::sim {

// One TCP segment of a virtual wire, as its sender puts it on the wire.
struct observed_segment {
  enum flag : std::uint8_t { syn = 1, ack = 2, push = 4, fin = 8, rst = 16 };
  instant sent_at{};
  instant arrives_at{};          // no meaning where `lost`
  std::uint32_t connection = 0;  // 1, 2, 3 … in the order of connecting
  bool from_client = false;
  bool lost = false;
  std::uint8_t flags = 0;
  std::string_view bytes;  // valid during the call
};

// Receives every segment of a network, in the order of sending. It must outlive the network, or be
// removed with network::set_tap(nullptr).
class wire_tap {
 public:
  virtual ~wire_tap() = default;
  virtual void segment(const observed_segment& s) = 0;
};

}  // namespace lingerd::sim
