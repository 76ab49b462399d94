#pragma once

#include <cstdint>

#include "core/loop/clock.hpp"
#include "core/loop/loop.hpp"

namespace lingerd {

// Time in a virtual world: it moves when the world moves it.
class virtual_clock final : public clock {
 public:
  instant now() override { return now_; }
  wall_ms wall() override {
    return wall_at_start_ + std::chrono::duration_cast<std::chrono::milliseconds>(now_).count();
  }
  bool wall_is_synced() override { return synced_; }
  void move_to(instant t) { now_ = t; }

  // The wall clock alone: somebody sets it, or the kernel begins or ceases to trust it.
  void step_wall(wall_ms by) { wall_at_start_ += by; }
  void set_synced(bool synced) { synced_ = synced; }

 private:
  instant now_{};
  wall_ms wall_at_start_ = 1'790'000'000'000;  // an autumn day in 2026; any day will do
  bool synced_ = true;
};

// The loop of a virtual world: everything that is ready runs, then time jumps to the next deadline.
// No system call, no real time, one thread.
class virtual_loop final : public loop {
 public:
  explicit virtual_loop(virtual_clock& time) : loop(time), clock_(time) {}

  // Runs everything up to `end`, and stands at `end` afterwards.
  void run_until(instant end);
  // Somebody sets deadlines that have come already, for ever: run_until() returned before its end.
  bool is_stuck() const { return at_once_ > at_once_max_; }

 private:
  static constexpr std::uint64_t at_once_max_ = 1'000'000;

  void on_deferred() override {}
  void on_earlier_deadline(instant) override {}

  virtual_clock& clock_;
  std::uint64_t at_once_ = 0;  // deadlines that came at one moment
};

}  // namespace lingerd
