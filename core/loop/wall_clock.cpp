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
    if (synced_) accepted_ = false;
  }
  wall_ms wall = source_.wall();
  if (!started_) steady_since_ = now;
  if (started_) {
    const wall_ms expected =
        last_ + std::chrono::duration_cast<std::chrono::milliseconds>(now - last_at_).count();
    const wall_ms leap = wall > expected ? wall - expected : expected - wall;
    if (leap > leap_believed) {
      if (synced_ || is_leap_accepted_) {
        has_leapt_ = true;
        steady_since_ = now;
      } else {
        coverage::hit(coverage::branch::clock_leap_refused);
        wall = expected;
      }
    }
  }
  is_leap_accepted_ = false;
  started_ = true;
  last_ = wall;
  last_at_ = now;
  reading r;
  r.now = wall;
  r.synced = synced_ || accepted_;
  r.accepted = accepted_;
  const bool is_quiet = now - steady_since_ >= steady_time;
  r.in_leap = has_leapt_ && !is_quiet;
  r.steady = r.synced && is_quiet;
  return r;
}

void wall_clock::accept() {
  is_leap_accepted_ = true;
  accepted_ = true;
  asked_at_ = source_.now() - ask_kernel_every;  // a service that answers by now goes before
  read();
}

}  // namespace lingerd
