#pragma once

#include <boost/intrusive/list.hpp>
#include <memory>
#include <string>
#include <string_view>

#include "core/loop/loop.hpp"
#include "core/loop/task.hpp"
#include "core/loop/waiter.hpp"
#include "http/connection/counters.hpp"
#include "http/connection/pending.hpp"
#include "http/connection/reply.hpp"
#include "http/net/byte_stream.hpp"
#include "http/protocol/request_reader.hpp"

namespace lingerd {

struct connections;

// Runs one connection to its end, as a root of `roots`. The coroutine's frame owns the connection.
nursery::root serve(nursery& roots, lingerd::connections& connections, lingerd::endpoint& endpoint,
                    stream_ptr stream);

// One HTTP connection, in the frame of serve(). On the loop's thread. It answers requests in their
// order, and parses the next one after the response. While it is parked it owns its stream, one
// frame, a waiter and its pending reply: no buffer, no parser, no string of the request.
//
//            ┌────────────── next ◄───────────────┐
//            ▼                                    │
//   read ─► take_request ─► response ─────────► written? ─no─► write ─► end / drain
//            │    └─► work ───────────────────────▲
//            └─► pending reply: wait ◄─► work ────┤
//                   ▲                             │
//                   └── resume ◄── more to come ──┘
//
// Each step between two waits is a plain function that returns the next action; serve() only
// performs the actions.
//
// Invariants: (1) a request is taken only while there is no pending reply; (2) no bytes are written
// while `unsent_` holds earlier ones; (3) `counted_unsent_` is this connection's part of
// scratch.half_written.
class connection : public boost::intrusive::list_base_hook<
                       boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  connection(lingerd::connections& connections, lingerd::endpoint& endpoint, stream_ptr stream);
  ~connection();

  void close_soon() { io_.waiter.signal(wake::closing); }

  // For the simulator's bounds checker: bytes held for the client and received from it.
  std::size_t buffered_bytes() const;
  // Of those, the bytes received and not processed or answered yet.
  std::size_t received_bytes() const;
  // Of those, the bytes that an open stream holds for a slow client: at most a batch.
  std::size_t stream_backlog() const { return pending_ && unsent_ ? unsent_->size() : 0; }
  // Whether it sleeps although there is news for its reader: must never be true.
  bool sleeps_over_news() const { return pending_ && pending_->sleeps_over_news(io_.waiter); }

 private:
  friend nursery::root serve(nursery& roots, lingerd::connections& connections,
                             lingerd::endpoint& endpoint, stream_ptr stream);

  enum class action { next, read, work, wait, resume, write, drain, end };

  // What serve() does in a state.
  bool yields(action current);
  wake_set sleeps_for(action current);
  action go_on(action current);

  action take_request();
  action no_whole_request();
  action dispatch();
  reply answer(const http_request& request);
  action run_pending(pending::event reason);
  action perform(pending::step step);
  action finish(response answer);
  action push(std::string_view bytes);
  action wait_for_room(std::string_view rest);
  bool keep_unsent(std::string_view rest);
  void count_unsent();
  action refuse_and_close(const refusal& reason);
  action written();
  action drain_on();

  lingerd::connections& connections_;
  lingerd::endpoint& endpoint_;
  connection_io io_;
  // Rarely needed members lie on the heap: each byte here costs every parked connection.
  std::unique_ptr<std::string> unsent_;  // bytes that the stream did not accept yet
  std::unique_ptr<pending> pending_;
  std::uint32_t counted_unsent_ = 0;  // in scratch.half_written
  unsigned answers_in_a_row_ = 0;     // without a sleep in between
  bool has_begun_ = false;            // a request has begun to arrive
  bool has_deadline_ = false;         // the deadline for the next request is set
  bool keep_alive_ = true;
  bool head_only_ = false;
  bool is_http_1_0_ = false;  // of the last request
  bool drain_after_ = false;
  bool is_last_ = false;  // the bytes being written end the stream
};

// State that the connections of one loop share. It outlives them. On the loop's thread.
struct connections {
  // All outlive this object. `bounds` are those of requests and responses.
  connections(lingerd::loop& loop, lingerd::counters& counters, const limits& bounds)
      : loop(loop), counters(counters), bounds(bounds), scratch(bounds) {}

  // REQUIRES: no connection is open.
  ~connections();
  connections(const connections&) = delete;
  connections& operator=(const connections&) = delete;

  lingerd::loop& loop;
  lingerd::counters& counters;
  const limits& bounds;
  loop_scratch scratch;
  boost::intrusive::list<connection, boost::intrusive::constant_time_size<false>> open;
  bool is_closing = false;

  // Answers held polls, closes streams and idle connections, and finishes requests under way.
  void close_all();
};

}  // namespace lingerd
