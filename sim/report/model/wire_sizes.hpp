#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace lingerd::sim {

// What the lengths of requests and answers depend on.
struct wire_setting {
  std::string host = "127.0.0.1:40000";
  std::size_t text_bytes = 100;
  std::uint64_t user = 1000;     // a typical one: its digits count
  std::uint64_t message = 5000;  // a typical id
  std::uint64_t wait_s = 100;
  std::size_t cid_bytes = 20;
  std::size_t name_bytes = 5;     // of users: "u1234", shown by the same name
  bool clock_synced = true;       // else each message says so
  std::size_t group_members = 0;  // of the one group everybody is in; 0: one friend each
};

// Lengths in application bytes, each taken from the very functions that make the bytes: the
// requests of sim/client_requests, the answers of http/response, http/live and core/wire. Nothing
// here is a number that somebody once read off a trace.
struct wire_sizes {
  std::size_t start_request, start_answer;
  std::size_t poll_request;       // short
  std::size_t held_poll_request;  // with &wait=
  std::size_t poll_answer_empty;  // of either
  std::size_t poll_body_empty;
  std::size_t poll_answer(std::size_t events) const;  // with so many bytes of events
  std::size_t event;                                  // to a recipient
  std::size_t own_event;                              // to the sender: with the cid
  std::size_t read_event;                             // sending reads what came before
  std::size_t send_request, send_answer;
  std::size_t sse_request, sse_head;
  std::size_t sse_frame;  // around an event
  std::size_t sse_ping;
  std::size_t websocket_request, websocket_head;
  std::size_t websocket_frame(
      std::size_t events) const;  // events: their bytes; the frame's and theirs
  std::size_t websocket_around;   // {"next":N,"events":[]}
  std::size_t websocket_ping, websocket_pong;
  std::size_t websocket_goodbye, websocket_closed;  // the two close frames
};

wire_sizes sizes_of(const wire_setting& s);

}  // namespace lingerd::sim
