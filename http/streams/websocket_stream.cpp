#include "http/streams/websocket_stream.hpp"

#include <utility>

#include "core/base/json_writer.hpp"

namespace lingerd {
namespace {

namespace ws = websocket;

// {"next":N,"events":[…, open at its end.
void open_frame(std::string& out, change_id next, std::string_view events) {
  out += R"({"next":)";
  json_writer::number(out, next);
  out += R"(,"events":[)";
  out += events;
}

// A lost session and an expired cursor have codes of their own.
ws::close_code close_code_of(error e) {
  if (e == error::not_signed_in) return ws::close_code::not_signed_in;
  if (e == error::cursor_expired) return ws::close_code::cursor_expired;
  return ws::close_code::going_away;
}

}  // namespace

websocket_stream::websocket_stream(lingerd::chat& chat, const stream_position& position,
                                   std::unique_ptr<refusal> refused, std::string_view key)
    : open_stream(chat, position, std::move(refused)),
      frames_(true, chat.bounds().body_bytes),
      replies_(head(key)) {}

bool websocket_stream::is_asked_by(const http_request& r) {
  return lists_word(r[field::upgrade], "websocket");
}

std::optional<response> websocket_stream::refuse_handshake(const http_request& r) {
  if (r.method != method::get || !r.is_http_1_1 || !lists_word(r[field::connection], "upgrade")) {
    return refuse(error::bad_request, "this is no WebSocket handshake");
  }
  if (r[field::websocket_version] != "13") {
    response no = refuse(error::bad_request, "Sec-WebSocket-Version must be 13");
    no.fields += "Sec-WebSocket-Version: 13\r\n";
    return no;
  }
  if (!ws::is_key(r[field::websocket_key])) {
    return refuse(error::bad_request, "Sec-WebSocket-Key must be 16 bytes in base64");
  }
  return std::nullopt;
}

std::string websocket_stream::head(std::string_view key) {
  return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
         "Sec-WebSocket-Accept: " +
         ws::accept_of(key) + "\r\n\r\n";
}

std::string websocket_stream::ping() {
  std::string out;
  ws::append_frame(out, ws::opcode::ping, {});
  return out;
}

void websocket_stream::append_head(std::string& out) { out += std::exchange(replies_, {}); }

void websocket_stream::append_batch(std::string& out, const batch& b, bool newer_presence) {
  std::string typing;
  std::string people;
  if (newer_presence) {
    presence& online = chat_.presence();
    chat_.typing().append(typing, position_.who.user, *position_.presence);
    online.append(people, *chat_.directory().user(position_.who.user));
  }
  std::string text;
  text.reserve(b.events.size() + typing.size() + people.size() + 48);
  open_frame(text, b.next, b.events);
  if (!b.events.empty() && !typing.empty()) text += ',';
  text += typing;
  text += ']';
  if (newer_presence) {
    text += ',';
    text += people;
  }
  text += '}';
  ws::append_frame(out, ws::opcode::text, text);
}

void websocket_stream::append_refusal(std::string& out, const refusal& why) {
  ws::append_frame(out, ws::opcode::text, error_body(why));
  ws::append_close(out, close_code_of(why.code));
}

void websocket_stream::append_pause(std::string& out) {
  std::string text;
  open_frame(text, position_.after, {});
  text += R"(],"pause":)";
  json_writer::number(text, chat_.bounds().pause_when_crowded.count());
  text += '}';
  ws::append_frame(out, ws::opcode::text, text);
  ws::append_close(out, ws::close_code::normal);
}

void websocket_stream::append_closing(std::string& out) {
  ws::append_close(out, ws::close_code::going_away);
}

bool websocket_stream::receive(std::string_view bytes, connection_io&) {
  arrived_.append(bytes);
  return true;
}

// Parses what arrived, up to the next message of the client. Control frames are answered in
// `replies_`.
open_stream::input websocket_stream::process(std::string& out) {
  std::string_view bytes = arrived_;
  bool is_ending = false;
  while (!has_message_ && !is_ending && !bytes.empty()) {
    switch (frames_.next(bytes)) {
      case ws::reader::got::message:
        message_ = std::move(frames_.payload());
        has_message_ = true;
        break;
      case ws::reader::got::ping:
        // A flood of pings is not answered without a bound.
        if (replies_.size() < chat_.bounds().header_bytes) {
          ws::append_frame(replies_, ws::opcode::pong, frames_.payload());
        }
        break;
      case ws::reader::got::pong:
      case ws::reader::got::need_more: break;
      case ws::reader::got::close:
        ws::append_close(replies_, ws::close_code::normal);
        is_ending = true;
        break;
      case ws::reader::got::refused:
        ws::append_close(replies_, frames_.why());
        is_ending = true;
        break;
    }
  }
  arrived_.erase(0, arrived_.size() - bytes.size());
  if (arrived_.empty()) arrived_ = {};
  if (has_message_) return input::message;
  out = std::exchange(replies_, {});
  return is_ending ? input::ended : input::nothing;
}

task<pending::step> websocket_stream::work(connection_io& io) {
  return has_message_ ? answer(io) : open_stream::work(io);
}

task<pending::step> websocket_stream::answer(connection_io& io) {
  has_message_ = false;
  std::string text = std::move(message_);
  const caller sender = position_.who;
  const std::string answer = co_await answer_message(sender, std::move(text));
  std::string& out = io.home.scratch.output;
  out = std::exchange(replies_, {});
  ws::append_frame(out, ws::opcode::text, answer);
  co_return step::write;
}

std::size_t websocket_stream::received_bytes() const {
  return arrived_.size() + message_.size() + replies_.size() + frames_.held();
}

}  // namespace lingerd
