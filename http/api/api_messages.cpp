#include "core/base/json_writer.hpp"
#include "core/base/text.hpp"
#include "http/api/api.hpp"
#include "http/api/message_form.hpp"
#include "http/protocol/websocket_frame.hpp"
#include "http/streams/live.hpp"

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

reply send_request_of(const request_context& c, message_form& m, bool classic) {
  send_request s;
  s.from = c.who.user;
  s.target = m.target;
  s.text = std::move(m.text);
  if (!classic) s.cid = std::move(m.cid);
  s.classic = classic;
  return s;
}

std::optional<response> too_fast(app_context& in, user_id who) {
  const auto wait = in.guard.take_send(who);
  if (wait.count() == 0) return std::nullopt;
  response r = refuse(error::too_many, "too many messages; wait a little");
  r.fields += "Retry-After: " + std::to_string(wait.count()) + "\r\n";
  return r;
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

// A stream that stays open. Who is not signed in, or comes with an old cursor, is told within it:
// no status is seen there.
reply live_events(request_context& c, stream_request::transport kind) {
  const http_request& r = c.request;
  stream_request s;
  s.kind = kind;
  s.who = c.who;
  if (kind == stream_request::transport::websocket) {
    if (auto no = live::refuse_handshake(r)) return std::move(*no);
    const auto allowed = c.in.guard.check_stream_origin(r, c.who);
    if (!allowed) return refuse(allowed.error());
    s.accept = websocket::accept_of(r[field::websocket_key]);
  }
  const auto at = read_cursor(r, kind == stream_request::transport::sse);
  if (!at) return refuse(at.error());
  const auto presence = query_number(r, "presence");
  if (!presence) return refuse(presence.error());
  s.after = at->after;
  s.presence = *presence;
  if (c.who.user == 0) {
    s.refused.emplace(error::not_signed_in, "sign in first");
    return s;
  }
  const auto valid = c.in.chat.check_cursor(at->epoch, at->after);
  if (!valid) s.refused = valid.error();
  return s;
}

}  // namespace

reply events(request_context& c) {
  const http_request& r = c.request;
  if (const auto how = live::kind_of(r)) return live_events(c, *how);
  const auto at = read_cursor(r, false);
  if (!at) return refuse(at.error());
  const auto wait = query_number(r, "wait");
  if (!wait) return refuse(wait.error());
  const auto presence = query_number(r, "presence");
  if (!presence) return refuse(presence.error());
  const auto valid = c.in.chat.check_cursor(at->epoch, at->after);
  if (!valid) return refuse(valid.error());
  poll_request p;
  p.who = c.who;
  p.after = at->after;
  const auto longest = static_cast<std::uint64_t>(c.in.chat.bounds().wait_max.count());
  p.wait_s = static_cast<std::uint32_t>(std::min(wait->value_or(0), longest));
  p.presence = *presence;
  return p;
}

reply start(request_context& c) { return do_start(c.in, c.who.user); }

reply send(request_context& c) {
  auto m = read_message_form(c.in.chat.bounds(), c.body, c.who.user);
  if (!m) return refuse(m.error());
  if (auto no = too_fast(c.in, c.who.user)) return std::move(*no);
  return send_request_of(c, *m, false);
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
  if (auto no = too_fast(c.in, c.who.user)) return std::move(*no);
  return send_request_of(c, *m, true);
}

reply classic_poll(request_context& c) {
  poll_request p;
  p.who = c.who;
  p.classic = true;
  p.wait_s = static_cast<std::uint32_t>(c.in.chat.bounds().wait_max.count());
  p.after = c.in.chat.sessions().classic_cursor(c.who.session, c.in.chat.horizon());
  return p;
}

}  // namespace lingerd::api
