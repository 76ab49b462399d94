#include "sim/world/net/wire_context.hpp"

#include <cstring>

namespace lingerd::sim {

instant wire_context::random_time(instant longest) {
  if (longest.count() <= 0) return {};
  return instant(
      static_cast<std::int64_t>(entropy.below(static_cast<std::uint64_t>(longest.count()) + 1)));
}

// Eight bytes at a time in the machine's byte order: hashes are comparable between machines of one
// byte order.
void wire_context::hash_arrival(std::uint32_t connection, std::uint64_t tag,
                                std::string_view bytes) {
  constexpr std::uint64_t prime = 0x9e3779b97f4a7c15u;
  std::uint64_t hash = trace_hash;
  const auto add = [&hash](std::uint64_t v) {
    hash = (hash ^ v) * prime;
    hash ^= hash >> 32;
  };
  add(static_cast<std::uint64_t>(loop.now().count()));
  add(std::uint64_t{connection} << 8 | tag);
  const char* p = bytes.data();
  std::size_t remaining = bytes.size();
  for (; remaining >= 8; remaining -= 8, p += 8) {
    std::uint64_t v = 0;
    std::memcpy(&v, p, 8);
    add(v);
  }
  std::uint64_t rest = remaining;
  std::memcpy(reinterpret_cast<char*>(&rest) + 1, p, remaining);
  add(rest);
  trace_hash = hash;
}

}  // namespace lingerd::sim
