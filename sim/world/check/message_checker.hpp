#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>

#include "sim/world/check/world_context.hpp"

namespace lingerd::sim {

// The conversation of a message, read mark or list entry; `field` names the other party in it:
// "to" or "with".
conversation conversation_of(const boost::json::object& o, user_id me, std::string_view field);

// Describes how a message differs from the stored one, as `reader` should receive it; empty: not at
// all.
std::string difference_from_stored(world_context& context, user_id reader,
                                   const boost::json::object& message);

}  // namespace lingerd::sim
