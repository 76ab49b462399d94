#pragma once

#include <string>

#include "sim/client/requester.hpp"
#include "sim/world/check/world_context.hpp"

namespace lingerd::sim {

// How a message is said.
enum class saying_by : std::uint8_t {
  json,       // POST /api/messages
  form,       // POST /webchat/msg_send/, as the tutorial's page: without a cid, so once alone
  websocket,  // {"send":…} on a stream
};

// The id that an answer names; 0: none.
change_id id_in(const std::string& body);

// Holds the answer to an attempt against the truth: what is acknowledged is stored, and once; what
// is refused is not stored, and was not allowed. `may_be_known`: it was tried before, so that it
// may be answered as a repetition. True where nothing more is to be done; else nobody knows yet.
bool judge_message(scene& in, const std::string& who, std::uint32_t attempt, saying_by how,
                   const asker::reply& r, bool may_be_known);

// The answer is none that may be given to this.
void not_expected(scene& in, const std::string& who, const std::string& doing,
                  const asker::reply& r);

}  // namespace lingerd::sim
