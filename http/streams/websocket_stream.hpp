#pragma once

#include <optional>

#include "http/protocol/request.hpp"
#include "http/protocol/response.hpp"
#include "http/protocol/websocket_frame.hpp"
#include "http/streams/open_stream.hpp"

namespace lingerd {

// A WebSocket: batches as text frames, and messages of the client, which are answered one after the
// other.
class websocket_stream : public open_stream {
 public:
  // `key` is the handshake's. The chat outlives it. `refused` may be null.
  websocket_stream(lingerd::chat& chat, const stream_position& position,
                   std::unique_ptr<refusal> refused, std::string_view key);

  // Whether a request asks for this transport.
  static bool is_asked_by(const http_request& r);
  // The refusal of a malformed handshake; none where it is well-formed.
  static std::optional<response> refuse_handshake(const http_request& r);
  // The bytes before the first frame, and a sign of life.
  static std::string head(std::string_view key);
  static std::string ping();

  wake_set wakes() const final;
  step resume(event reason, connection_io& io) final;
  std::size_t received_bytes() const final;

 protected:
  // Takes over a message of the client. Returns the answer to a message that is refused at once;
  // otherwise `asleep`, which outlives this object, is signalled wake::done when the answer is
  // known.
  virtual std::optional<std::string> begin_message(user_id sender, std::string text,
                                                   waiter& asleep) = 0;
  // The answer, once.
  virtual std::string finish_message() = 0;

  void append_head(std::string& out) final;
  void append_event(std::string& events, change_id id, std::string_view json) const final;
  void append_batch(std::string& out, std::string_view events, bool newer_presence) final;
  void append_ping(std::string& out) final { out += ping(); }
  void append_refusal(std::string& out, const refusal& why) final;
  void append_pause(std::string& out) final;
  void append_closing(std::string& out) final;
  bool receive(std::string_view bytes, connection_io& io) final;
  input process(std::string& out, connection_io& io) final;
  bool expects_pong() const final { return true; }

 private:
  // Parses what arrived up to the next message of the client. Control frames are answered in
  // `replies_`.
  input parse(std::string& message);
  void append_answer(std::string& out, std::string_view text);

  websocket::reader frames_;
  std::string arrived_;      // and not parsed yet
  std::string replies_;      // to control frames; before the start, the head
  bool is_sending_ = false;  // a message of the client is on its way
};

}  // namespace lingerd
