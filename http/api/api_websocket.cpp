#include "core/base/json_writer.hpp"
#include "http/api/api.hpp"
#include "http/api/message_form.hpp"
#include "http/api/pending_message.hpp"
#include "http/streams/websocket_stream.hpp"

// Messages of a client on a WebSocket.
namespace lingerd::api {
namespace {

std::string refused(std::string_view cid, const refusal& why) {
  std::string out = R"({"refused":{"cid":)";
  if (cid.empty()) {
    out += "null";
  } else {
    json_writer::quote(out, cid);
  }
  out += ',';
  const std::string error = error_body(why);  // {"error":{…}}
  out.append(error, 1, error.size() - 2);
  out += "}}";
  return out;
}

// The answer to a message.
task<std::string> answer_text(app_context& in, caller who, std::string text) {
  auto whole = json_reader::object(text, in.chat.bounds());
  if (!whole) co_return refused({}, whole.error());
  const boost::json::value* wish = whole->if_contains("send");
  const boost::json::object* message = wish ? wish->if_object() : nullptr;
  if (!message) {
    const refusal no(error::bad_request, "only {\"send\":{…}} is understood here");
    co_return refused({}, no);
  }
  auto m = read_message_form(in.chat.bounds(), *message, who.user);
  if (!m) {
    const auto cid = json_reader::maybe_text(*message, "cid");
    const bool usable = cid && *cid && (*cid)->size() <= in.chat.bounds().cid_bytes;
    co_return refused(usable ? **cid : std::string(), m.error());
  }
  const std::string cid = m->cid;
  if (cid.empty()) {
    const refusal no(error::bad_request, "\"cid\" is missing");
    co_return refused({}, no);
  }
  const auto wait = take_message_allowance(in, who.user);
  if (wait.count() > 0) {
    const refusal no(error::too_many,
                     "too many messages; wait " + std::to_string(wait.count()) + " s");
    co_return refused(cid, no);
  }
  const result<chat::sent> s =
      co_await in.chat.send(who.user, m->target, std::move(m->text), std::move(m->cid));
  count_message(in, s);
  if (!s) co_return refused(cid, s.error());
  std::string out = R"({"sent":{"cid":)";
  json_writer::quote(out, cid);
  out += R"(,"id":)";
  json_writer::number(out, s->id);
  out += R"(,"timestamp":)";
  json_writer::timestamp(out, s->timestamp);
  out += "}}";
  co_return out;
}

class chat_websocket final : public websocket_stream {
 public:
  chat_websocket(app_context& context, const stream_position& position,
                 std::unique_ptr<refusal> refused, std::string_view key)
      : websocket_stream(context.chat, position, std::move(refused), key), context_(context) {}

 protected:
  task<std::string> answer_message(const caller& sender, std::string text) override {
    return answer_text(context_, sender, std::move(text));
  }

 private:
  app_context& context_;
};

}  // namespace

std::unique_ptr<pending> open_websocket(request_context& c, const stream_position& position,
                                        std::unique_ptr<refusal> refused) {
  const std::string& key = c.request[field::websocket_key];
  return std::make_unique<chat_websocket>(c.in, position, std::move(refused), key);
}

}  // namespace lingerd::api
