#include "tools/linger/stop_signals.hpp"

#include <pthread.h>

#include <csignal>
#include <utility>

namespace lingerd {
namespace {

bool is_ignored(int number) {
  struct sigaction current {};
  return ::sigaction(number, nullptr, &current) == 0 && current.sa_handler == SIG_IGN;
}

sigset_t stop_set() {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) ::sigaddset(&set, number);
  return set;
}

}  // namespace

void hold_stop_signals() {
  const sigset_t set = stop_set();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

bool is_stop_signal_waiting() {
  sigset_t waiting;
  if (::sigpending(&waiting) != 0) return false;
  return ::sigismember(&waiting, SIGTERM) == 1 || ::sigismember(&waiting, SIGINT) == 1 ||
         ::sigismember(&waiting, SIGHUP) == 1;
}

stop_signals::stop_signals(asio_loop& loop, std::function<void()> on_signal)
    : signals_(loop.context(), SIGTERM, SIGINT), on_signal_(std::move(on_signal)) {
  if (!is_ignored(SIGHUP)) signals_.add(SIGHUP);
  wait();
  const sigset_t set = stop_set();
  ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

void stop_signals::wait() {
  signals_.async_wait([this](boost::system::error_code ec, int) {
    if (ec) return;
    on_signal_();
    wait();
  });
}

}  // namespace lingerd
