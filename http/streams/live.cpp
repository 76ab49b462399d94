#include "http/streams/live.hpp"

#include <algorithm>
#include <cctype>

#include "core/base/json_writer.hpp"
#include "http/protocol/websocket_frame.hpp"

namespace lingerd::live {
namespace {

namespace ws = websocket;

// Whether a header's list has this word, in whatever case.
bool lists(std::string_view header, std::string_view word) {
  const auto same = [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) ==
           std::tolower(static_cast<unsigned char>(b));
  };
  return std::search(header.begin(), header.end(), word.begin(), word.end(), same) != header.end();
}

// {"next":N,"events":[…]}, open at its end.
void open_frame(std::string& out, change_id next, std::string_view events) {
  out += R"({"next":)";
  json_writer::number(out, next);
  out += R"(,"events":[)";
  out += events;
}

ws::close_code close_code_of(error e) {
  if (e == error::not_signed_in) return ws::close_code::not_signed_in;
  if (e == error::cursor_expired) return ws::close_code::cursor_expired;
  return ws::close_code::going_away;
}

}  // namespace

std::optional<kind> kind_of(const http_request& r) {
  if (lists(r[field::upgrade], "websocket")) return kind::websocket;
  if (lists(r[field::accept], "text/event-stream")) return kind::sse;
  return std::nullopt;
}

std::optional<response> refuse_handshake(const http_request& r) {
  if (r.method != method::get || !r.is_http_1_1 || !lists(r[field::connection], "upgrade")) {
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

void head(std::string& out, const stream_request& s) {
  if (s.kind == kind::websocket) {
    out +=
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: ";
    out += s.accept;
    out += "\r\n\r\n";
    return;
  }
  // It ends with the connection: no length, no chunks.
  out +=
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n"
      "Cache-Control: no-store\r\nX-Accel-Buffering: no\r\nConnection: close\r\n\r\n";
}

void tell(std::string& out, chat& chat, open_stream& s, const batch& b) {
  s.after = b.next;
  presence& online = chat.presence();
  const bool newer = s.presence && chat.has_presence_news(s.who.user, *s.presence);
  if (b.events.empty() && !newer) return;
  std::string typing;
  std::string people;
  if (newer) {
    chat.typing().append(typing, s.who.user, *s.presence);
    online.append(people, *chat.directory().user(s.who.user));
    s.presence = online.revision();
  }
  if (s.kind == kind::websocket) {
    std::string text;
    text.reserve(b.events.size() + typing.size() + people.size() + 48);
    open_frame(text, b.next, b.events);
    if (!b.events.empty() && !typing.empty()) text += ',';
    text += typing;
    text += ']';
    if (newer) {
      text += ',';
      text += people;
    }
    text += '}';
    ws::append_frame(out, ws::opcode::text, text);
    return;
  }
  out += b.events;
  if (!newer) return;
  // One event a block; several typists are {…},{…}.
  for (std::string_view rest = typing; !rest.empty();) {
    const std::size_t end = rest.find('}') + 1;
    out += "data: ";
    out += rest.substr(0, end);
    out += "\n\n";
    rest.remove_prefix(std::min(rest.size(), end + 1));
  }
  constexpr std::string_view name = R"("presence":)";
  out += "event: presence\ndata: ";
  out += std::string_view(people).substr(name.size());
  out += "\n\n";
}

void ping(std::string& out, kind k) {
  if (k == kind::sse) {
    out += ":\n\n";
  } else {
    ws::append_frame(out, ws::opcode::ping, {});
  }
}

void end_refused(std::string& out, kind k, const refusal& why) {
  const std::string body = error_body(why);
  if (k == kind::sse) {
    out += "event: error\ndata: ";
    out += body;
    out += "\n\n";
    return;
  }
  ws::append_frame(out, ws::opcode::text, body);
  ws::append_close(out, close_code_of(why.code));
}

void end_crowded(std::string& out, chat& chat, const open_stream& s) {
  const auto pause = chat.bounds().pause_when_crowded.count();
  if (s.kind == kind::sse) {
    // EventSource comes back by itself, after this time.
    out += "retry: ";
    json_writer::number(out, pause * 1000);
    out += "\nevent: pause\ndata: {\"pause\":";
    json_writer::number(out, pause);
    out += "}\n\n";
    return;
  }
  std::string text;
  open_frame(text, s.after, {});
  text += R"(],"pause":)";
  json_writer::number(text, pause);
  text += '}';
  ws::append_frame(out, ws::opcode::text, text);
  ws::append_close(out, ws::close_code::normal);
}

void end_closing(std::string& out, kind k) {
  if (k == kind::websocket) ws::append_close(out, ws::close_code::going_away);
}

}  // namespace lingerd::live
