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

// Finds each client's possible recipients in its /api/start: friendships and groups among the
// clients of this run. Other users are ignored.
class audience_finder {
 public:
  explicit audience_finder(std::span<const account> clients);

  void add(std::uint32_t client, const boost::json::object& start);
  // Friends first, then groups, each in a fixed order. A group with fewer than two clients is left
  // out.
  std::vector<audience> audiences() const;

 private:
  void add_group(const boost::json::object& group);

  std::unordered_map<user_id, std::uint32_t> clients_;
  std::set<std::pair<std::uint32_t, std::uint32_t>> friends_;
  std::map<group_id, std::vector<std::uint32_t>> groups_;
};

}  // namespace lingerd::sim
