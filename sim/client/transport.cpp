#include "sim/client/transport.hpp"

namespace lingerd::sim {

std::string_view name_of(transport t) {
  switch (t) {
    case transport::short_poll: return "short";
    case transport::long_poll: return "long";
    case transport::sse: return "sse";
    case transport::websocket: return "websocket";
  }
  return "long";
}

std::optional<transport> transport_named(std::string_view name) {
  for (const transport t : all_transports) {
    if (name_of(t) == name) return t;
  }
  return std::nullopt;
}

}  // namespace lingerd::sim
