#pragma once

#include <cstddef>
#include <string>

#include "core/base/limits.hpp"
#include "sim/world/server/world_server.hpp"

namespace lingerd::sim {

// Holds a running server against the sum at the top of core/base/limits.hpp: every container that a
// client can make grow, each against its own bound. A new container of the server is added to the
// sum, gets an accessor, and is compared here.
class bounds_checker {
 public:
  // `bounds` outlive it. They are the server's own, or tighter ones in a test that shows that each
  // can be broken. No single event is longer than `event_bytes_max`.
  bounds_checker(const limits& bounds, std::size_t event_bytes_max)
      : bounds_(bounds), event_bytes_max_(event_bytes_max) {}

  // Describes a container that is beyond its bound; empty where there is none. Each call checks all
  // connections, all containers of the server, and one user and one group, in turn.
  std::string find_excess(world_server& server);

 private:
  void check(const char* name, std::size_t size, std::size_t bound);
  void check_connections(const connections& host);
  void check_fanout(chat& chat);
  void check_changes(const chat& chat, const connections& host);
  void check_presence(chat& chat);
  void check_sign_ins(const app_context& app, const chat& chat);
  void check_user(chat& chat, user_id id);
  void check_group(const chat& chat, group_id id);

  const limits& bounds_;
  const std::size_t event_bytes_max_;
  std::size_t turn_ = 0;
  std::string excess_;
};

}  // namespace lingerd::sim
