#include "http/streams/websocket_stream.hpp"

#include <utility>

#include "core/base/json_writer.hpp"
#include "http/streams/event_list.hpp"

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
  // An HTTP/1.0 request cannot upgrade: its field is ignored.
  return r.is_http_1_1 && lists_word(r[field::upgrade], "websocket");
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

void websocket_stream::append_event(std::string& events, change_id id,
                                    std::string_view json) const {
  event_list(events).add(id, json);
}

void websocket_stream::append_batch(std::string& out, std::string_view events,
                                    bool newer_presence) {
  std::string typing;
  std::string people;
  if (newer_presence) {
    presence& online = chat_.presence();
    chat_.typing().append(typing, position_.caller.user, *position_.presence);
    online.append(people, *chat_.directory().user(position_.caller.user));
  }
  std::string text;
  text.reserve(events.size() + typing.size() + people.size() + 48);
  open_frame(text, position_.after, events);
  if (!events.empty() && !typing.empty()) text += ',';
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

open_stream::input websocket_stream::process(std::string& out, connection_io& io) {
  std::string message;
  const input next = parse(message);
  if (next != input::message) {
    out = std::exchange(replies_, {});
    return next;
  }
  const user_id sender = position_.caller.user;
  const auto refused = begin_message(sender, std::move(message), io.waiter);
  is_sending_ = !refused;
  if (refused) append_answer(out, *refused);
  return is_sending_ ? input::message : input::answered;
}

open_stream::input websocket_stream::parse(std::string& message) {
  std::string_view bytes = arrived_;
  input next = input::nothing;
  while (next == input::nothing && !bytes.empty()) {
    switch (frames_.next(bytes)) {
      case ws::reader::status::message:
        message = std::move(frames_.payload());
        next = input::message;
        break;
      case ws::reader::status::ping:
        // A flood of pings is not answered without a bound.
        if (replies_.size() < chat_.bounds().header_bytes) {
          ws::append_frame(replies_, ws::opcode::pong, frames_.payload());
        }
        break;
      case ws::reader::status::pong:
      case ws::reader::status::need_more: break;
      case ws::reader::status::close:
        ws::append_close(replies_, ws::close_code::normal);
        next = input::ended;
        break;
      case ws::reader::status::refused:
        ws::append_close(replies_, frames_.reason());
        next = input::ended;
        break;
    }
  }
  arrived_.erase(0, arrived_.size() - bytes.size());
  if (arrived_.empty()) arrived_ = {};
  return next;
}

wake_set websocket_stream::wakes() const {
  return is_sending_ ? static_cast<wake_set>(wake::done) : open_stream::wakes();
}

pending::step websocket_stream::resume(event reason, connection_io& io) {
  if (!is_sending_ || reason != event::woken) return open_stream::resume(reason, io);
  is_sending_ = false;
  std::string& out = io.connections.scratch.output;
  out.clear();
  append_answer(out, finish_message());
  return step::write;
}

// The replies to control frames that came before the message go first.
void websocket_stream::append_answer(std::string& out, std::string_view text) {
  out += std::exchange(replies_, {});
  ws::append_frame(out, ws::opcode::text, text);
}

std::size_t websocket_stream::received_bytes() const {
  return arrived_.size() + replies_.size() + frames_.held_bytes();
}

}  // namespace lingerd
