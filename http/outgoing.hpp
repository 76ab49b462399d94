#pragma once

#include <string>

#include "core/chat.hpp"
#include "core/limits.hpp"
#include "http/json_in.hpp"
#include "http/response.hpp"

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
