#pragma once

#include <boost/json/object.hpp>
#include <map>
#include <string>

#include "sim/client/event_parser.hpp"
#include "sim/world/check/oracle.hpp"

namespace lingerd::sim {

// What one device knows besides messages, from its start and the events since, as the page keeps
// it: friends, groups, display names, read marks. Compared with a fresh start at the end.
class known_states {
 public:
  // Replaces everything. The oracle tells which read marks count: a new member of a group has one
  // without an event.
  void begin(const boost::json::object& start, user_id me, const oracle& oracle);
  void apply(const parsed_event& e);
  // Describes the first difference from a fresh start; empty where there is none.
  std::string difference(const known_states& fresh) const;

 private:
  void take_users(const boost::json::value* list);
  void take_user(const boost::json::value& user);

  user_id me_ = 0;
  std::map<user_id, std::string> friends_;  // by their state
  std::map<group_id, std::string> groups_;  // name, brief, owner, admins, members, size
  std::map<user_id, std::string> displays_;
  std::map<std::string, change_id> read_marks_;  // the user's own, by conversation
  std::map<std::string, change_id> seen_marks_;  // the other user's
};

}  // namespace lingerd::sim
