#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/loop/waiter.hpp"
#include "sim/client/client.hpp"
#include "sim/client/requester.hpp"

namespace lingerd::sim {

// What a device says on the WebSocket that it listens on. Answers come in the order of what was
// said, one each; where the WebSocket ends first, nobody knows what became of the rest.
class socket_talk {
 public:
  explicit socket_talk(loop& on) : loop_(on) {}

  // A message that was said, and waits for its answer.
  struct spoken {
    spoken(loop& on, std::string cid) : cid(std::move(cid)), said_at(on.now()), asleep(on) {}
    const std::string cid;
    const instant said_at;
    std::optional<asker::reply> answer;
    waiter asleep;
  };
  using spoken_ptr = std::shared_ptr<spoken>;

  // Says `message` ({"type":…,"to":…,"msg":…,"cid":…}). REQUIRES: `by` is on a WebSocket.
  spoken_ptr say(client& by, std::string cid, const std::string& message);
  // Its answer, as HTTP would have given it: 201 where it was sent, else the refusal's status; 0
  // where none came in so long.
  task<asker::reply> answer_to(spoken_ptr what, instant longest);

  // What came in answer; false where it answers something else than what is next in turn.
  bool heard(std::string_view text);
  void ended();

 private:
  loop& loop_;
  std::deque<spoken_ptr> unanswered_;  // in the order of saying
};

}  // namespace lingerd::sim
