#pragma once

#include <coroutine>
#include <cstdint>

#include "core/loop/loop.hpp"
#include "core/loop/owned_timer.hpp"

namespace lingerd {

// Why a waiting coroutine is woken. A set of reasons is a level, not a queue: a reason signalled
// while nothing waits stays set until it is cleared, also while nothing waits, so no wake-up is
// lost between a wake and a cancel.
enum class wake : std::uint8_t {
  readable = 1,     // the socket has bytes, or its end was reached
  writable = 2,     // the socket takes bytes again
  news = 4,         // the user's channel has an event
  timeout = 8,      // the deadline has passed
  done = 16,        // the submitted work is done
  signed_out = 32,  // the session ended
  crowded = 64,     // the session holds too many streams; this is its oldest
  closing = 128,    // the server is going down
};

using wake_set = std::uint8_t;
constexpr wake_set operator|(wake a, wake b) {
  return static_cast<wake_set>(static_cast<wake_set>(a) | static_cast<wake_set>(b));
}
constexpr wake_set operator|(wake_set a, wake b) {
  return static_cast<wake_set>(a | static_cast<wake_set>(b));
}
constexpr bool has(wake_set set, wake w) { return (set & static_cast<wake_set>(w)) != 0; }

// Lets one coroutine sleep until it is signalled. A local of that coroutine's frame; objects that
// signal it hold a reference only while it is registered with them. Loop thread only.
//
//   waiter.wait(wake::news | wake::timeout)   co_await it: returns at once if a reason is there
//   waiter.signal(wake::news)                 wakes it
class waiter : private ready_node {
 public:
  explicit waiter(lingerd::loop& loop) : ready_node(&resume), loop_(loop), deadline_(*this) {}
  waiter(const waiter&) = delete;
  waiter& operator=(const waiter&) = delete;

  class awaiter {
   public:
    awaiter(waiter& w, wake_set mask) : waiter_(w), mask_(mask) {}
    bool await_ready() const noexcept { return (waiter_.reasons_ & mask_) != 0; }
    void await_suspend(std::coroutine_handle<> h) noexcept {
      waiter_.mask_ = mask_;
      waiter_.sleeper_ = h;
    }
    // All reasons set, including those not waited for; they stay set until cleared.
    wake_set await_resume() const noexcept { return waiter_.reasons_; }

   private:
    waiter& waiter_;
    wake_set mask_;
  };

  awaiter wait(wake_set mask) { return {*this, mask}; }
  awaiter wait(wake reason) { return {*this, static_cast<wake_set>(reason)}; }

  // Records the reason and, if the coroutine sleeps for it, makes it ready to run.
  void signal(wake reason) {
    reasons_ = reasons_ | reason;
    if (has(mask_, reason) && sleeper_) {
      mask_ = 0;
      loop_.make_ready(*this);
    }
  }

  wake_set reasons() const { return reasons_; }
  void clear(wake reason) { reasons_ &= static_cast<wake_set>(~static_cast<wake_set>(reason)); }

  // Signals wake::timeout at `deadline`; replaces an earlier one.
  void set_deadline(instant deadline) {
    clear(wake::timeout);
    loop_.set_timer(deadline_, deadline);
  }
  void clear_deadline() {
    deadline_.cancel();
    clear(wake::timeout);
  }

  lingerd::loop& loop() { return loop_; }

 private:
  static void resume(ready_node& n) {
    waiter& w = static_cast<waiter&>(n);
    std::coroutine_handle<> h = w.sleeper_;
    w.sleeper_ = nullptr;
    h.resume();
  }
  void on_deadline() { signal(wake::timeout); }

  lingerd::loop& loop_;
  std::coroutine_handle<> sleeper_;
  owned_timer<waiter, &waiter::on_deadline> deadline_;
  wake_set mask_ = 0;
  wake_set reasons_ = 0;
};

// co_await it to let other coroutines run: resumes after everything that is ready, and after the
// events that the driver has pending.
class next_turn : private ready_node {
 public:
  explicit next_turn(lingerd::loop& loop) : ready_node(&go_on), loop_(loop) {}

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> h) {
    sleeper_ = h;
    loop_.defer(*this);
  }
  void await_resume() const noexcept {}

 private:
  static void go_on(ready_node& n) { static_cast<next_turn&>(n).sleeper_.resume(); }

  lingerd::loop& loop_;
  std::coroutine_handle<> sleeper_;
};

}  // namespace lingerd
