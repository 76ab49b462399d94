#pragma once

#include <cstddef>
#include <cstdint>

#include "core/loop/task.hpp"
#include "core/loop/waiter.hpp"
#include "http/net/byte_stream.hpp"
#include "http/protocol/request_reader.hpp"

namespace lingerd {

struct connections;

// What a connection lends to its pending reply for the length of a call. It lives as long as the
// connection.
struct connection_io {
  connection_io(lingerd::connections& connections, lingerd::loop& loop, stream_ptr stream,
                const limits& bounds)
      : connections(connections), waiter(loop), stream(std::move(stream)), reader(bounds) {}

  lingerd::connections& connections;
  lingerd::waiter waiter;  // before the stream: it outlives it
  stream_ptr stream;
  request_reader reader;
  std::size_t drained_bytes = 0;  // bytes read and dropped
};

// A reply that is not ready yet: a message on its way to the disk, a held poll, a stream that stays
// open. The connection owns it, calls resume() whenever something has happened, and performs the
// step that it returns; it knows of no kind in particular. All calls are on the loop's thread. A
// pending reply takes over what it needs of the request, and releases everything that it holds in
// its destructor: it may be destroyed whenever none of its code runs.
class pending {
 public:
  enum class event : std::uint8_t {
    started,  // once, first
    woken,    // a reason of wakes() is at hand
    written,  // the bytes of step::write are written, or others have had their turn
  };
  enum class step : std::uint8_t {
    wait,        // sleep for wakes()
    work,        // await work(), and perform the step that it returns
    answer,      // scratch.answer is the response; the pending reply is over
    write,       // write scratch.output, then resume(written)
    write_last,  // write scratch.output, then end the stream
    yield,       // let other connections run, then resume(written)
    refuse,      // answer with the refusal of the request reader, and close
    end,         // close without an answer: nobody reads it
  };

  pending() = default;
  pending(const pending&) = delete;
  pending& operator=(const pending&) = delete;
  virtual ~pending() = default;

  // The reasons that end a step::wait. With wake::readable, the socket is watched.
  virtual wake_set wakes() const = 0;
  virtual step resume(event reason, connection_io& io) = 0;
  // Work that takes several waits, as a coroutine that exists only while it runs.
  // REQUIRES: resume() returned step::work.
  virtual task<step> work(connection_io& io);

  // For the simulator's bounds checker: bytes received and not processed or answered yet.
  virtual std::size_t received_bytes() const { return 0; }
  // Whether it waits, not yet signalled, although there is news for its reader: must never be true.
  virtual bool sleeps_over_news(const waiter&) const { return false; }
};

}  // namespace lingerd
