#pragma once

#include <boost/json/array.hpp>
#include <string>
#include <string_view>

#include "sim/client/seeded_entropy.hpp"
#include "sim/world/users/device.hpp"

namespace lingerd::sim {

// A page written for the Django tutorial, open all the time on a session of its own: it asks
// /webchat/new_msgs/, is held, and asks again. It keeps no cursor; the server keeps one for the
// session, which begins where the session first asks, moves with each answer, and does not outlive
// the server. So what it may rely on is:
//
//   each answer      messages of others that its owner may see, as they are, their ids rising
//   in one life      nothing from before the first request
//   and as long as no answer was lost   nothing twice, and nothing left out between two messages
class tutorial_client {
 public:
  tutorial_client(world_context& context, owner& of, std::string token);

  // Until told to leave.
  task<void> live();
  void tell_leaving();
  bool is_gone() const { return is_gone_; }
  // Its owner is about to end its session: it may be turned away from now on.
  void expect_end() { may_end_ = true; }

 private:
  void begin_anew();
  task<bool> sign_in_again();
  void hear(const requester::reply& r);
  void check(const boost::json::array& list);
  void check_nothing_left_out(const boost::json::array& list, change_id up_to);
  std::string title() const { return owner_.name() + "'s old page"; }

  world_context& context_;
  owner& owner_;
  std::string token_;
  requester door_;
  seeded_entropy entropy_;
  unsigned life_ = 0;    // of the server, in which it first asked
  change_id floor_ = 0;  // the newest when it first asked
  change_id last_ = 0;   // the newest that it was told; 0: none yet
  bool has_asked_ = false;
  bool is_whole_ = true;  // no answer was lost
  bool may_end_ = false;
  bool is_leaving_ = false;
  bool is_gone_ = false;
};

}  // namespace lingerd::sim
