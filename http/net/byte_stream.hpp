#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "core/loop/waiter.hpp"

namespace lingerd {

// The bytes of one connection, whatever carries them: a socket in the server, a virtual wire in a
// world. The holder of its stream_ptr owns it. On the loop's thread. No call blocks: to sleep until
// a read or write can move bytes, watch the stream and wait on the waiter. An error of the
// transport is an end.
class byte_stream {
 public:
  enum class status {
    moved,    // `bytes` bytes, at least one
    blocked,  // no bytes now
    ended,    // reading: the peer has ended; writing: the peer is gone
  };
  struct transfer {
    std::size_t bytes = 0;
    byte_stream::status status = byte_stream::status::blocked;
  };

  virtual transfer read(std::span<char> buffer) = 0;
  virtual transfer write(std::string_view bytes) = 0;

  // Signals wake::readable once, as soon as there are bytes or the end. The watch lasts until then,
  // over several waits, too.
  // REQUIRES: a stream has one waiter, which lives until the stream is released.
  virtual void watch_readable(waiter& w) = 0;
  // Signals wake::writable once, as soon as the stream accepts bytes.
  virtual void watch_writable(waiter& w) = 0;

  // Sends the end of the bytes to the peer.
  virtual void end_writing() = 0;

  // The address of the peer without a port ("192.168.1.7"), for rate limits.
  virtual std::string peer() const = 0;

  // Closes the stream, and destroys it once nothing refers to it. No waiter is signalled after
  // this.
  virtual void release() noexcept = 0;

 protected:
  virtual ~byte_stream() = default;
};

struct stream_releaser {
  void operator()(byte_stream* s) const noexcept { s->release(); }
};
using stream_ptr = std::unique_ptr<byte_stream, stream_releaser>;

}  // namespace lingerd
