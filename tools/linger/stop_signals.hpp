#pragma once

#include <boost/asio/signal_set.hpp>
#include <functional>

#include "http/net/asio_loop.hpp"

namespace lingerd {

// Makes SIGTERM, SIGINT and SIGHUP wait in this thread, and in those that it starts, until there is
// a stop_signals: a signal that arrives while the server starts is not lost, and does not kill the
// process half-way. REQUIRES: called before the first thread starts.
void hold_stop_signals();

// Whether such a signal waits.
bool is_stop_signal_waiting();

// Calls back, on the loop, at each SIGTERM, SIGINT and SIGHUP for as long as it lives, those that
// waited first. The daemon owns it; it is created on the thread that called hold_stop_signals().
// Where SIGHUP is ignored (nohup) it stays ignored. Throws boost::system::system_error.
class stop_signals {
 public:
  stop_signals(asio_loop& loop, std::function<void()> on_signal);

 private:
  using set = boost::asio::basic_signal_set<asio_loop::executor>;
  void wait();

  set signals_;
  std::function<void()> on_signal_;
};

}  // namespace lingerd
