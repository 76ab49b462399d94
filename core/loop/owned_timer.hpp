#pragma once

#include "core/loop/timer_wheel.hpp"

namespace lingerd {

// A timer that is a member of its owner and calls one of its functions:
//
//   owned_timer<presence, &presence::gather> timer_{*this};
//
// As large as a timer and a reference. On the loop's thread; leaves the queue when destroyed.
template <class Owner, void (Owner::*on_time)()>
class owned_timer final : public timer {
 public:
  explicit owned_timer(Owner& owner) : timer(&owned_timer::fire), owner_(owner) {}

 private:
  static void fire(timer& fired) { (static_cast<owned_timer&>(fired).owner_.*on_time)(); }

  Owner& owner_;
};

}  // namespace lingerd
