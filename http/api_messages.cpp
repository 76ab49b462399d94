#include "core/json_out.hpp"
#include "core/text.hpp"
#include "http/api.hpp"

// The start, the stream's polls, sending, reading.
namespace lingerd::api {
namespace {

// A query's number: absent, or digits alone; anything else is refused.
result<std::optional<std::uint64_t>> query_number(const http_request& r, std::string_view name) {
  const auto text = value_of(r.query(), name);
  if (!text) return std::optional<std::uint64_t>();
  const auto n = digits(*text);
  if (!n) {
    return refusal(error::bad_request, "\"" + std::string(name) + "\" must be a whole number from 0");
  }
  return n;
}

task<response> do_start(service& in, user_id reader) {
  result<std::string> body = co_await in.talk.start(reader);
  if (!body) co_return refuse(body.error());
  response r(200, std::move(*body));
  r.body += R"(,"server":{"title":)";
  json_out::quote(r.body, in.options.title);
  r.body += R"(,"wait_max":)";
  json_out::number(r.body, in.talk.bounds().wait_max.count());
  r.body += R"(,"msg_bytes_max":)";
  json_out::number(r.body, in.talk.bounds().message_bytes);
  r.body += in.talk.wall().synced ? R"(,"clock":"synced"}})" : R"(,"clock":"unsynced"}})";
  co_return r;
}

task<response> do_history(service& in, user_id reader, conversation of, change_id before,
                          std::size_t limit) {
  result<std::string> body = co_await in.talk.history(reader, of, before, limit);
  if (!body) co_return refuse(body.error());
  co_return response(200, std::move(*body));
}

task<response> do_send(service& in, user_id from, conversation to, std::string text,
                       std::string cid) {
  const result<chat::sent> s =
      co_await in.talk.send(from, to, std::move(text), std::move(cid));
  if (!s) co_return refuse(s.error());
  if (!s->repeated) ++in.counted.messages;
  response r;
  r.status = s->repeated ? 200 : 201;
  r.body = R"({"id":)";
  json_out::number(r.body, s->id);
  r.body += R"(,"timestamp":)";
  json_out::timestamp(r.body, s->timestamp);
  r.body += '}';
  co_return r;
}

task<response> do_classic_send(service& in, user_id from, conversation to, std::string text) {
  std::string no_cid;
  const result<chat::sent> s =
      co_await in.talk.send(from, to, std::move(text), std::move(no_cid));
  if (!s) co_return refuse(s.error());
  ++in.counted.messages;
  response r(200, "ok");
  r.type = "text/plain; charset=utf-8";
  co_return r;
}

// What a message must be before anybody is asked: {type, to, msg[, from][, cid]}.
struct outgoing {
  conversation to;
  std::string text;
  std::string cid;
};

result<outgoing> read_message(service& in, const boost::json::object& o, user_id me) {
  const limits& bounds = in.talk.bounds();
  outgoing m;
  auto text = json_in::text(o, "msg");
  if (!text) return text.error();
  const auto from = json_in::maybe_number(o, "from");
  if (!from) return from.error();
  if (*from && **from != me) return refusal(error::forbidden, "\"from\" is somebody else");
  auto cid = json_in::maybe_text(o, "cid");
  if (!cid) return cid.error();
  if (*cid) {
    if ((*cid)->empty() || (*cid)->size() > bounds.cid_bytes) {
      return refusal(error::bad_request, "\"cid\" must have 1 to 64 bytes");
    }
    m.cid = std::move(**cid);
  }
  const auto to = json_in::conversation_of(o, "to", me);
  if (!to) return to.error();
  m.to = *to;
  if (text->size() > bounds.message_bytes) {
    return refusal(error::too_large, "a message has at most " +
                                         std::to_string(bounds.message_bytes) + " bytes");
  }
  if (is_blank(*text)) return refusal(error::bad_request, "the message is empty");
  m.text = std::move(*text);
  return m;
}

std::optional<response> too_fast(service& in, user_id who) {
  const auto wait = in.door.take_send(who);
  if (wait.count() == 0) return std::nullopt;
  response r = refuse(error::too_many, "too many messages; wait a little");
  r.fields += "Retry-After: " + std::to_string(wait.count()) + "\r\n";
  return r;
}

}  // namespace

reply start(call& c) { return do_start(c.in, c.who.user); }

reply events(call& c) {
  const http_request& r = c.request;
  const auto after = query_number(r, "after");
  if (!after) return refuse(after.error());
  if (!*after) return refuse(error::bad_request, "\"after\" is missing");
  const auto epoch = value_of(r.query(), "epoch");
  if (!epoch || epoch->empty()) return refuse(error::bad_request, "\"epoch\" is missing");
  const auto wait = query_number(r, "wait");
  if (!wait) return refuse(wait.error());
  const auto presence = query_number(r, "presence");
  if (!presence) return refuse(presence.error());
  const auto valid = c.in.talk.check_cursor(*epoch, **after);
  if (!valid) return refuse(valid.error());
  poll_request p;
  p.who = c.who;
  p.after = **after;
  const auto longest = static_cast<std::uint64_t>(c.in.talk.bounds().wait_max.count());
  p.wait_s = static_cast<std::uint32_t>(std::min(wait->value_or(0), longest));
  p.presence = *presence;
  return p;
}

reply send(call& c) {
  auto m = read_message(c.in, c.body, c.who.user);
  if (!m) return refuse(m.error());
  if (auto no = too_fast(c.in, c.who.user)) return std::move(*no);
  return do_send(c.in, c.who.user, m->to, std::move(m->text), std::move(m->cid));
}

reply history(call& c) {
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
  const auto of = json_in::conversation_of(*type, **with, c.who.user);
  if (!of) return refuse(of.error());
  const limits& bounds = c.in.talk.bounds();
  const std::size_t most = std::clamp<std::size_t>(limit->value_or(bounds.history_default), 1,
                                                   bounds.history_max);
  return do_history(c.in, c.who.user, *of, before->value_or(change_id_max), most);
}

reply mark_read(call& c) {
  const auto in = json_in::conversation_of(c.body, "with", c.who.user);
  if (!in) return refuse(in.error());
  const auto up_to = json_in::number(c.body, "up_to");
  if (!up_to) return refuse(up_to.error());
  const auto done = c.in.talk.mark_read(c.who.user, *in, std::min(*up_to, change_id_max));
  if (!done) return refuse(done.error());
  return no_content();
}

reply typing(call& c) {
  const auto in = json_in::conversation_of(c.body, "to", c.who.user);
  if (!in) return refuse(in.error());
  const auto done = c.in.talk.typing(c.who.user, *in);
  if (!done) return refuse(done.error());
  return no_content();
}

reply classic_send(call& c) {
  const std::string& type = c.request[field::content_type];
  if (!type.starts_with("application/x-www-form-urlencoded")) {
    return refuse(error::not_json, "this address takes a form");
  }
  const auto data = value_of(c.request.body, "data");
  if (!data) return refuse(error::bad_request, "the field \"data\" is missing");
  auto o = json_in::object(*data, c.in.talk.bounds());
  if (!o) return refuse(o.error());
  auto m = read_message(c.in, *o, c.who.user);
  if (!m) return refuse(m.error());
  if (auto no = too_fast(c.in, c.who.user)) return std::move(*no);
  return do_classic_send(c.in, c.who.user, m->to, std::move(m->text));
}

reply classic_poll(call& c) {
  poll_request p;
  p.who = c.who;
  p.classic = true;
  p.wait_s = static_cast<std::uint32_t>(c.in.talk.bounds().wait_max.count());
  p.after = c.in.talk.signed_in().classic_cursor(c.who.session, c.in.talk.horizon());
  return p;
}

}  // namespace lingerd::api
