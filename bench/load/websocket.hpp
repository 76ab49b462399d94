#pragma once

#include <string>
#include <string_view>

namespace load {

// Just enough of RFC 6455 for a client that only listens: takes whole frames off `left`, and
// returns the pongs for the pings among them. Frames here are far below 126 bytes; a longer one
// throws std::runtime_error.
std::string pongs_for(std::string_view& left);

}  // namespace load
