#pragma once

#include <boost/intrusive/list.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/chat/pending_send.hpp"
#include "core/chat/sessions.hpp"
#include "core/loop/task.hpp"
#include "core/loop/waiter.hpp"
#include "http/net/byte_stream.hpp"
#include "http/connection/reply.hpp"
#include "http/protocol/request_reader.hpp"
#include "http/api/app_context.hpp"

namespace lingerd {

struct connection_host;

// Runs one connection, from its first byte to its last, as a root of `among`; the frame owns it.
nursery::root serve(nursery& among, connection_host& home, endpoint& serves, stream_ptr stream);

// One connection, from its first byte to its last: requests in their order, one answered before the
// next is looked at. While it is parked it owns its stream, one frame and a waiter: no buffer, no
// parser, no string of the request.
//
//            ┌────────────── next ◄──────────────┐
//            ▼                                   │
//   read ─► take_request ─► answer at once ─► written?  ─no─► write ─► end / drain
//            │    │                              ▲
//            │    └─► work, send ────────────────┤
//            └──────► hold ◄─► ask_store ────────┘
//
// A request for a stream that stays open (Server-Sent Events, WebSocket) turns it into that for the
// rest of its life (connection_stream.cpp):
//
//   stream ─► batch, ping, answer ─► written? ─no─► stream_write ─► stream, or end / drain
//     ▲ │
//     │ └─► stream_wait ◄─► stream_store, stream_say
//     └──────────┘
//
// Everything between two waits is a plain function that returns the next action; serve() only
// performs the actions.
class connection : public boost::intrusive::list_base_hook<
                       boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  connection(connection_host& home, endpoint& serves, stream_ptr stream);
  ~connection();

  void close_soon() { asleep_.signal(wake::closing); }

  // For those who look whether a server keeps its word. What it holds for its reader and of him, in
  // bytes; and whether it sleeps although there is something for its reader, which must never be.
  std::size_t buffered_bytes() const;
  // Of those, what it has heard of him and not understood or answered yet.
  std::size_t heard_bytes() const;
  // Of those, what a stream that stays open holds for a slow reader: a batch at most.
  std::size_t stream_backlog() const { return live_ && unsent_ ? unsent_->size() : 0; }
  bool sleeps_over_news() const;

 private:
  friend nursery::root serve(nursery& among, connection_host& home, endpoint& serves,
                             stream_ptr stream);

  enum class action {
    next,
    read,
    write,
    work,
    send,
    hold,
    ask_store,
    stream,
    stream_wait,
    stream_write,
    stream_store,
    stream_say,
    drain,
    end,
  };

  // A held poll, while there is one.
  struct holding {
    holding(waiter& w, const poll_request& p) : asked(p), stream(w, p.presence.has_value()) {}
    poll_request asked;
    held_stream stream;
    bool parked = false;      // the deadline is set and presence told
    bool asks_store = false;  // and is not asleep, whatever comes
  };

  // A stream that stays open, while there is one.
  struct streaming;

  // What serve() asks of a state.
  bool gives_turn(action at);
  wake_set sleeps_for(action at);
  static bool has_job(action at);
  task<void> job(action& at);
  action go_on(action at);

  action take_request();
  action no_whole_request();
  action dispatch();
  action begin_send(send_request what);
  action end_send();
  action begin_hold(const poll_request& asked);
  action look_again();
  action park();
  action wake_up();
  action end_poll();
  action end_hold(response answer);
  void leave_hold();
  action finish(response answer);
  bool keep_unsent(std::string_view rest);
  void count_unsent();
  action refuse_and_close(const refusal& why);
  action write_on();
  action written();
  action drain_on();

  action begin_stream(const stream_request& asked);
  action stream_on();
  action stream_wake();
  action stream_written();
  action stream_push(std::string_view bytes);
  action park_stream();
  bool take_frames();
  std::string replies();
  void end_stream(std::string& out, const refusal& why);
  void leave_stream();
  task<void> read_store_on_stream(action& then);
  task<void> say_on_stream(action& then);

  task<void> do_work(action& then);
  task<void> read_store(action& then);

  connection_host& host_;
  endpoint& endpoint_;
  waiter asleep_;  // before the stream: it outlives it
  stream_ptr stream_;
  request_reader reader_;
  // What is there at some times only lies elsewhere: a parked connection pays for what lies here.
  std::unique_ptr<std::string> unsent_;  // of the answer at hand, where it did not fit
  std::optional<task<response>> working_;
  std::unique_ptr<chat::pending_send> sending_;
  std::unique_ptr<holding> held_;
  std::unique_ptr<streaming> live_;
  std::size_t drained_ = 0;
  std::uint32_t counted_unsent_ = 0;  // among scratch.half_written
  unsigned in_a_row_ = 0;             // requests answered without a sleep
  bool begun_ = false;                // a request has begun to arrive
  bool timed_ = false;                // the deadline for its arrival is set
  bool keep_alive_ = true;
  bool head_only_ = false;
  bool classic_ = false;  // how a message that is being sent is answered
  bool drain_after_ = false;
};

// What the connections of one loop share.
struct connection_host {
  // `bounds` are those of the requests; they outlive the host.
  connection_host(chat& talk, counters& counted, const limits& bounds)
      : talk(talk), counted(counted), bounds(bounds), scratch(bounds) {}

  chat& talk;
  counters& counted;
  const limits& bounds;
  loop_scratch scratch;
  boost::intrusive::list<connection, boost::intrusive::constant_time_size<false>> open;
  bool closing = false;

  // Held polls are answered, idle connections closed, requests under way finished.
  void close_all();
};

}  // namespace lingerd
