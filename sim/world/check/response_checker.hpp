#pragma once

#include <string>

#include "sim/client/requester.hpp"
#include "sim/world/check/world_context.hpp"

namespace lingerd::sim {

// How a message is sent.
enum class send_path : std::uint8_t {
  json,       // POST /api/messages
  form,       // POST /webchat/msg_send/, as the tutorial's page: without a cid, so never repeated
  websocket,  // {"send":…} on a stream
};

// The "id" in an answer's body; 0: none.
change_id id_in(const std::string& body);

// Checks the answer to an attempt against the oracle: an acknowledged message is stored once; a
// refused one is not stored, and was not allowed. `may_be_known`: it was tried before, so it may be
// answered as a repetition. Returns whether the outcome is settled; else it is unknown.
bool check_message(world_context& context, const std::string& sender, std::uint32_t attempt,
                   send_path path, const requester::reply& reply, bool may_be_known);

// Reports an answer that is not allowed for this request. Ignores a missing answer (status 0).
void report_unexpected(world_context& context, const std::string& sender,
                       const std::string& request, const requester::reply& reply);

}  // namespace lingerd::sim
