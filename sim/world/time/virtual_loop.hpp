#pragma once

#include <cstdint>

#include "core/loop/clock.hpp"
#include "core/loop/loop.hpp"

namespace lingerd {

// The clock of a virtual world. Only the loop moves it.
class virtual_clock final : public clock {
 public:
  instant now() override { return now_; }
  wall_ms wall() override {
    return wall_at_start_ + std::chrono::duration_cast<std::chrono::milliseconds>(now_).count();
  }
  bool wall_is_synced() override { return is_synced_; }
  void move_to(instant t) { now_ = t; }

  // Faults of the wall clock: it is set, or its synchronisation begins or ends.
  void step_wall(wall_ms step) { wall_at_start_ += step; }
  void set_synced(bool is_synced) { is_synced_ = is_synced; }

 private:
  instant now_{};
  wall_ms wall_at_start_ = 1'790'000'000'000;  // a day in 2026; arbitrary
  bool is_synced_ = true;
};

// The loop of a virtual world: runs everything that is ready, then moves time to the next deadline.
// No system call, no real time, one thread. `clock` outlives it.
class virtual_loop final : public loop {
 public:
  explicit virtual_loop(virtual_clock& clock) : loop(clock), clock_(clock) {}

  // Runs everything that is due up to `end`; then it is `end`. Returns early where is_stuck().
  void run_until(instant end);
  // Deadlines that are already due are set without end.
  bool is_stuck() const { return simultaneous_ > simultaneous_max_; }

 private:
  static constexpr std::uint64_t simultaneous_max_ = 1'000'000;

  void on_deferred() override {}
  void on_earlier_deadline(instant) override {}

  virtual_clock& clock_;
  std::uint64_t simultaneous_ = 0;  // deadlines at one moment of time
};

}  // namespace lingerd
