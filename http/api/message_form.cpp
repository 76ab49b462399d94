#include "http/api/message_form.hpp"

#include "core/base/json_writer.hpp"
#include "core/base/text.hpp"

namespace lingerd {

result<outgoing> read_outgoing(const limits& bounds, const boost::json::object& o, user_id me) {
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
    return refusal(error::too_large,
                   "a message has at most " + std::to_string(bounds.message_bytes) + " bytes");
  }
  if (is_blank(*text)) return refusal(error::bad_request, "the message is empty");
  m.text = std::move(*text);
  return m;
}

response answer_to(const result<chat::sent>& s, bool classic, std::string& body) {
  if (!s) return refuse(s.error());
  response r;
  if (classic) {
    r.fixed = "ok";
    r.type = "text/plain; charset=utf-8";
    return r;
  }
  r.status = s->repeated ? 200 : 201;
  body = R"({"id":)";
  json_out::number(body, s->id);
  body += R"(,"timestamp":)";
  json_out::timestamp(body, s->timestamp);
  body += '}';
  r.fixed = body;
  return r;
}

}  // namespace lingerd
