#include "core/base/json_writer.hpp"
#include "core/base/text.hpp"
#include "http/api/api.hpp"
#include "http/api/message_form.hpp"
#include "http/api/pending_message.hpp"
#include "http/streams/long_poll.hpp"
#include "http/streams/sse.hpp"
#include "http/streams/websocket_stream.hpp"

// The start, the stream's polls, sending, reading.
namespace lingerd::api {
namespace {

// A query's number: absent, or digits alone; anything else is refused.
result<std::optional<std::uint64_t>> query_number(const http_request& r, std::string_view name) {
  const auto text = value_of(r.query(), name);
  if (!text) return std::optional<std::uint64_t>();
  const auto n = digits(*text);
  if (!n) {
    return refusal(error::bad_request,
                   "\"" + std::string(name) + "\" must be a whole number from 0");
  }
  return n;
}

task<response> do_start(app_context& in, user_id reader) {
  result<std::string> body = co_await in.chat.start(reader);
  if (!body) co_return refuse(body.error());
  response r(200, std::move(*body));
  r.body += R"(,"server":{"title":)";
  json_writer::quote(r.body, in.options.title);
  r.body += R"(,"wait_max":)";
  json_writer::number(r.body, in.chat.bounds().wait_max.count());
  r.body += R"(,"msg_bytes_max":)";
  json_writer::number(r.body, in.chat.bounds().message_bytes);
  r.body += in.chat.wall().synced ? R"(,"clock":"synced"}})" : R"(,"clock":"unsynced"}})";
  co_return r;
}

task<response> do_history(app_context& in, user_id reader, conversation of, change_id before,
                          std::size_t limit) {
  result<std::string> body = co_await in.chat.history(reader, of, before, limit);
  if (!body) co_return refuse(body.error());
  co_return response(200, std::move(*body));
}

reply send_message(request_context& c, message_form message, pending_message::form form) {
  return std::make_unique<pending_message>(c.in, c.who.user, std::move(message), form);
}

// Where the stream goes on from: what EventSource remembers goes before what the address says.
struct cursor {
  std::string epoch;
  change_id after = 0;
};

result<cursor> read_cursor(const http_request& r, bool may_remember) {
  cursor at;
  const std::string& remembered = r[field::last_event_id];
  if (may_remember && !remembered.empty()) {
    const std::size_t dot = remembered.rfind('.');
    const auto n = dot == std::string::npos ? std::nullopt
                                            : digits(std::string_view(remembered).substr(dot + 1));
    if (!n) return refusal(error::bad_request, "Last-Event-ID is not one of this stream");
    at.epoch = remembered.substr(0, dot);
    at.after = *n;
    return at;
  }
  const auto after = query_number(r, "after");
  if (!after) return after.error();
  if (!*after) return refusal(error::bad_request, "\"after\" is missing");
  auto epoch = value_of(r.query(), "epoch");
  if (!epoch || epoch->empty()) return refusal(error::bad_request, "\"epoch\" is missing");
  at.epoch = std::move(*epoch);
  at.after = **after;
  return at;
}

// A transport that stays open: a refusal of its session or cursor is written within
// the stream, since no status is seen there.
reply open_events(request_context& c, bool is_websocket) {
  const http_request& r = c.request;
  if (is_websocket) {
    if (auto no = websocket_stream::refuse_handshake(r)) return std::move(*no);
    const auto allowed = c.in.guard.check_stream_origin(r, c.who);
    if (!allowed) return refuse(allowed.error());
  }
  const auto cursor = read_cursor(r, !is_websocket);
  if (!cursor) return refuse(cursor.error());
  const auto presence = query_number(r, "presence");
  if (!presence) return refuse(presence.error());
  const stream_position position{c.who, cursor->after, *presence};
  std::unique_ptr<refusal> refused;
  if (c.who.user == 0) {
    refused = std::make_unique<refusal>(error::not_signed_in, "sign in first");
  } else if (const auto valid = c.in.chat.check_cursor(cursor->epoch, cursor->after); !valid) {
    refused = std::make_unique<refusal>(valid.error());
  }
  if (is_websocket) return open_websocket(c, position, std::move(refused));
  return std::make_unique<sse>(c.in.chat, position, std::move(refused));
}

}  // namespace

// Tells the transports apart.
reply events(request_context& c) {
  const http_request& r = c.request;
  if (websocket_stream::is_asked_by(r)) return open_events(c, true);
  if (sse::is_asked_by(r)) return open_events(c, false);
  const auto cursor = read_cursor(r, false);
  if (!cursor) return refuse(cursor.error());
  const auto wait = query_number(r, "wait");
  if (!wait) return refuse(wait.error());
  const auto presence = query_number(r, "presence");
  if (!presence) return refuse(presence.error());
  const auto valid = c.in.chat.check_cursor(cursor->epoch, cursor->after);
  if (!valid) return refuse(valid.error());
  poll_request p;
  p.who = c.who;
  p.after = cursor->after;
  const auto longest = static_cast<std::uint64_t>(c.in.chat.bounds().wait_max.count());
  p.wait_s = static_cast<std::uint32_t>(std::min(wait->value_or(0), longest));
  p.presence = *presence;
  return std::make_unique<long_poll>(c.in.chat, p);
}

reply start(request_context& c) { return do_start(c.in, c.who.user); }

reply send(request_context& c) {
  auto m = read_message_form(c.in.chat.bounds(), c.body, c.who.user);
  if (!m) return refuse(m.error());
  return send_message(c, std::move(*m), pending_message::form::json);
}

reply history(request_context& c) {
  const http_request& r = c.request;
  const auto type = value_of(r.query(), "type");
  if (!type) return refuse(error::bad_request, "\"type\" is missing");
  const auto with = query_number(r, "with");
  if (!with) return refuse(with.error());
  if (!*with) return refuse(error::bad_request, "\"with\" is missing");
  const auto before = query_number(r, "before");
  if (!before) return refuse(before.error());
  const auto limit = query_number(r, "limit");
  if (!limit) return refuse(limit.error());
  const auto of = json_reader::conversation_of(*type, **with, c.who.user);
  if (!of) return refuse(of.error());
  const limits& bounds = c.in.chat.bounds();
  const std::size_t most =
      std::clamp<std::size_t>(limit->value_or(bounds.history_default), 1, bounds.history_max);
  return do_history(c.in, c.who.user, *of, before->value_or(change_id_max), most);
}

reply mark_read(request_context& c) {
  const auto in = json_reader::conversation_of(c.body, "with", c.who.user);
  if (!in) return refuse(in.error());
  const auto up_to = json_reader::number(c.body, "up_to");
  if (!up_to) return refuse(up_to.error());
  const auto done = c.in.chat.mark_read(c.who.user, *in, std::min(*up_to, change_id_max));
  if (!done) return refuse(done.error());
  return no_content();
}

reply typing(request_context& c) {
  const auto in = json_reader::conversation_of(c.body, "to", c.who.user);
  if (!in) return refuse(in.error());
  const auto done = c.in.chat.note_typing(c.who.user, *in);
  if (!done) return refuse(done.error());
  return no_content();
}

reply classic_send(request_context& c) {
  const std::string& type = c.request[field::content_type];
  if (!type.starts_with("application/x-www-form-urlencoded")) {
    return refuse(error::not_json, "this address takes a form");
  }
  const auto data = value_of(c.request.body, "data");
  if (!data) return refuse(error::bad_request, "the field \"data\" is missing");
  auto o = json_reader::object(*data, c.in.chat.bounds());
  if (!o) return refuse(o.error());
  auto m = read_message_form(c.in.chat.bounds(), *o, c.who.user);
  if (!m) return refuse(m.error());
  return send_message(c, std::move(*m), pending_message::form::classic);
}

reply classic_poll(request_context& c) {
  poll_request p;
  p.who = c.who;
  p.classic = true;
  p.wait_s = static_cast<std::uint32_t>(c.in.chat.bounds().wait_max.count());
  p.after = c.in.chat.sessions().classic_cursor(c.who.session, c.in.chat.horizon());
  return std::make_unique<long_poll>(c.in.chat, p);
}

}  // namespace lingerd::api
