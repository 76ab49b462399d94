#pragma once

#include <sodium.h>

#include "core/base/entropy.hpp"

namespace lingerd {

// The kernel's randomness, through libsodium.
class system_entropy final : public entropy {
 public:
  void fill(std::span<unsigned char> bytes) override {
    randombytes_buf(bytes.data(), bytes.size());
  }
};

}  // namespace lingerd
