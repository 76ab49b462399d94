#pragma once

#include <chrono>

#include "core/loop/clock.hpp"

namespace lingerd {

// The wall clock, with implausible steps removed. Machines without a battery clock start with an
// arbitrary wall clock until a time service sets it, and one bad step must not pin timestamps to
// the far future. Until the clock is synced, a leap of more than a day against the monotonic clock
// is ignored. Owned by the chat; on the loop's thread.
//
// Where no time service ever answers (a ship), an administrator may accept the clock as it is set.
// The acceptance is kept in memory alone: a restart may follow a power cut, after which the clock
// of such a machine is wrong again.
class wall_clock {
 public:
  explicit wall_clock(clock& source) : source_(source) {}

  // A trusted clock may leap, too, for seconds: a time service corrects its own mistake. What
  // cannot be taken back is judged only once the clock has gone on for this long without a leap of
  // more than a day, since the first reading at least.
  static constexpr instant steady_time = std::chrono::minutes(10);

  struct reading {
    wall_ms now = 0;
    bool synced = false;    // a time service answers, or a person has accepted the clock
    bool in_leap = false;   // a leap of a trusted clock is less than steady_time ago
    bool steady = false;    // synced, and without a leap for steady_time
    bool accepted = false;  // synced by a person alone
  };
  reading read();

  // Takes the time that the kernel shows now and trusts it, until a time service answers.
  void accept();

 private:
  clock& source_;
  bool started_ = false;
  wall_ms last_ = 0;
  instant last_at_{};
  bool synced_ = false;
  bool accepted_ = false;
  bool is_leap_accepted_ = false;  // the next reading may leap: accept() was called
  bool has_leapt_ = false;
  instant asked_at_{};
  instant steady_since_{};
};

}  // namespace lingerd
