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

// The kernel's clocks.
class system_clock final : public clock {
 public:
  instant now() override;
  wall_ms wall() override;
  bool wall_is_synced() override;
};

// The loop on Asio: one timer armed for the earliest deadline, one post for the end of a turn, one
// watch for all sockets.
class asio_loop final : public loop {
 public:
  using executor = boost::asio::io_context::executor_type;

  explicit asio_loop(clock& time);

  boost::asio::io_context& context() { return context_; }
  epoll_set& sockets() { return sockets_; }
  // Runs until stop(), even when there is nothing to do.
  void run() {
    const auto guard = boost::asio::make_work_guard(context_);
    time().on_turn_end();
    context_.run();
  }
  void stop() { context_.stop(); }

  // From any thread: runs `f` on the loop, then what it has made ready.
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
