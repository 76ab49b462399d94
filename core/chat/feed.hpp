#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/base/limits.hpp"
#include "core/chat/chat_state.hpp"
#include "core/loop/task.hpp"
#include "core/state/store.hpp"

namespace lingerd {

// Which events of its stream a reader wants.
enum class selection : std::uint8_t {
  everything,
  messages_of_others,  // for a client that knows no other events
};

// Takes the events of a batch, in the order of their ids. A transport derives from it and decides
// how an event looks in bytes.
class event_sink {
 public:
  virtual ~event_sink() = default;
  // `json` is valid during the call only.
  virtual void add(change_id id, std::string_view json) = 0;
  // Bytes that the events take up so far; the batch ends beyond limits.batch_bytes.
  virtual std::size_t bytes() const = 0;
};

// What a batch covers: the changes from the cursor that was given up to `next`.
struct batch {
  change_id next = 0;  // the cursor after it
  bool more = false;   // there are events above `next`
};

// The events of a user above a cursor: from the fan-out's memory where it reaches back far enough,
// otherwise from the store. Owned by the chat; on the loop's thread.
class feed {
 public:
  // All of these outlive it.
  feed(lingerd::loop& loop, chat_state& state, store& store, const limits& bounds)
      : loop_(loop), state_(state), store_(store), bounds_(bounds) {}

  // The events in memory; nothing, and none is added, if the store has to be read.
  std::optional<batch> at_hand(const person& reader, change_id after, selection wanted,
                               event_sink& sink);
  // The same from the store, for a reader that was away for longer; of a state that changed several
  // times, only the newest value. `sink` outlives the task.
  task<result<batch>> from_store(user_id reader, change_id after, selection wanted,
                                 event_sink& sink);

 private:
  bool is_full(std::size_t events, const event_sink& sink) const {
    return events == bounds_.batch_events || sink.bytes() > bounds_.batch_bytes;
  }

  lingerd::loop& loop_;
  chat_state& state_;
  store& store_;
  const limits& bounds_;
  std::vector<const fanout::event*> found_;  // scratch of at_hand()
};

}  // namespace lingerd
