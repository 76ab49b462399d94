#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/base/error.hpp"
#include "http/streams/subscription.hpp"

namespace lingerd {

// A stream that stays open: batches as they come, pings between them, until the client, the session
// or the server ends. The transports, Server-Sent Events and WebSocket, say how each of these looks
// in bytes. Only one write is under way at a time; a batch is collected when the last one is
// written, so that a slow reader costs a batch of memory at most.
class open_stream : public subscription {
 public:
  step resume(event reason, connection_io& io) override;
  task<step> work(connection_io& io) final;
  bool sleeps_over_news(const waiter& asleep) const final;

 protected:
  // A stream with a refusal says so in its first bytes, and ends: no status is seen there.
  open_stream(lingerd::chat& chat, const stream_position& position,
              std::unique_ptr<refusal> refused)
      : subscription(chat), position_(position), refused_(std::move(refused)) {}

  // What a transport does with bytes that the client has sent.
  enum class input : std::uint8_t {
    nothing,   // nothing more to do; there may be replies to write
    message,   // a message is on its way: sleep for wakes()
    answered,  // a message is answered in `out`
    ended,     // write `out`, then end the stream
  };

  // How an event of a batch looks; appends to `events`.
  virtual void append_event(std::string& events, change_id id, std::string_view json) const = 0;

  // Each appends to `out`.
  virtual void append_head(std::string& out) = 0;
  // A batch of `events`, as append_event() has written them, whose end is the position's.
  virtual void append_batch(std::string& out, std::string_view events, bool newer_presence) = 0;
  virtual void append_ping(std::string& out) = 0;
  virtual void append_refusal(std::string& out, const refusal& why) = 0;
  // It gave way to newer streams of its session.
  virtual void append_pause(std::string& out) = 0;
  virtual void append_closing(std::string& out) = 0;

  // Takes over bytes that came; false where there are too many.
  virtual bool receive(std::string_view bytes, connection_io& io) = 0;
  // Processes what was received, and writes replies over `out`.
  virtual input process(std::string& out, connection_io& io) = 0;
  // Whether the client answers pings.
  virtual bool expects_pong() const = 0;

  // Writes a batch and what is new of presence. Nothing where both are empty. Moves the position.
  void append_news(std::string& out, const batch& b, std::string_view events);

  stream_position position_;

 private:
  class encoder;

  step open(connection_io& io);
  step wake_up(connection_io& io);
  step go_on(connection_io& io);
  step park(connection_io& io);
  step end_refused(std::string& out, const refusal& why);
  void schedule_ping(connection_io& io);

  std::unique_ptr<refusal> refused_;  // null once open() has written it
  instant ping_at_{};
  bool is_silent_ = false;  // the last ping is unanswered
};

}  // namespace lingerd
