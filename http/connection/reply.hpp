#pragma once

#include <memory>
#include <variant>

#include "core/loop/task.hpp"
#include "http/connection/pending.hpp"
#include "http/net/byte_stream.hpp"
#include "http/protocol/request.hpp"
#include "http/protocol/response.hpp"

namespace lingerd {

// The reply to a request: a response, a coroutine that makes one, or a pending reply.
using reply = std::variant<response, task<response>, std::unique_ptr<pending>>;

// Answers the requests of connections. It outlives them.
class endpoint {
 public:
  virtual ~endpoint() = default;
  // `r` is valid during the call only: a task or a pending reply takes over what it needs.
  virtual reply answer(const http_request& r, const byte_stream& stream) = 0;
};

}  // namespace lingerd
