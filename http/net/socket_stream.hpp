#pragma once

#include "http/net/byte_stream.hpp"
#include "http/net/epoll_set.hpp"

namespace lingerd {

// A connected socket, TCP or Unix. Reads and writes are system calls, without a buffer.
class socket_stream final : public byte_stream, private epoll_set::handler {
 public:
  // Takes over the descriptor of a connected, non-blocking socket. Where the kernel cannot watch
  // one more, the stream is at its end at once. The set outlives the stream.
  static stream_ptr make(epoll_set& epoll, int descriptor) {
    return stream_ptr(new socket_stream(epoll, descriptor));
  }

  transfer read(std::span<char> buffer) override;
  transfer write(std::string_view bytes) override;
  void watch_readable(waiter& w) override;
  void watch_writable(waiter& w) override;
  void end_writing() override;
  std::string peer() const override;
  void release() noexcept override;

 private:
  socket_stream(epoll_set& epoll, int descriptor);
  ~socket_stream() = default;
  void on_ready(readiness readiness) override;

  epoll_set& epoll_;
  waiter* waiter_ = nullptr;
  const int descriptor_;
  // Whether there may be bytes to read. After a read that did not fill its buffer there are none
  // until the next report, so that a request in one piece costs one read instead of two. (Urgent
  // bytes and passed descriptors cut a read short, too: a client that sends those delays itself.)
  bool may_read_ = false;
  bool has_ended_ = false;  // the end is reported once: from then on each read goes to the socket
  bool wants_read_ = false;
  bool wants_write_ = false;
};

}  // namespace lingerd
