#pragma once

#include <string>

#include "http/streams/subscription.hpp"

namespace lingerd {

// A poll that may be held: GET /api/events, and the tutorial's new_msgs.
struct poll_request : stream_position {
  std::uint32_t wait_s = 0;  // 0: a short poll
  bool classic = false;      // the tutorial's: a bare list of others' messages
};

// The polls, short, long and the tutorial's: waits for a batch, which is the response.
class long_poll final : public subscription {
 public:
  // The chat outlives it.
  long_poll(lingerd::chat& chat, const poll_request& request)
      : subscription(chat), request_(request) {}

  const poll_request& request() const { return request_; }

  step resume(event reason, connection_io& io) override;
  task<step> work(connection_io& io) override;
  bool sleeps_over_news(const waiter& asleep) const override;

  enum class verdict {
    answered,   // the body is written
    wait,       // nothing yet
    ask_store,  // memory does not reach back that far: read() from the store, then take()
  };

  // Looks for events after the cursor in memory, and writes the response's body over `body`; what
  // `events` held is overwritten, too. With `must_answer`, an empty batch is a response, too. Moves
  // request.after over changes that do not concern the reader.
  static verdict look(lingerd::chat& chat, poll_request& request, bool must_answer,
                      std::string& events, std::string& body);
  // Reads the batch from the store; writes its events over `events`, which outlives the task.
  static task<result<batch>> read(lingerd::chat& chat, const poll_request& request,
                                  std::string& events);
  // look() for a batch at hand: answered or wait.
  static verdict take(lingerd::chat& chat, poll_request& request, const batch& b,
                      std::string_view events, bool must_answer, std::string& body);
  // The response of a poll that gave way to newer ones of its session.
  static std::string crowded_body(lingerd::chat& chat, const poll_request& request);
  // How long to hold: a little less than asked, so that a thousand clients' polls do not come back
  // in one moment for ever; a long hold ends on a coalesced instant (core/loop/clock.hpp).
  static instant hold_time(const lingerd::chat& chat, const poll_request& request, instant now);

 private:
  step wake_up(connection_io& io);
  step look_again(connection_io& io);
  step park(connection_io& io);
  static step refused(connection_io& io, const refusal& why);
  static step answered(connection_io& io);

  poll_request request_;
  bool is_parked_ = false;   // the deadline is set and the session held
  bool asks_store_ = false;  // work() reads the store: it does not sleep
};

}  // namespace lingerd
