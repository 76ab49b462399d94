#include <optional>
#include <utility>
#include <variant>

#include "core/base/json_writer.hpp"
#include "http/api/api.hpp"
#include "http/api/message_commit.hpp"
#include "http/api/message_form.hpp"
#include "http/streams/websocket_stream.hpp"

// Messages of a client on a WebSocket: {"send":{…}}, each answered with {"sent":…} or
// {"refused":…}.
namespace lingerd::api {
namespace {

std::string refused_text(std::string_view cid, const refusal& why) {
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

std::string sent_text(std::string_view cid, const sent_message& sent) {
  std::string out = R"({"sent":{"cid":)";
  json_writer::quote(out, cid);
  out += R"(,"id":)";
  json_writer::number(out, sent.id);
  out += R"(,"timestamp":)";
  json_writer::timestamp(out, sent.timestamp);
  out += "}}";
  return out;
}

// A refusal, and the cid of the message where it could be read.
struct unread_message {
  std::string cid;
  refusal why;
};

std::variant<message_form, unread_message> read_message(const limits& bounds, std::string_view text,
                                                        user_id sender) {
  const auto root = json_reader::object(text, bounds);
  if (!root) return unread_message{{}, root.error()};
  const boost::json::value* wish = root->if_contains("send");
  const boost::json::object* message = wish ? wish->if_object() : nullptr;
  if (!message) {
    return unread_message{{}, {error::bad_request, "only {\"send\":{…}} is understood here"}};
  }
  auto form = read_message_form(bounds, *message, sender);
  if (!form) {
    const auto cid = json_reader::optional_text(*message, "cid");
    const bool is_usable = cid && *cid && (*cid)->size() <= bounds.cid_bytes;
    return unread_message{is_usable ? **cid : std::string(), form.error()};
  }
  if (form->cid.empty()) {
    return unread_message{{}, {error::bad_request, "\"cid\" is missing"}};
  }
  return std::move(*form);
}

class chat_websocket final : public websocket_stream {
 public:
  chat_websocket(app_context& app, const stream_position& position,
                 std::unique_ptr<refusal> refused, std::string_view key)
      : websocket_stream(app.chat, position, std::move(refused), key), app_(app) {}

 protected:
  std::optional<std::string> begin_message(user_id sender, std::string text,
                                           waiter& asleep) override {
    auto read = read_message(app_.chat.bounds(), text, sender);
    if (const auto* unread = std::get_if<unread_message>(&read)) {
      return refused_text(unread->cid, unread->why);
    }
    auto& form = std::get<message_form>(read);
    auto sending = std::make_unique<in_flight>(app_, sender, form.cid);
    const auto refused = sending->commit.begin(std::move(form), asleep);
    if (refused) return refused_text(sending->cid, refused->why);
    sending_ = std::move(sending);
    return std::nullopt;
  }

  std::string finish_message() override {
    const auto sending = std::move(sending_);
    const result<sent_message> outcome = sending->commit.take();
    return outcome ? sent_text(sending->cid, *outcome)
                   : refused_text(sending->cid, outcome.error());
  }

 private:
  struct in_flight {
    in_flight(app_context& app, user_id sender, std::string cid)
        : commit(app, sender), cid(std::move(cid)) {}
    message_commit commit;
    const std::string cid;
  };

  app_context& app_;
  std::unique_ptr<in_flight> sending_;  // null unless a message is on its way
};

}  // namespace

std::unique_ptr<pending> open_websocket(request_context& c, const stream_position& position,
                                        std::unique_ptr<refusal> refused) {
  const std::string& key = c.request[field::websocket_key];
  return std::make_unique<chat_websocket>(c.app, position, std::move(refused), key);
}

}  // namespace lingerd::api
