#pragma once

#include "http/protocol/request.hpp"
#include "http/streams/open_stream.hpp"

namespace lingerd {

// Server-Sent Events: a response without an end, one block an event. The client only reads; what it
// sends is dropped.
class sse final : public open_stream {
 public:
  // The chat outlives it. `refused` may be null.
  sse(lingerd::chat& chat, const stream_position& position, std::unique_ptr<refusal> refused)
      : open_stream(chat, position, std::move(refused)) {}

  // Whether a request asks for this transport.
  static bool is_asked_by(const http_request& r);
  // The bytes before the first event, and a sign of life.
  static std::string_view head();
  static std::string_view ping();

 protected:
  void append_head(std::string& out) override { out += head(); }
  void append_event(std::string& events, change_id id, std::string_view json) const override;
  void append_batch(std::string& out, std::string_view events, bool newer_presence) override;
  void append_ping(std::string& out) override { out += ping(); }
  void append_refusal(std::string& out, const refusal& why) override;
  void append_pause(std::string& out) override;
  void append_closing(std::string&) override {}
  bool receive(std::string_view bytes, connection_io& io) override;
  input process(std::string&, connection_io&) override { return input::nothing; }
  bool expects_pong() const override { return false; }
};

}  // namespace lingerd
