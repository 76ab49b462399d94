#pragma once

#include <cstddef>
#include <cstdint>

#include "core/loop/task.hpp"
#include "core/loop/waiter.hpp"
#include "http/net/byte_stream.hpp"
#include "http/protocol/request_reader.hpp"

namespace lingerd {

struct connections;

// The parts of a connection that it lends to its pending reply for the length of a call. It lives
// as long as the connection.
struct connection_io {
  connection_io(lingerd::connections& connections, lingerd::loop& loop, stream_ptr stream,
                const limits& bounds)
      : connections(connections), waiter(loop), stream(std::move(stream)), reader(bounds) {}

  lingerd::connections& connections;
  lingerd::waiter waiter;  // declared before the stream, which it outlives
  stream_ptr stream;
  request_reader reader;
  std::size_t drained_bytes = 0;  // bytes read and dropped
};

// A reply that is not ready yet: a message on its way to the disk, a held poll, an open stream. The
// connection owns it, calls resume() for each event, and performs the step that it returns, without
// knowing the kind of reply. All calls are on the loop's thread. A pending reply takes over what it
// needs of the request, and its destructor releases everything that it holds: it may be destroyed
// whenever none of its code runs.
class pending {
 public:
  enum class event : std::uint8_t {
    started,  // the first event, exactly once
    woken,    // a reason of wakes() is at hand
    written,  // the bytes of step::write are written, or other connections have run
  };
  enum class step : std::uint8_t {
    wait,        // sleep for wakes()
    work,        // await work(), and perform the step that it returns
    answer,      // scratch.answer is the response; the pending reply ends
    write,       // write scratch.output, which may be empty, then resume(written)
    write_last,  // write scratch.output, then end the stream
    yield,       // let other connections run, then resume(written)
    refuse,      // answer with the refusal of the request reader, and close
    end,         // close without an answer: nobody reads it
  };

  pending() = default;
  pending(const pending&) = delete;
  pending& operator=(const pending&) = delete;
  virtual ~pending() = default;

  // The reasons that end a step::wait, at least one. With wake::readable, the socket is watched.
  virtual wake_set wakes() const = 0;
  virtual step resume(event reason, connection_io& io) = 0;
  // Work with several waits, as a coroutine that exists only while it runs.
  // REQUIRES: resume() returned step::work.
  virtual task<step> work(connection_io& io);

  // For the simulator's bounds checker: bytes received and not processed or answered yet.
  virtual std::size_t received_bytes() const { return 0; }
  // Whether it waits, not signalled yet, although there is news for its reader: must never be true.
  virtual bool sleeps_over_news(const waiter&) const { return false; }
};

}  // namespace lingerd
