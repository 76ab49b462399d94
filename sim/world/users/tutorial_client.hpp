#pragma once

#include <boost/json/array.hpp>
#include <string>
#include <string_view>

#include "sim/client/seeded_entropy.hpp"
#include "sim/world/users/device.hpp"

namespace lingerd::sim {

// A page written for the Django tutorial, open all the time on a session of its own: it asks
// /webchat/new_msgs/, is held, and asks again. It keeps no cursor; the server keeps one for the
// session, which begins with the session's first request, moves with each answer, and is lost when
// the server ends. So these promises are checked:
//
//   each answer                     stored messages of others that the owner may see, ids rising
//   in one life of the server       nothing from before the first request
//   as long as no answer is lost    nothing twice, and no gap between two messages
//
// Owned by its user.
class tutorial_client {
 public:
  tutorial_client(world_context& context, device_owner& owner, std::string token);

  // Runs until leave().
  task<void> run();
  void leave();
  bool is_gone() const { return is_gone_; }
  // The owner is about to end its session: from now on it may be turned away.
  void expect_session_end() { may_session_end_ = true; }

 private:
  void begin_cursor();
  task<bool> sign_in_again();
  task<bool> handle_failure(requester::reply reply);
  void take_messages(const requester::reply& reply);
  void check(const boost::json::array& list);
  void check_gapless(const boost::json::array& list, change_id up_to);
  std::string title() const { return owner_.name() + "'s tutorial page"; }

  world_context& context_;
  device_owner& owner_;
  std::string token_;
  requester requester_;
  seeded_entropy entropy_;
  unsigned server_life_ = 0;  // in which the session's cursor began
  change_id floor_ = 0;       // the newest change at that moment
  change_id newest_ = 0;      // the newest message received; 0: none yet
  bool has_cursor_ = false;
  bool is_complete_ = true;  // no answer was lost since
  bool may_session_end_ = false;
  bool is_leaving_ = false;
  bool is_gone_ = false;
};

}  // namespace lingerd::sim
