#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "bench/load/options.hpp"
#include "bench/load/response.hpp"

namespace load {

// The requests of one kind of server. The workloads (deliver, fan-out, hold) are the same for every
// server; a protocol writes the requests and keeps each subscriber's cursor.
class protocol {
 public:
  virtual ~protocol() = default;

  // Appends the request of the subscriber's next poll.
  virtual void append_poll(std::string& out, std::size_t subscriber) = 0;

  // Appends the request that publishes a timestamped message to one subscriber; with --fan-out to
  // all of them.
  virtual void append_publish(std::string& out, std::size_t publisher, std::size_t subscriber) = 0;

  // Takes from the response to a poll where the subscriber's next poll begins.
  virtual void on_poll_response(std::size_t subscriber, const response& polled) = 0;

  // Appends the request that opens a stream: a WebSocket, or else SSE. Throws std::runtime_error if
  // the server has none.
  virtual void append_stream(std::string& out, std::size_t subscriber, bool websocket);
};

// Throws std::runtime_error: unknown server, too few accounts, no response to the first request.
std::unique_ptr<protocol> make_protocol(const options& opts);

std::unique_ptr<protocol> make_linger_protocol(const options& opts);
std::unique_ptr<protocol> make_nchan_protocol(const options& opts);
std::unique_ptr<protocol> make_plain_protocol(const options& opts);

}  // namespace load
