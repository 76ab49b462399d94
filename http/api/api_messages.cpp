#include "core/base/json_writer.hpp"
#include "core/base/refusals.hpp"
#include "core/base/text.hpp"
#include "http/api/api.hpp"
#include "http/api/message_form.hpp"
#include "http/api/pending_message.hpp"
#include "http/protocol/field_reader.hpp"
#include "http/streams/long_poll.hpp"
#include "http/streams/sse.hpp"
#include "http/streams/websocket_stream.hpp"

// The start, the stream's polls, sending, reading.
namespace lingerd::api {
namespace {

task<response> do_start(app_context& app, user_id reader) {
  result<std::string> body = co_await app.chat.start(reader);
  if (!body) co_return refuse(body.error());
  response r(200, std::move(*body));
  r.body += R"(,"server":{"title":)";
  json_writer::quote(r.body, app.options.title);
  r.body += R"(,"wait_max":)";
  json_writer::number(r.body, app.chat.bounds().wait_max.count());
  r.body += R"(,"msg_bytes_max":)";
  json_writer::number(r.body, app.chat.bounds().message_bytes);
  r.body += app.chat.wall().synced ? R"(,"clock":"synced"}})" : R"(,"clock":"unsynced"}})";
  co_return r;
}

task<response> do_history(app_context& app, user_id reader, conversation conversation,
                          change_id before, std::size_t limit) {
  result<std::string> body = co_await app.chat.history(reader, conversation, before, limit);
  if (!body) co_return refuse(body.error());
  co_return response(200, std::move(*body));
}

reply send_message(request_context& c, message_form message, pending_message::form form) {
  return std::make_unique<pending_message>(c.app, c.caller.user, std::move(message), form);
}

// The position from which a stream goes on.
struct cursor {
  std::string epoch;
  change_id after = 0;
};

// Reads it out of a query.
cursor read_cursor(query_reader& query) {
  cursor c;
  c.after = query.number("after");
  c.epoch = query.text("epoch");
  query.refuse_unless(!c.epoch.empty(), error::bad_request, "\"epoch\" is missing");
  return c;
}

// The position that an EventSource remembers: the id of the last event, "epoch.number".
result<cursor> read_last_event_id(const std::string& id) {
  const std::size_t dot = id.rfind('.');
  const auto after =
      dot == std::string::npos ? std::nullopt : digits(std::string_view(id).substr(dot + 1));
  if (!after) return refusal(error::bad_request, "Last-Event-ID is not one of this stream");
  return cursor{id.substr(0, dot), *after};
}

// A transport that stays open: a refusal of its session or cursor is written within
// the stream, since no status is seen there.
reply open_events(request_context& c, bool is_websocket) {
  const http_request& r = c.request;
  if (is_websocket) {
    if (auto no = websocket_stream::refuse_handshake(r)) return std::move(*no);
    const auto allowed = c.app.same_origin.check_stream(r, c.caller);
    if (!allowed) return refuse(allowed.error());
  }
  query_reader query(r.query());
  const std::string& last_event_id = r[field::last_event_id];
  // Where an EventSource reconnects, its address is still that of the first time.
  const cursor cursor = is_websocket || last_event_id.empty()
                            ? read_cursor(query)
                            : query.take(read_last_event_id(last_event_id));
  const auto presence = query.optional_number("presence");
  if (const refusal* refused = query.refused()) return refuse(*refused);
  const stream_position position{c.caller, cursor.after, presence};
  std::unique_ptr<refusal> refused;
  if (c.caller.user == 0) {
    refused = std::make_unique<refusal>(refusals::sign_in_first());
  } else if (const auto valid = c.app.chat.check_cursor(cursor.epoch, cursor.after); !valid) {
    refused = std::make_unique<refusal>(valid.error());
  }
  if (is_websocket) return open_websocket(c, position, std::move(refused));
  return std::make_unique<sse>(c.app.chat, position, std::move(refused));
}

}  // namespace

// Tells the transports apart.
reply events(request_context& c) {
  const http_request& r = c.request;
  if (websocket_stream::is_asked_by(r)) return open_events(c, true);
  if (sse::is_asked_by(r)) return open_events(c, false);
  query_reader query(r.query());
  const cursor cursor = read_cursor(query);
  const std::uint64_t wait = query.optional_number("wait").value_or(0);
  const auto presence = query.optional_number("presence");
  if (const refusal* refused = query.refused()) return refuse(*refused);
  const auto valid = c.app.chat.check_cursor(cursor.epoch, cursor.after);
  if (!valid) return refuse(valid.error());
  poll_request p;
  p.caller = c.caller;
  p.after = cursor.after;
  const auto longest = static_cast<std::uint64_t>(c.app.chat.bounds().wait_max.count());
  p.wait_s = static_cast<std::uint32_t>(std::min(wait, longest));
  p.presence = presence;
  if (r.method == method::head && p.wait_s == 0) {
    std::string events;
    response answer;
    if (long_poll::look(c.app.chat, p, true, events, answer.body) == long_poll::verdict::answered) {
      return answer;
    }
  }
  return std::make_unique<long_poll>(c.app.chat, p);
}

reply start(request_context& c) { return do_start(c.app, c.caller.user); }

reply send(request_context& c) {
  auto m = read_message_form(c.app.chat.bounds(), c.body, c.caller.user);
  if (!m) return refuse(m.error());
  return send_message(c, std::move(*m), pending_message::form::json);
}

reply history(request_context& c) {
  const limits& bounds = c.app.chat.bounds();
  query_reader query(c.request.query());
  const std::string type = query.text("type");
  const std::uint64_t other = query.number("with");
  const change_id before = query.optional_number("before").value_or(change_id_max);
  const std::uint64_t limit = query.optional_number("limit").value_or(bounds.history_default);
  const conversation conversation =
      query.take(json_reader::conversation_of(type, other, c.caller.user));
  if (const refusal* refused = query.refused()) return refuse(*refused);
  return do_history(c.app, c.caller.user, conversation, before,
                    std::clamp<std::size_t>(limit, 1, bounds.history_max));
}

reply mark_read(request_context& c) {
  field_reader fields(c.body);
  const conversation conversation = fields.conversation("with", c.caller.user);
  const change_id last_read = std::min(fields.number("up_to"), change_id_max);
  if (const refusal* refused = fields.refused()) return refuse(*refused);
  const auto done = c.app.chat.mark_read(c.caller.user, conversation, last_read);
  if (!done) return refuse(done.error());
  return no_content();
}

reply typing(request_context& c) {
  field_reader fields(c.body);
  const conversation conversation = fields.conversation("to", c.caller.user);
  if (const refusal* refused = fields.refused()) return refuse(*refused);
  const auto done = c.app.chat.note_typing(c.caller.user, conversation);
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
  auto o = json_reader::object(*data, c.app.chat.bounds());
  if (!o) return refuse(o.error());
  auto m = read_message_form(c.app.chat.bounds(), *o, c.caller.user);
  if (!m) return refuse(m.error());
  return send_message(c, std::move(*m), pending_message::form::classic);
}

reply classic_poll(request_context& c) {
  poll_request p;
  p.caller = c.caller;
  p.classic = true;
  p.wait_s = static_cast<std::uint32_t>(c.app.chat.bounds().wait_max.count());
  p.after = c.app.chat.horizon();
  // HEAD neither begins the session's cursor nor moves it.
  if (c.request.method != method::head) {
    p.after = c.app.chat.sessions().classic_cursor(c.caller.session, p.after);
  }
  return std::make_unique<long_poll>(c.app.chat, p);
}

}  // namespace lingerd::api
