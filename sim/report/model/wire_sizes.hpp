#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace lingerd::sim {

// The values that determine the lengths of requests and answers.
struct wire_setting {
  std::string host = "127.0.0.1:40000";
  std::size_t text_bytes = 100;
  std::uint64_t user = 1000;     // a typical user id: its number of digits counts
  std::uint64_t message = 5000;  // a typical message id
  std::uint64_t wait_s = 100;
  std::size_t cid_bytes = 20;
  std::size_t name_bytes = 5;     // of user names: "u1234", also the display name
  bool clock_synced = true;       // otherwise each message says so
  std::size_t group_members = 0;  // of the one group of each user; 0: one friend each
};

// Lengths in application bytes, computed with the functions that produce the bytes: requests from
// sim/client/client_requests, answers from http and core. Where the server has no such function
// (the bodies of a poll, a start and a sent message, the framing of SSE), the bytes are written
// again in the source file, and report_model_test compares them with the server's. No length is
// copied from a trace.
struct wire_sizes {
  std::size_t start_request, start_answer;
  std::size_t poll_request;       // short
  std::size_t held_poll_request;  // with &wait=
  std::size_t poll_answer_empty;  // of either
  std::size_t poll_body_empty;
  std::size_t poll_answer(std::size_t events) const;  // with this many bytes of events
  std::size_t event;                                  // as sent to a recipient
  std::size_t own_event;                              // as sent to the sender, with the cid
  std::size_t read_event;  // of the read mark that comes with a sent message
  std::size_t send_request, send_answer;
  std::size_t sse_request, sse_head;
  std::size_t sse_frame;  // in addition to an event
  std::size_t sse_ping;
  std::size_t websocket_request, websocket_head;
  std::size_t websocket_frame(
      std::size_t events) const;  // the frame with this many bytes of events
  std::size_t websocket_around;   // {"next":N,"events":[]}
  std::size_t websocket_ping, websocket_pong;
  std::size_t websocket_goodbye, websocket_closed;  // the two close frames
};

wire_sizes sizes_of(const wire_setting& s);

}  // namespace lingerd::sim
