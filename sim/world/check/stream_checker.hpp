#pragma once

#include <string>

#include "sim/world/check/world_context.hpp"

namespace lingerd::sim {

// Checks one batch of a user's stream against the oracle: ids rise within the requested range;
// every event is a change, every message is as stored; the reader may see each, and none that it
// may see is missing. The batch covers ids in (after, up_to]. `title` names the reader in
// violations.
void check_batch(world_context& context, user_id reader, const std::string& title, change_id after,
                 change_id up_to, const parsed_batch& batch);

}  // namespace lingerd::sim
