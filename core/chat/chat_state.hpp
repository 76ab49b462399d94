#pragma once

#include <string>

#include "core/base/limits.hpp"
#include "core/chat/directory.hpp"
#include "core/chat/fanout.hpp"
#include "core/chat/presence.hpp"
#include "core/chat/sessions.hpp"
#include "core/chat/typing.hpp"
#include "core/loop/loop.hpp"

namespace lingerd {

// The chat's state in memory: the stored rows without the messages, the channels of the streams,
// presence and typing. Owned by the chat; on the loop's thread. Only the publisher moves the
// directory, the sessions and the horizon.
//
// Invariant: no answer contains, counts or names anything beyond the horizon.
struct chat_state {
  // Both outlive it.
  chat_state(lingerd::loop& loop, const limits& bounds)
      : sessions(bounds),
        fanout(directory, bounds),
        presence(loop, directory, fanout, bounds),
        typing(loop, directory, fanout, presence, bounds) {}

  lingerd::directory directory;
  lingerd::sessions sessions;
  lingerd::fanout fanout;
  lingerd::presence presence;
  typing_notes typing;
  std::string epoch;      // names this life of the database
  change_id horizon = 0;  // the last published change
};

}  // namespace lingerd
