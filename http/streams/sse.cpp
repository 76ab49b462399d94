#include "http/streams/sse.hpp"

#include <algorithm>

#include "core/base/json_writer.hpp"
#include "http/protocol/response.hpp"

namespace lingerd {

bool sse::is_asked_by(const http_request& r) {
  return lists_word(r[field::accept], "text/event-stream");
}

// The stream ends with the connection: no length, no chunks.
std::string_view sse::head() {
  return "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n"
         "Cache-Control: no-store\r\nX-Accel-Buffering: no\r\nConnection: close\r\n\r\n";
}

std::string_view sse::ping() { return ":\n\n"; }

void sse::append_event(std::string& events, change_id id, std::string_view json) const {
  events += "id: ";
  events += chat_.epoch();
  events += '.';
  json_writer::number(events, id);
  events += "\ndata: ";
  events += json;
  events += "\n\n";
}

void sse::append_batch(std::string& out, std::string_view events, bool newer_presence) {
  out += events;
  if (!newer_presence) return;
  std::string typing;
  std::string people;
  presence& online = chat_.presence();
  chat_.typing().append(typing, position_.caller.user, *position_.presence);
  online.append(people, *chat_.directory().user(position_.caller.user));
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

// No later reconnection can succeed after an ended session or an expired cursor, and no status
// stops EventSource within the stream: its next attempt is put off by a day. 204 would stop it for
// good, but also hide the refusal from a page that reconnects after a restart.
void sse::append_refusal(std::string& out, const refusal& why) {
  constexpr std::string_view retry_after_a_day = "retry: 86400000\n";
  if (why.code == error::not_signed_in || why.code == error::cursor_expired) {
    out += retry_after_a_day;
  }
  out += "event: error\ndata: ";
  out += error_body(why);
  out += "\n\n";
}

// EventSource reconnects by itself, after this time.
void sse::append_pause(std::string& out) {
  const auto pause = chat_.bounds().pause_when_crowded.count();
  out += "retry: ";
  json_writer::number(out, pause * 1000);
  out += "\nevent: pause\ndata: {\"pause\":";
  json_writer::number(out, pause);
  out += "}\n\n";
}

bool sse::receive(std::string_view bytes, connection_io& io) {
  io.drained_bytes += bytes.size();
  return io.drained_bytes <= chat_.bounds().pipelined_bytes;
}

}  // namespace lingerd
