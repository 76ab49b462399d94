#include "bench/micro/allocations.hpp"

#include <atomic>
#include <cstdlib>
#include <new>

namespace {
std::atomic<std::uint64_t> blocks{0};
}  // namespace

std::uint64_t lingerd::bench::allocation_count() { return blocks.load(std::memory_order_relaxed); }

#ifndef __SANITIZE_ADDRESS__
void* operator new(std::size_t bytes) {
  blocks.fetch_add(1, std::memory_order_relaxed);
  if (void* const block = std::malloc(bytes == 0 ? 1 : bytes)) return block;
  throw std::bad_alloc();
}
void operator delete(void* block) noexcept { std::free(block); }
void operator delete(void* block, std::size_t) noexcept { std::free(block); }
#endif
