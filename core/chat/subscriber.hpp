#pragma once

#include <boost/intrusive/list.hpp>

#include "core/loop/waiter.hpp"

namespace lingerd {

using subscriber_hook =
    boost::intrusive::list_member_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

// A held stream: the waiter to signal, and the lists it is registered in. Owned by the stream;
// leaves every list when destroyed.
struct subscriber {
  // `sleeper` outlives it. `presence`: it also wakes for changes of presence and for typing.
  subscriber(waiter& sleeper, bool presence) : sleeper(sleeper), presence(presence) {}
  waiter& sleeper;
  const bool presence;
  subscriber_hook in_channel;  // fanout: signalled wake::news
  subscriber_hook in_session;  // sessions: signalled wake::signed_out or wake::crowded
};

}  // namespace lingerd
