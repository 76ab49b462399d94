#pragma once

#include <cstddef>
#include <string>

#include "core/base/limits.hpp"
#include "sim/world/server/world_server.hpp"

namespace lingerd::sim {

// Holds a running server against the sum at the top of core/limits.hpp: everything in it that a
// client can make grow, each against its own bound. Whoever adds a container to the server adds it
// to the sum, gives it an accessor and compares it here.
class memory_watch {
 public:
  // `bounds` outlive it and are the server's, or, to see that each of them can be broken, tighter
  // ones. No single event is longer than `event_bytes_max`.
  memory_watch(const limits& bounds, std::size_t event_bytes_max)
      : bounds_(bounds), event_bytes_max_(event_bytes_max) {}

  // In words, something that is beyond its bound; empty where nothing is. Looks at each connection,
  // at each container's size, and at one user and one group, which take turns.
  std::string beyond(world_server& server);

 private:
  void hold(const char* what, std::size_t is, std::size_t most);
  void look_at_connections(const connection_host& host);
  void look_at_streams(chat& talk);
  void look_at_changes(const chat& talk, const connection_host& host);
  void look_at_presence(chat& talk);
  void look_at_door(const world_server& server, const chat& talk);
  void look_at_user(chat& talk, user_id id);
  void look_at_group(const chat& talk, group_id id);

  const limits& bounds_;
  const std::size_t event_bytes_max_;
  std::size_t turn_ = 0;
  std::string found_;
};

}  // namespace lingerd::sim
