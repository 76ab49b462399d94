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

// The messages that a device sends on the WebSocket it listens on. Each has one answer, in the
// order of sending; if the WebSocket ends first, the outcome of the rest is unknown. Owned by the
// device; `loop` outlives it.
class websocket_sender {
 public:
  explicit websocket_sender(loop& loop) : loop_(loop) {}

  // A message that waits for its answer.
  struct pending_message {
    pending_message(loop& loop, std::string cid)
        : cid(std::move(cid)), sent_at(loop.now()), sleeper(loop) {}
    const std::string cid;
    const instant sent_at;
    std::optional<requester::reply> answer;
    waiter sleeper;
  };
  using message_ptr = std::shared_ptr<pending_message>;

  // Sends `message` ({"type":…,"to":…,"msg":…,"cid":…}). REQUIRES: `client` is on a WebSocket.
  message_ptr send(client& client, std::string cid, const std::string& message);
  // The answer as HTTP would give it: 201 for a message that was sent, else the status of its
  // refusal; 0 where none arrives within `timeout`.
  task<requester::reply> wait_for_answer(message_ptr message, instant timeout);

  // Takes {"sent":…} or {"refused":…}. False where it is not the answer to the oldest message.
  bool take_answer(std::string_view text);
  // The WebSocket has ended: every pending message gets status 0.
  void fail_all();

 private:
  loop& loop_;
  std::deque<message_ptr> unanswered_;  // in the order of sending
};

}  // namespace lingerd::sim
