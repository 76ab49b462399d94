#pragma once

#include <string>

#include "core/chat/chat.hpp"
#include "core/base/limits.hpp"
#include "http/protocol/json_reader.hpp"
#include "http/protocol/response.hpp"

namespace lingerd {

// A message as a client wants it sent: {type, to, msg[, from][, cid]}.
struct outgoing {
  conversation to;
  std::string text;
  std::string cid;  // empty: none
};

// What can be said of it before anybody is asked.
result<outgoing> read_outgoing(const limits& bounds, const boost::json::object& o, user_id me);

// The answer to a message that was sent, or was not. Its body may lie in `body`.
response answer_to(const result<chat::sent>& s, bool classic, std::string& body);

}  // namespace lingerd
