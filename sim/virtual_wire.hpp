#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "core/loop.hpp"
#include "http/byte_stream.hpp"

namespace lingerd {

// What a world wants to know of its wires: every piece that arrives.
struct wire_watch {
  // Time of arrival, which end it arrives at (0: who connected, 1: who accepted), the bytes; empty
  // bytes are the end.
  std::function<void(instant, int, std::string_view)> arrived;
};

// Makes a connection: what one end writes arrives at the other after `latency`. At most
// `room` bytes are under way or unread in each direction; more does not fit for now.
std::pair<stream_ptr, stream_ptr> make_virtual_wire(loop& on, instant latency, std::size_t room,
                                                    wire_watch watch);

}  // namespace lingerd
