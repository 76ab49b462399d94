#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "sim/world/check/world_context.hpp"

namespace lingerd::sim {

// Checks an answer of /api/start against the oracle: the newest message and the unread count of
// each conversation, as of the answer's cursor. `title` names the reader in violations.
void check_start(world_context& context, user_id reader, const std::string& title,
                 const boost::json::object& start);

// Checks a page of history: at most `limit` messages below `before`. `newest_when_asked` is the
// newest message of the conversation that the reader could see when the page was asked for; later
// ones may be missing.
void check_history(world_context& context, user_id reader, const std::string& title,
                   conversation conversation, change_id before, std::size_t limit,
                   change_id newest_when_asked, const boost::json::object& page);

}  // namespace lingerd::sim
