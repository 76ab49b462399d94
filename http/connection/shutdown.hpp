#pragma once

#include <functional>
#include <vector>

#include "core/chat/chat.hpp"
#include "core/loop/owned_timer.hpp"
#include "http/connection/connection.hpp"

namespace lingerd {

// The shutdown of a server: answers held requests at once, finishes requests under way, and writes
// gathered read marks to the store. It waits for the disk for as long as changes are on their way
// to it, so that they are acknowledged, and says so in the log; and then at most five seconds for
// clients. The server owns it; on the loop's thread.
class shutdown {
 public:
  // All outlive the object. `on_done` is called once, on the loop, when nothing is left or the time
  // is over; it may stop the loop, and must not destroy this object.
  shutdown(lingerd::chat& chat, std::vector<connections*> connection_sets,
           std::function<void()> on_done);

  // REQUIRES: the listeners are closed.
  void begin();

 private:
  void check();

  lingerd::chat& chat_;
  const std::vector<connections*> connection_sets_;
  const std::function<void()> on_done_;
  instant start_{};
  instant last_pending_{};  // when a change last waited for the disk
  bool is_waiting_told_ = false;
  owned_timer<shutdown, &shutdown::check> check_timer_;
};

}  // namespace lingerd
