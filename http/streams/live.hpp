#pragma once

#include <optional>
#include <string>

#include "core/chat/chat.hpp"
#include "http/connection/reply.hpp"

// What the streams that stay open put on the wire: Server-Sent Events and WebSocket. Bytes only;
// the connection does the waiting and the writing.
namespace lingerd::live {

using kind = open_stream::kind;

// The stream that a request asks for, if any; else it is a poll.
std::optional<kind> kind_of(const http_request& r);
// What is wrong with a WebSocket's handshake, if anything.
std::optional<response> refuse_handshake(const http_request& r);

// How chat is to write a batch for it.
inline chat::view view_of(kind k) { return k == kind::sse ? chat::view::sse : chat::view::events; }

// Each appends to `out`.
void head(std::string& out, const stream_request& s);
// A batch, with what is new of presence, which `s` then knows. Nothing where both are empty. Moves
// the cursor.
void tell(std::string& out, chat& talk, open_stream& s, const batch& b);
// A sign of life.
void ping(std::string& out, kind k);
// Why the stream ends: 401 and 410 by their own codes.
void end_refused(std::string& out, kind k, const refusal& why);
// It gave way to newer streams of its session.
void end_crowded(std::string& out, chat& talk, const open_stream& s);
// The server goes down.
void end_closing(std::string& out, kind k);

}  // namespace lingerd::live
