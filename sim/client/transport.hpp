#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace lingerd::sim {

enum class transport : std::uint8_t { short_poll, long_poll, sse, websocket };
inline constexpr transport all_transports[] = {transport::short_poll, transport::long_poll,
                                               transport::sse, transport::websocket};

std::string_view name_of(transport t);  // "short" | "long" | "sse" | "websocket"
std::optional<transport> transport_named(std::string_view name);

// A transport with its parameters, as one run measures it.
struct listening_mode {
  sim::transport transport = sim::transport::long_poll;
  std::chrono::milliseconds poll_interval{3000};  // short polls only
};

}  // namespace lingerd::sim
