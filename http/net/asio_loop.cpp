#include "http/net/asio_loop.hpp"

#include <sys/timex.h>
#include <time.h>

#include <boost/asio/post.hpp>
#include <utility>

namespace lingerd {

instant system_clock::now() {
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return std::chrono::seconds(t.tv_sec) + std::chrono::nanoseconds(t.tv_nsec);
}

wall_ms system_clock::wall() {
  timespec t;
  clock_gettime(CLOCK_REALTIME, &t);
  return wall_ms{t.tv_sec} * 1000 + t.tv_nsec / 1'000'000;
}

bool system_clock::wall_is_synced() {
  timex t{};
  return adjtimex(&t) >= 0 && (t.status & STA_UNSYNC) == 0;
}

asio_loop::asio_loop(clock& time) : loop(time), alarm_(context_), sockets_(*this, context_) {}

void asio_loop::on_deferred() {
  if (is_end_posted_) return;
  is_end_posted_ = true;
  boost::asio::post(context_, [this] {
    is_end_posted_ = false;
    end_turn();
  });
}

void asio_loop::on_earlier_deadline(instant deadline) {
  if (deadline < alarm_deadline_) arm(deadline);
}

// On Linux steady_clock and system_clock::now() are the same clock.
void asio_loop::arm(instant deadline) {
  alarm_deadline_ = deadline;
  alarm_.expires_at(std::chrono::steady_clock::time_point(deadline));
  alarm_.async_wait([this](boost::system::error_code ec) {
    if (ec) return;  // armed again, for an earlier deadline
    alarm_deadline_ = instant::max();
    fire_timers();
    // The deadline may have moved since: then no timer was due, and the next deadline counts.
    if (const auto next = next_deadline(); next && *next < alarm_deadline_) arm(*next);
  });
}

void asio_loop::post(std::function<void()> f) {
  boost::asio::post(context_, [this, f = std::move(f)] {
    f();
    run_ready();
  });
}

}  // namespace lingerd
