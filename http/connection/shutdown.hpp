#pragma once

#include <functional>
#include <vector>

#include "core/chat/chat.hpp"
#include "http/connection/connection.hpp"

namespace lingerd {

// The way down, in order: held requests are answered, requests under way finished, what was
// gathered is written. It takes five seconds at most. Who begins it has closed the doors already.
class shutdown {
 public:
  // All outlive it. `done` is called once, on the loop, when nothing is left or the time is over;
  // it may stop the loop, and must not destroy this.
  shutdown(chat& talk, std::vector<connections*> hosts, std::function<void()> on_done);

  void begin();

 private:
  struct again_timer : timer {
    again_timer(callback c, shutdown& o) : timer(c), owner(o) {}
    shutdown& owner;
  };
  void look();

  chat& chat_;
  const std::vector<connections*> hosts_;
  const std::function<void()> on_done_;
  instant since_{};
  again_timer again_;
};

}  // namespace lingerd
