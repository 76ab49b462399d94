#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>

#include "core/loop/loop.hpp"

namespace lingerd {

// Tells many sockets when they can be read or written: an epoll set of its own, of which Asio
// watches the one descriptor.
//
// Asio arms its watch anew for each wait, a system call for every request, and keeps about 280
// bytes for each socket. Here a socket is put in once and told of each change ("edge-triggered"):
// waiting costs nothing, neither time nor memory.
class epoll_set {
 public:
  // Who is told. It must stay where it is until its descriptor is closed, which takes it out.
  class handler {
   public:
    // Something has changed; true for each that is so now. `has_ended`: the other side sends no
    // more, or is gone. Must not close a descriptor nor run a coroutine: others are told after it.
    struct readiness {
      bool readable = false;
      bool writable = false;
      bool has_ended = false;
    };
    virtual void on_ready(readiness readiness) = 0;

   protected:
    ~handler() = default;
  };

  // Both outlive it.
  epoll_set(lingerd::loop& loop, boost::asio::io_context& context);

  // Tells `who` when the descriptor can be read, from now on; if it can be now, too. False where
  // the kernel has no room for it.
  bool add(int descriptor, handler& handler);
  // Tells once when it can be written, at once if it can be now. REQUIRES: it was added.
  void ask_writable(int descriptor, handler& handler);

 private:
  void wait();
  void dispatch();

  lingerd::loop& loop_;
  boost::asio::posix::basic_stream_descriptor<boost::asio::io_context::executor_type> set_;
};

}  // namespace lingerd
