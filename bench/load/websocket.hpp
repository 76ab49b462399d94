#pragma once

#include <string>
#include <string_view>

namespace load {

// The part of RFC 6455 that a client needs which only listens: takes complete frames off `rest` and
// returns the pongs for the pings among them. Frames here are far below 126 bytes; a longer one
// throws std::runtime_error.
std::string take_frames(std::string_view& rest);

}  // namespace load
