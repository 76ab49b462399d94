#pragma once

#include <cstdint>
#include <span>

#include "core/base/entropy.hpp"

namespace lingerd {

// Random numbers from a seed: SplitMix64, the same on every machine. Not for secrets.
class seeded_entropy final : public entropy {
 public:
  explicit seeded_entropy(std::uint64_t seed) : state_(seed) {}
  void fill(std::span<unsigned char> bytes) override {
    for (unsigned char& b : bytes) b = static_cast<unsigned char>(next() >> 56);
  }
  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
  }
  // 0 ≤ result < n
  std::uint64_t below(std::uint64_t n) { return next() % n; }

 private:
  std::uint64_t state_;
};

}  // namespace lingerd
