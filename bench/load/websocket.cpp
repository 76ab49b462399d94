#include "bench/load/websocket.hpp"

#include <stdexcept>

namespace load {

std::string pongs_for(std::string_view& left) {
  std::string out;
  while (left.size() >= 2) {
    const auto size = static_cast<unsigned char>(left[1]);
    if (size > 125) throw std::runtime_error("a frame is longer than a ping's");
    if (left.size() < 2u + size) break;
    constexpr char fin_ping = static_cast<char>(0x89), fin_pong = static_cast<char>(0x8a);
    if (left[0] == fin_ping) {
      out += fin_pong;
      out += static_cast<char>(0x80 | size);
      out.append(4, '\0');  // a mask of zeros leaves the bytes as they are
      out += left.substr(2, size);
    }
    left.remove_prefix(2u + size);
  }
  return out;
}

}  // namespace load
