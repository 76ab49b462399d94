#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "core/loop/waiter.hpp"

namespace lingerd {

// A connection's bytes, whatever carries them: a socket in the server, a virtual wire in a world.
// Nothing of it blocks; to sleep until something can be read, watch and wait on the waiter.
class byte_stream {
 public:
  enum class status {
    moved,    // `bytes` of them, at least one
    blocked,  // none now
    ended,    // the other side has ended (reading), or is gone
  };
  struct transfer {
    std::size_t bytes = 0;
    byte_stream::status status = byte_stream::status::blocked;
  };

  virtual transfer read(std::span<char> buffer) = 0;
  virtual transfer write(std::string_view bytes) = 0;

  // Signals wake::readable once, when there are bytes or the end. The watch stays until then, also
  // over several waits. One waiter a stream; it must live until the stream is released.
  virtual void watch_readable(waiter& w) = 0;
  // Signals wake::writable once, when bytes are taken again.
  virtual void watch_writable(waiter& w) = 0;

  // Tells the other side that nothing more comes.
  virtual void end_writing() = 0;

  // Who is there, as text without a port ("192.168.1.7"): for rate limits.
  virtual std::string peer() const = 0;

  // Closes; no waiter is signalled after this. The stream goes when nothing refers to it any more.
  virtual void release() noexcept = 0;

 protected:
  virtual ~byte_stream() = default;
};

struct stream_releaser {
  void operator()(byte_stream* s) const noexcept { s->release(); }
};
using stream_ptr = std::unique_ptr<byte_stream, stream_releaser>;

}  // namespace lingerd
