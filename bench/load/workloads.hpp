#pragma once

#include "bench/load/options.hpp"

namespace load {

// Each function runs one workload against a listening server and prints its result line. Throws
// std::runtime_error if a connection fails, or the server does not respond as expected or in time.

// Publishers in a closed loop; each message goes to the next subscriber, which has a poll parked.
void deliver(const options& opts);

// One message to all subscribers; the next one when all have received it and poll again.
void fan_out(const options& opts);

// Only polls or streams, without a message. A poll that the server ends is sent again. Prints one
// line ("holding") when all of them are established, and one at the end with the count of
// responses.
void hold(const options& opts);

}  // namespace load
