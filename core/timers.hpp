#pragma once

#include <boost/intrusive/set.hpp>
#include <cstdint>
#include <optional>

#include "core/clock.hpp"

namespace lingerd {

// A deadline's place in the queue. It lives in whoever waits (a parked client allocates nothing for
// its time-out) and leaves the queue when destroyed.
class timer : public boost::intrusive::set_base_hook<
                  boost::intrusive::optimize_size<true>,
                  boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  // Called once, on the loop, when the deadline has come; the timer is out of the queue by then.
  using callback = void (*)(timer&);
  explicit timer(callback on_time) : on_time_(on_time) {}
  timer(const timer&) = delete;
  timer& operator=(const timer&) = delete;

  bool is_set() const { return is_linked(); }
  void cancel() {
    if (is_linked()) unlink();
  }

  friend bool operator<(const timer& a, const timer& b) {
    return a.deadline_ != b.deadline_ ? a.deadline_ < b.deadline_ : a.sequence_ < b.sequence_;
  }

 private:
  friend class timers;
  instant deadline_{};
  std::uint64_t sequence_ = 0;
  callback on_time_;
};

// All deadlines, ordered by (deadline, order of setting): equal deadlines fire in the order they
// were set, on every machine.
class timers {
 public:
  timers() = default;
  timers(const timers&) = delete;
  timers& operator=(const timers&) = delete;

  // Sets `t` to fire at `deadline`, moving it if it was set.
  void set(timer& t, instant deadline);
  // The earliest deadline, if any.
  std::optional<instant> next() const;
  // Fires every timer due at `now`, and those that become due meanwhile. Returns how many.
  std::size_t fire(instant now);
  bool empty() const { return queue_.empty(); }

 private:
  using queue = boost::intrusive::set<timer, boost::intrusive::constant_time_size<false>>;
  queue queue_;
  std::uint64_t sequence_ = 0;
};

}  // namespace lingerd
