#pragma once

#include <boost/json/object.hpp>
#include <map>
#include <set>
#include <span>
#include <unordered_map>
#include <vector>

#include "sim/client/accounts.hpp"
#include "sim/load/schedule.hpp"

namespace lingerd::sim {

// Finds out who may write to whom, from what /api/start shows each client: friendships and groups
// among the clients. People who are no clients of this run are left out.
class room_finder {
 public:
  explicit room_finder(std::span<const account> clients);

  void add(std::uint32_t client, const boost::json::object& start);
  // Friends first, then groups, each in a fixed order.
  std::vector<room> rooms() const;

 private:
  void add_group(const boost::json::object& group);

  std::unordered_map<user_id, std::uint32_t> clients_;
  std::set<std::pair<std::uint32_t, std::uint32_t>> friends_;
  std::map<group_id, std::vector<std::uint32_t>> groups_;
};

}  // namespace lingerd::sim
