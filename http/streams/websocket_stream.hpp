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

  task<step> work(connection_io& io) final;
  std::size_t received_bytes() const final;

 protected:
  // The answer to a message of the client.
  virtual task<std::string> answer_message(const caller& sender, std::string text) = 0;

  void append_head(std::string& out) final;
  void append_batch(std::string& out, const batch& b, bool newer_presence) final;
  void append_ping(std::string& out) final { out += ping(); }
  void append_refusal(std::string& out, const refusal& why) final;
  void append_pause(std::string& out) final;
  void append_closing(std::string& out) final;
  chat::view view() const final { return chat::view::events; }
  bool receive(std::string_view bytes, connection_io& io) final;
  input process(std::string& out) final;
  bool expects_pong() const final { return true; }

 private:
  task<step> answer(connection_io& io);

  websocket::reader frames_;
  std::string arrived_;  // and not parsed yet
  std::string message_;  // the message at hand
  std::string replies_;  // to control frames; before the start, the head
  bool has_message_ = false;
};

}  // namespace lingerd
