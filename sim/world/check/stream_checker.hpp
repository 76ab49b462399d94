#pragma once

#include <boost/json/object.hpp>
#include <map>
#include <string>

#include "sim/world/check/world_context.hpp"

namespace lingerd::sim {

// What one client knows of everything that is no message, from its start and the events since, as a
// page keeps it.
class known_states {
 public:
  // `known` tells which read marks stand for something: one who has just come into a group has one
  // without having been told.
  void begin(const boost::json::object& start, user_id me, const truth& known);
  void take(const heard_event& e);
  // In words, where it differs from what a fresh start says now; else empty.
  std::string difference(const known_states& fresh) const;

 private:
  void take_users(const boost::json::value* list);
  void take_user(const boost::json::value& user);

  user_id me_ = 0;
  std::map<user_id, std::string> friends_;  // by their state
  std::map<group_id, std::string> groups_;  // name, brief, owner, admins, members, room
  std::map<user_id, std::string> displays_;
  std::map<std::string, change_id> reads_;  // his own marks, by conversation
  std::map<std::string, change_id> seen_;   // of the other one's
};

// What is wrong with a message as somebody is told it, in words; empty: nothing.
std::string wrong_with(scene& in, user_id reader, const boost::json::object& message);

// Holds what one user's stream says against the truth, batch by batch: ids that rise within what
// was asked for, nothing invented, nothing that is somebody else's, nothing missing. A batch covers
// what lies above `after`, up to and with `up_to`.
void check_batch(scene& in, user_id reader, const std::string& who, change_id after,
                 change_id up_to, const heard& h);

// Holds an answer of /api/start against the truth: the newest message and the unread count of each
// conversation, as of its cursor.
void check_start(scene& in, user_id reader, const std::string& who,
                 const boost::json::object& start);

// The same for a page of history, asked for at `asked_at` with these words.
void check_history(scene& in, user_id reader, const std::string& who, conversation of,
                   change_id before, std::size_t limit, change_id newest_when_asked,
                   const boost::json::object& page);

}  // namespace lingerd::sim
