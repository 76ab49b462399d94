#include "core/loop/wall_clock.hpp"

#include <chrono>

#include "core/base/coverage.hpp"

namespace lingerd {
namespace {

using namespace std::chrono_literals;

constexpr wall_ms leap_believed = 24 * 60 * 60 * 1000;  // a day, in milliseconds
constexpr instant ask_kernel_every = 10s;               // it is a system call

}  // namespace

wall_clock::reading wall_clock::read() {
  const instant now = source_.now();
  if (!started_ || now - asked_at_ >= ask_kernel_every) {
    synced_ = source_.wall_is_synced();
    asked_at_ = now;
  }
  wall_ms wall = source_.wall();
  if (started_ && !synced_) {
    const wall_ms expected =
        last_ + std::chrono::duration_cast<std::chrono::milliseconds>(now - last_at_).count();
    const wall_ms leap = wall > expected ? wall - expected : expected - wall;
    if (leap > leap_believed) {
      rare::took(rare::branch::clock_leap_refused);
      wall = expected;
    }
  }
  started_ = true;
  last_ = wall;
  last_at_ = now;
  return {wall, synced_};
}

}  // namespace lingerd
