#pragma once

#include "core/chat/waiting_commit.hpp"

namespace lingerd {

// A message on its way to the disk: what chat::begin_send() gives to one who sleeps himself.
class chat::pending_send {
 public:
  // `sleeper` outlives it.
  pending_send(chat& c, std::uint64_t ticket, waiter& sleeper) : place_(c, ticket, sleeper) {}

  // What became of it. REQUIRES: `sleeper` was signalled wake::done. Once.
  result<sent> take();

 private:
  waiting_commit place_;
};

}  // namespace lingerd
