#include "core/base/json_writer.hpp"
#include "http/api/api.hpp"
#include "http/api/message_form.hpp"

// What a client says on a WebSocket.
namespace lingerd::api {
namespace {

std::string refused(std::string_view cid, const refusal& why) {
  std::string out = R"({"refused":{"cid":)";
  if (cid.empty()) {
    out += "null";
  } else {
    json_out::quote(out, cid);
  }
  out += ',';
  const std::string error = error_body(why);  // {"error":{…}}
  out.append(error, 1, error.size() - 2);
  out += "}}";
  return out;
}

}  // namespace

task<std::string> said(service& in, caller who, std::string text) {
  auto whole = json_in::object(text, in.talk.bounds());
  if (!whole) co_return refused({}, whole.error());
  const boost::json::value* wish = whole->if_contains("send");
  const boost::json::object* message = wish ? wish->if_object() : nullptr;
  if (!message) {
    const refusal no(error::bad_request, "only {\"send\":{…}} is understood here");
    co_return refused({}, no);
  }
  auto m = read_outgoing(in.talk.bounds(), *message, who.user);
  if (!m) {
    const auto cid = json_in::maybe_text(*message, "cid");
    const bool usable = cid && *cid && (*cid)->size() <= in.talk.bounds().cid_bytes;
    co_return refused(usable ? **cid : std::string(), m.error());
  }
  const std::string cid = m->cid;
  if (cid.empty()) {
    const refusal no(error::bad_request, "\"cid\" is missing");
    co_return refused({}, no);
  }
  const auto wait = in.door.take_send(who.user);
  if (wait.count() > 0) {
    const refusal no(error::too_many,
                     "too many messages; wait " + std::to_string(wait.count()) + " s");
    co_return refused(cid, no);
  }
  const result<chat::sent> s =
      co_await in.talk.send(who.user, m->to, std::move(m->text), std::move(m->cid));
  if (!s) co_return refused(cid, s.error());
  if (!s->repeated) ++in.counted.messages;
  std::string out = R"({"sent":{"cid":)";
  json_out::quote(out, cid);
  out += R"(,"id":)";
  json_out::number(out, s->id);
  out += R"(,"timestamp":)";
  json_out::timestamp(out, s->timestamp);
  out += "}}";
  co_return out;
}

}  // namespace lingerd::api
