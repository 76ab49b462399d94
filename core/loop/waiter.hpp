#pragma once

#include <coroutine>
#include <cstdint>

#include "core/loop/loop.hpp"
#include "core/loop/owned_timer.hpp"

namespace lingerd {

// Why a waiting coroutine is woken. A set of these is a level, not a queue: a reason that came
// while the coroutine did not wait is still there at its next wait, so nothing is lost between a
// wake and a cancel, whatever races.
enum class wake : std::uint8_t {
  readable = 1,     // bytes, or the end, are at the socket
  writable = 2,     // the socket takes bytes again
  news = 4,         // the user's channel has something
  timeout = 8,      // the deadline has come
  done = 16,        // the work that was handed out is done
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

// One coroutine's place to sleep, a member of its frame. Objects that may signal it hold a
// reference for as long as it is registered with them.
//
//   waiter.wait(wake::news | wake::timeout)   co_await it: returns at once if a reason is there
//   waiter.signal(wake::news)                 from the loop's thread only
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
    // All reasons at hand, also those outside the mask; they stay until cleared.
    wake_set await_resume() const noexcept { return waiter_.reasons_; }

   private:
    waiter& waiter_;
    wake_set mask_;
  };

  awaiter wait(wake_set mask) { return {*this, mask}; }
  awaiter wait(wake reason) { return {*this, static_cast<wake_set>(reason)}; }

  // Records the reason; makes the coroutine ready if it sleeps for it.
  void signal(wake reason) {
    reasons_ = reasons_ | reason;
    if (has(mask_, reason) && sleeper_) {
      mask_ = 0;
      loop_.make_ready(*this);
    }
  }

  wake_set reasons() const { return reasons_; }
  void clear(wake reason) { reasons_ &= static_cast<wake_set>(~static_cast<wake_set>(reason)); }

  // Signals wake::timeout at `when`; replaces an earlier deadline.
  void set_deadline(instant when) {
    clear(wake::timeout);
    loop_.set_timer(deadline_, when);
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

// co_await it to give others their turn: continues after everything that is ready, and after the
// events that the driver has at hand.
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
