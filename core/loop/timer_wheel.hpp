#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/loop/clock.hpp"

namespace lingerd {

// The links of a waiting timer: `left` and `right` are its neighbours in a list, or its children in
// the tree.
struct timer_links {
  timer_links* parent = nullptr;
  timer_links* left = nullptr;
  timer_links* right = nullptr;
  enum container : std::uint8_t { unlinked, in_list, in_tree };
  std::uint64_t sequence : 61 = 0;  // order of setting
  std::uint64_t linked : 2 = unlinked;
  std::uint64_t is_red : 1 = 0;
};

// A deadline's place in the queue. A member of the object that waits, so that a parked client
// allocates nothing for its time-out; leaves the queue when destroyed. Loop thread only.
class timer : private timer_links {
 public:
  // Called once, on the loop, when the deadline has come; the timer is out of the queue by then.
  using callback = void (*)(timer&);
  explicit timer(callback on_time) : on_time_(on_time) {}
  ~timer() { cancel(); }
  timer(const timer&) = delete;
  timer& operator=(const timer&) = delete;

  bool is_set() const { return linked != unlinked; }
  void cancel() {
    if (is_set()) unlink();
  }

 private:
  friend class timer_wheel;
  void unlink();
  bool is_before(const timer& other) const {
    return deadline_ != other.deadline_ ? deadline_ < other.deadline_ : sequence < other.sequence;
  }

  instant deadline_{};
  callback on_time_;
};

// All deadlines, ordered by (deadline, order of setting): equal deadlines fire in the order they
// were set, on every machine.
//
// Most timers are holds and time-outs, which lie a minute or two ahead and are cancelled or moved
// before they expire. So a timer first waits in the list of its slot (268 ms), which it enters and
// leaves in constant time. Only when a slot's time comes near are its timers ordered, in a tree
// that therefore stays small:
//
//      │ tree: the next slot or so, in order │ slot │ slot │ … 512 of them, 137 s │ the tree again
//   ───┴─────────────────────────────────────┴──────┴──────┴──────────────────────┴─────────► time
//
// Invariants: (1) every slot that is not empty lies above base_ and below base_ + slot_count, so
// that a list holds one slot; (2) first_waiting_ is at or below the first of them; (3) timers in
// the tree may have any deadline: the earliest of all is known once the tree's first is before the
// first slot.
class timer_wheel {
 public:
  timer_wheel();
  ~timer_wheel();
  timer_wheel(const timer_wheel&) = delete;
  timer_wheel& operator=(const timer_wheel&) = delete;

  // Whether a deadline lies beyond the slots; move_on() may bring them there.
  bool is_beyond(instant deadline) const { return slot_of(deadline) >= base_ + slot_count; }
  // Moves the slots up to `now`, or as far as waiting timers allow. Without it, when nothing fires
  // for long, the slots lie in the past and every new timer goes into the tree.
  void move_on(instant now);
  // Sets `t` to fire at `deadline`, moving it if it was set.
  void set(timer& t, instant deadline);
  // The earliest deadline, if any.
  std::optional<instant> next();
  // Fires every timer due at `now`, and those that become due meanwhile. Returns how many.
  std::size_t fire(instant now);
  bool empty() { return earliest() == nullptr; }

 private:
  // A deadline without its lower bits.
  using slot = std::int64_t;
  static constexpr unsigned slot_bits = 28;  // of nanoseconds: 268 ms
  static constexpr slot slot_count = 512;
  static constexpr slot none = INT64_MAX;
  static slot slot_of(instant t) { return t.count() >> slot_bits; }
  static instant start_of(slot s) { return instant(s << slot_bits); }
  static std::size_t index_of(slot s) { return static_cast<std::size_t>(s % slot_count); }

  timer* earliest();
  void put_into_tree(timer& t);
  void pour_first_slot();
  slot waiting_from(slot s) const;

  timer_links tree_;                           // the header
  std::array<timer_links, slot_count> slots_;  // each the header of a ring
  // One bit a slot, set if it may hold a timer; a timer that leaves does not clear it.
  std::array<std::uint64_t, slot_count / 64> may_hold_{};
  slot base_ = 0;  // the slot of the last fire() or move_on()
  slot first_waiting_ = none;
  std::uint64_t sequence_ = 0;
};

}  // namespace lingerd
