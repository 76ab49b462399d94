#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>

#include "core/loop/loop.hpp"

namespace lingerd {

// Reports when sockets can be read or written: an epoll set, of which Asio watches the one
// descriptor. The asio_loop owns it. On the loop's thread.
//
// Asio by itself arms its watch again for each wait, which costs a system call for every request,
// and keeps about 280 bytes for each socket. Here a socket is added once and each change is
// reported ("edge-triggered"): waiting costs neither time nor memory.
class epoll_set {
 public:
  // Receives the reports of one descriptor.
  // REQUIRES: it does not move until its descriptor is closed, which removes it from the set.
  class handler {
   public:
    // The state after a change. `has_ended`: the peer sends no more, or is gone.
    struct readiness {
      bool readable = false;
      bool writable = false;
      bool has_ended = false;
    };
    // REQUIRES: closes no descriptor and runs no coroutine, since reports to other handlers follow.
    virtual void on_ready(readiness readiness) = 0;

   protected:
    ~handler() = default;
  };

  // Both outlive the set.
  epoll_set(lingerd::loop& loop, boost::asio::io_context& context);

  // From now on reports when the descriptor can be read, at once if it can be read now. False where
  // the kernel has no room for one more.
  bool add(int descriptor, handler& handler);
  // Reports once when the descriptor can be written, at once if it can be written now.
  // REQUIRES: add() has added it.
  void ask_writable(int descriptor, handler& handler);

 private:
  void wait();
  void dispatch();

  lingerd::loop& loop_;
  boost::asio::posix::basic_stream_descriptor<boost::asio::io_context::executor_type> set_;
};

}  // namespace lingerd
