#pragma once

#include <cstdint>
#include <span>

namespace lingerd {

// The source of randomness: libsodium in the server, the seed in a virtual world.
class entropy {
 public:
  virtual ~entropy() = default;
  virtual void fill(std::span<unsigned char> bytes) = 0;

  std::uint64_t number() {
    unsigned char b[8];
    fill(b);
    std::uint64_t n = 0;
    for (unsigned char c : b) n = n << 8 | c;
    return n;
  }
};

}  // namespace lingerd
