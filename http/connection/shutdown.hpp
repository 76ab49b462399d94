#pragma once

#include <functional>
#include <vector>

#include "core/chat/chat.hpp"
#include "core/loop/owned_timer.hpp"
#include "http/connection/connection.hpp"

namespace lingerd {

// The way down, in order: held requests are answered, requests under way finished, what was
// gathered is written. It takes five seconds at most. Who begins it has closed the doors already.
class shutdown {
 public:
  // All outlive it. `done` is called once, on the loop, when nothing is left or the time is over;
  // it may stop the loop, and must not destroy this.
  shutdown(lingerd::chat& chat, std::vector<connections*> connection_sets,
           std::function<void()> on_done);

  void begin();

 private:
  void check();

  lingerd::chat& chat_;
  const std::vector<connections*> connection_sets_;
  const std::function<void()> on_done_;
  instant start_{};
  owned_timer<shutdown, &shutdown::check> check_timer_;
};

}  // namespace lingerd
