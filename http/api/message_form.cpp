#include "http/api/message_form.hpp"

#include "core/base/json_writer.hpp"
#include "core/base/text.hpp"
#include "http/protocol/field_reader.hpp"

namespace lingerd {

result<message_form> read_message_form(const limits& bounds, const boost::json::object& o,
                                       user_id me) {
  field_reader fields(o);
  message_form m;
  m.text = fields.text("msg");
  const std::uint64_t sender = fields.optional_number("from").value_or(me);
  fields.refuse_unless(sender == me, error::forbidden, "\"from\" is somebody else");
  if (auto cid = fields.optional_text("cid")) {
    fields.refuse_unless(!cid->empty() && cid->size() <= bounds.cid_bytes, error::bad_request,
                         "\"cid\" must have 1 to 64 bytes");
    m.cid = std::move(*cid);
  }
  m.target = fields.conversation("to", me);
  if (m.text.size() > bounds.message_bytes) {
    fields.refuse({error::too_large,
                   "a message has at most " + std::to_string(bounds.message_bytes) + " bytes"});
  }
  fields.refuse_unless(!is_blank(m.text), error::bad_request, "the message is empty");
  if (const refusal* refused = fields.refused()) return *refused;
  return m;
}

response sent_response(const result<chat::sent>& s, bool classic, std::string& body) {
  if (!s) return refuse(s.error());
  response r;
  if (classic) {
    r.fixed = "ok";
    r.type = "text/plain; charset=utf-8";
    return r;
  }
  r.status = s->repeated ? 200 : 201;
  body = R"({"id":)";
  json_writer::number(body, s->id);
  body += R"(,"timestamp":)";
  json_writer::timestamp(body, s->timestamp);
  body += '}';
  r.fixed = body;
  return r;
}

}  // namespace lingerd
