#pragma once

#include <chrono>
#include <string>
#include <string_view>

// Numbers with a unit, as given on a command line.
namespace lingerd::sim {

// "250ms", "30s", "5min" or "5m", "1h", "1.5s". Throws std::invalid_argument with a readable
// sentence.
std::chrono::nanoseconds duration_of(std::string_view text);

// A rate per second: "200/s", "200", "12/min", "3600/h". Throws std::invalid_argument with a
// readable sentence.
double rate_of(std::string_view text);

}  // namespace lingerd::sim
