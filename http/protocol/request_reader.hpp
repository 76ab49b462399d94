#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/check.hpp"
#include "core/base/error.hpp"
#include "core/base/limits.hpp"
#include "http/net/byte_stream.hpp"
#include "http/protocol/request.hpp"
#include "http/protocol/response.hpp"

namespace lingerd {

// Buffers that all connections of a loop share: only one connection runs at a time, and no content
// but the two sums is valid over a wait.
struct loop_scratch {
  explicit loop_scratch(const limits& bounds)
      : input(std::min(bounds.header_bytes + bounds.body_bytes, input_bytes_max), 0) {}
  // Longer input arrives in several reads in any case.
  static constexpr std::size_t input_bytes_max = 128 * 1024;
  std::string input;             // the bytes of a read
  http_request request;          // the request at hand
  std::string events;            // of a batch, encoded
  bool is_request_lent = false;  // to an endpoint: no reader may change the request
  std::string body;              // of the response to a poll
  response answer;               // of a pending reply that has ended
  std::string output;            // the bytes to write
  std::size_t half_read = 0;     // bytes that all incomplete requests hold together
  std::size_t half_written = 0;  // bytes of all responses that are not written yet
};

// Turns the bytes of one connection into requests. The connection owns it; on the loop's thread. A
// request that arrives in one piece is parsed straight out of the shared buffer and costs the
// connection no memory; an incomplete one keeps its parser and its bytes here until it is complete.
//
// Invariants: (1) after a refusal no more is read; (2) bytes in `pipeline_` come after
// the request at hand, and before all bytes that are still in the stream; (3) an incomplete request
// has no bytes in `pipeline_`.
class request_reader {
 public:
  enum class status {
    request,  // scratch.request is complete
    blocked,  // nothing more to read now
    ended,    // the peer has closed; an incomplete request is dropped
    refused,  // for reason(); no further request can be parsed on this connection
  };

  explicit request_reader(const limits& bounds);
  ~request_reader();

  // Reads and parses until one of these statuses holds.
  status next(byte_stream& stream, loop_scratch& shared);

  // Reads ahead while a request is held: `ended` if the peer is gone, else `blocked`. The bytes are
  // kept for later, up to limits.pipelined_bytes; `refused` where there are more.
  status read_ahead(byte_stream& stream, loop_scratch& shared);

  // Whether a request has begun to arrive.
  bool is_in_progress() const { return partial_ != nullptr; }
  // Whether bytes of further requests are kept.
  bool has_more() const { return pipeline_ != nullptr; }
  // Hands over the bytes after the request at hand, which changes to another protocol.
  std::string take_pipelined();
  // Bytes of further requests, and of an incomplete one.
  std::size_t held_bytes() const;
  // Whether the client waits for "100 Continue" before it sends the body; true once.
  bool take_wants_continue();

  // REQUIRES: the last status is `refused`.
  const refusal& reason() const {
    CHECK(refusal_ != nullptr);
    return *refusal_;
  }

 private:
  class parser;
  struct partial;
  // The bytes after the request at hand: `bytes` from offset `first` on, at least one.
  struct pipeline {
    std::string bytes;
    std::size_t first = 0;
    std::string_view rest() const { return std::string_view(bytes).substr(first); }
  };

  // `lines` counts the empty lines passed over in one call of next().
  status parse_pipelined(unsigned& lines, loop_scratch& shared);
  status parse(std::string_view bytes, std::size_t& taken_bytes, unsigned& lines,
               loop_scratch& shared);
  status feed_partial(std::string_view bytes, unsigned& lines, loop_scratch& shared);
  bool is_within_bounds(const loop_scratch& shared);

  void keep_pipelined(std::string bytes);

  const limits& bounds_;
  std::unique_ptr<partial> partial_;
  // All three are rarely present, and each member costs every parked connection memory.
  std::unique_ptr<pipeline> pipeline_;
  std::unique_ptr<const refusal> refusal_;
};

}  // namespace lingerd
