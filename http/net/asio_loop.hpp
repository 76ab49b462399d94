#pragma once

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>

#include "core/loop/clock.hpp"
#include "core/loop/loop.hpp"
#include "http/net/epoll_set.hpp"

namespace lingerd {

// The clocks of the kernel. Stateless; any thread may read them.
class system_clock final : public clock {
 public:
  instant now() override;
  wall_ms wall() override;
  bool wall_is_synced() override;
};

// The loop on Asio: one Asio timer for the earliest deadline, one post for the end of a turn, one
// descriptor (epoll_set) for all sockets. The program owns it; it outlives every stream, timer and
// coroutine on it. All calls except post() are on the thread of run().
//
// Invariant: `alarm_deadline_` is the deadline that the alarm is set for, max() while it is not
// set.
class asio_loop final : public loop {
 public:
  using executor = boost::asio::io_context::executor_type;

  explicit asio_loop(clock& time);

  boost::asio::io_context& context() { return context_; }
  epoll_set& sockets() { return sockets_; }
  // Runs until stop(), even while there is nothing to do.
  void run() {
    const auto guard = boost::asio::make_work_guard(context_);
    time().on_turn_end();
    context_.run();
  }
  void stop() { context_.stop(); }

  // On any thread: lets the loop run `f`, and then the coroutines that `f` has made ready.
  void post(std::function<void()> f);

 private:
  using alarm = boost::asio::basic_waitable_timer<
      std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>, executor>;
  void on_deferred() override;
  void on_earlier_deadline(instant deadline) override;
  void arm(instant deadline);

  boost::asio::io_context context_{1};
  alarm alarm_;
  instant alarm_deadline_ = instant::max();
  bool is_end_posted_ = false;
  epoll_set sockets_;
};

}  // namespace lingerd
