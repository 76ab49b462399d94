#pragma once

#include <string>

#include "core/limits.hpp"
#include "http/json_in.hpp"

namespace lingerd {

// A message as a client wants it sent: {type, to, msg[, from][, cid]}.
struct outgoing {
  conversation to;
  std::string text;
  std::string cid;  // empty: none
};

// What can be said of it before anybody is asked.
result<outgoing> read_outgoing(const limits& bounds, const boost::json::object& o, user_id me);

}  // namespace lingerd
