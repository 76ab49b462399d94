#pragma once

#include <boost/intrusive/list.hpp>
#include <cstdint>

#include "core/loop/clock.hpp"
#include "core/loop/timer_wheel.hpp"

namespace lingerd {

// A callback to run on the loop. A member of its owner; leaves the queue when destroyed.
class ready_node : public boost::intrusive::list_base_hook<
                       boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  using callback = void (*)(ready_node&);
  explicit ready_node(callback run) : run_(run) {}
  ready_node(const ready_node&) = delete;
  ready_node& operator=(const ready_node&) = delete;

 private:
  friend class loop;
  callback run_;
};

// Runs every coroutine and timer on one thread: ready nodes in order, then deferred ones, and
// timers at their deadlines.
//
// A driver (Asio in the server, the virtual world in the simulator) calls run_ready() after each
// external event, end_turn() when it has no further event pending, and fire_timers() at the
// deadline that it was last given.
//
// Invariants: (1) nodes run in the order in which they were made ready; (2) nothing runs inside
// make_ready(); (3) deferred nodes run after all ready ones, so that one wake-up of the storage
// thread serves a whole turn.
class loop {
 public:
  explicit loop(clock& time) : clock_(time) {}
  virtual ~loop() = default;
  loop(const loop&) = delete;
  loop& operator=(const loop&) = delete;

  clock& time() { return clock_; }
  instant now() { return clock_.now(); }

  void make_ready(ready_node& n) {
    if (!n.is_linked()) ready_.push_back(n);
  }
  void defer(ready_node& n);
  void set_timer(timer& t, instant deadline);

  // For the driver.
  void run_ready();
  void end_turn();
  void fire_timers();
  std::optional<instant> next_deadline();
  bool is_idle() const { return ready_.empty() && deferred_.empty(); }
  // How many nodes and timers have run so far.
  std::uint64_t ran() const { return ran_; }

 protected:
  // The driver is to call end_turn() soon.
  virtual void on_deferred() = 0;
  // `deadline` is earlier than all that the driver was given since its last next_deadline().
  virtual void on_earlier_deadline(instant deadline) = 0;

 private:
  using queue = boost::intrusive::list<ready_node, boost::intrusive::constant_time_size<false>>;
  void run_all(queue& q);

  clock& clock_;
  timer_wheel timers_;
  instant announced_ = instant::max();  // the earliest deadline that the driver knows
  queue ready_;
  queue deferred_;
  std::uint64_t ran_ = 0;
};

}  // namespace lingerd
