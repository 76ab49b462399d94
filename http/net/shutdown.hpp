#pragma once

#include <functional>
#include <vector>

#include "core/chat/chat.hpp"
#include "http/connection/connection.hpp"

namespace lingerd {

// The way down, in order: held requests are answered, requests under way finished, what was
// gathered is written. It takes five seconds at most. Who begins it has closed the doors already.
class going_down {
 public:
  // All outlive it. `done` is called once, on the loop, when nothing is left or the time is over;
  // it may stop the loop, and must not destroy this.
  going_down(chat& talk, std::vector<connection_host*> hosts, std::function<void()> done);

  void begin();

 private:
  struct again_timer : timer {
    again_timer(callback c, going_down& o) : timer(c), owner(o) {}
    going_down& owner;
  };
  void look();

  chat& talk_;
  const std::vector<connection_host*> hosts_;
  const std::function<void()> done_;
  instant since_{};
  again_timer again_;
};

}  // namespace lingerd
