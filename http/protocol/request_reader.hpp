#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/error.hpp"
#include "core/base/limits.hpp"
#include "http/net/byte_stream.hpp"
#include "http/protocol/request.hpp"
#include "http/protocol/response.hpp"

namespace lingerd {

// What all connections of a loop share, since only one of them runs at a time: nothing in here
// holds anything over a wait.
struct loop_scratch {
  explicit loop_scratch(const limits& bounds)
      : input(std::min(bounds.header_bytes + bounds.body_bytes, input_bytes_max), 0) {}
  // What is longer than this arrives in several reads anyhow.
  static constexpr std::size_t input_bytes_max = 128 * 1024;
  std::string input;             // what a read brought
  http_request request;          // the request at hand
  std::string events;            // of a batch, encoded
  std::string body;              // of a poll's answer
  response answer;               // of a pending reply that is over
  std::string output;            // the answer at hand
  std::size_t half_read = 0;     // bytes that all requests which are not whole hold together
  std::size_t half_written = 0;  // and all answers that are not taken yet
};

// Turns a connection's bytes into requests. A request that arrives in one piece is parsed straight
// out of the shared buffer and costs the connection nothing; one that does not keeps its parser and
// its bytes here until it is whole.
class request_reader {
 public:
  enum class status {
    request,  // scratch.request is whole
    blocked,  // nothing more to read now
    ended,    // the other side has closed; what was half there is dropped
    refused,  // see why(); nothing further can be understood on this connection
  };

  explicit request_reader(const limits& bounds);
  ~request_reader();

  // Reads and parses until one of these is so.
  status next(byte_stream& stream, loop_scratch& shared);

  // Reads ahead while a request is held: `ended` if the other side is gone, else `blocked`. What
  // came is kept for its turn, up to limits.pipelined_bytes; `refused` where that is exceeded.
  status read_ahead(byte_stream& stream, loop_scratch& shared);

  // Whether a request has begun to arrive.
  bool is_in_progress() const { return partial_ != nullptr; }
  // Whether bytes for further requests are here already.
  bool has_more() const { return pipeline_ != nullptr; }
  // Hands over the bytes for what comes after the request at hand: it changes to another protocol.
  std::string take_pipelined();
  // Bytes that it holds: of requests to come, and of one that is not whole.
  std::size_t held_bytes() const;
  // Whether the client waits for "100 Continue" before it sends the body; true once.
  bool take_wants_continue();

  // REQUIRES: something was refused.
  const refusal& reason() const { return *refusal_; }

 private:
  class parser;
  struct partial;
  // Bytes behind the request at hand: those of `bytes` from `from` on, one at least.
  struct pipeline {
    std::string bytes;
    std::size_t first = 0;
    std::string_view rest() const { return std::string_view(bytes).substr(first); }
  };

  status parse_pipelined(loop_scratch& shared);
  status parse(std::string_view bytes, std::size_t& taken_bytes, loop_scratch& shared);
  status feed_partial(std::string_view bytes, loop_scratch& shared);
  bool is_within_bounds(const loop_scratch& shared);

  void keep_pipelined(std::string bytes);

  const limits& bounds_;
  std::unique_ptr<partial> partial_;
  // All three are hardly ever there, and a parked connection pays for what lies here.
  std::unique_ptr<pipeline> pipeline_;
  std::unique_ptr<const refusal> refusal_;
};

}  // namespace lingerd
