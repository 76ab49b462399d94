#include "bench/load/websocket.hpp"

#include <stdexcept>

namespace load {

std::string take_frames(std::string_view& rest) {
  constexpr char fin_ping = static_cast<char>(0x89), fin_pong = static_cast<char>(0x8a);
  std::string pongs;
  while (rest.size() >= 2) {
    const auto size = static_cast<unsigned char>(rest[1]);
    if (size > 125) throw std::runtime_error("a WebSocket frame is longer than 125 bytes");
    if (rest.size() < 2u + size) break;
    if (rest[0] == fin_ping) {
      pongs += fin_pong;
      pongs += static_cast<char>(0x80 | size);
      pongs.append(4, '\0');  // a mask of zeros leaves the bytes as they are
      pongs += rest.substr(2, size);
    }
    rest.remove_prefix(2u + size);
  }
  return pongs;
}

}  // namespace load
