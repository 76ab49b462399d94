#include "sim/report/model/wire_sizes.hpp"

#include "core/base/json_writer.hpp"
#include "core/chat/event_json.hpp"
#include "http/protocol/response.hpp"
#include "http/protocol/websocket_frame.hpp"
#include "http/streams/sse.hpp"
#include "http/streams/websocket_stream.hpp"
#include "sim/client/client_requests.hpp"

namespace lingerd::sim {
namespace {

constexpr std::string_view epoch = "0123456789abcdef";  // 16 hex digits, core/state/rows.hpp
const std::string token(43, 'x');                       // 32 bytes in base64 without padding
const std::string key(24, 'x');                         // 16 bytes in base64
constexpr wall_ms some_day = 1'790'000'000'000;

std::size_t answer_bytes(int status, std::size_t body_bytes) {
  std::string out;
  render(out, response(status, std::string(body_bytes, 'x')), true);
  return out.size();
}

std::size_t digits_of(std::uint64_t n) { return std::to_string(n).size(); }

message_row message_of(const wire_setting& s) {
  message_row m;
  const auto sender = static_cast<user_id>(s.user);
  m.conversation =
      s.group_members > 0 ? conversation::group(sender) : conversation::single(sender, sender + 1);
  m.head.id = s.message;
  m.head.sender = sender;
  m.timestamp = some_day;
  m.unsynced = !s.clock_synced;
  m.text.assign(s.text_bytes, 'x');
  m.cid.assign(s.cid_bytes, 'c');
  return m;
}

// The body of a poll's answer without events, as the server writes it.
std::string empty_poll(const wire_setting& s) {
  return R"({"epoch":")" + std::string(epoch) + R"(","next":)" + std::to_string(s.message) +
         R"(,"events":[]})";
}

// The answer to /api/start of a user without messages and with one friend, or one group of friends,
// as the server writes it.
std::string start_body(const wire_setting& s) {
  person person;
  person.id = static_cast<user_id>(s.user);
  person.name.assign(s.name_bytes, 'u');
  person.display = person.name;
  std::string out = R"({"epoch":")" + std::string(epoch) + R"(","cursor":)" +
                    std::to_string(s.message) + R"(,"me":)";
  event_json::user_open(out, person);
  out += R"(,"admin":false},"users":[)";
  const std::size_t others = s.group_members > 0 ? s.group_members - 1 : 1;
  for (std::size_t i = 0; i < others; ++i) {
    if (i > 0) out += ',';
    event_json::user(out, person);
  }
  out += R"(],"friends":[)";
  if (s.group_members == 0) json_writer::number(out, s.user);
  out += R"(],"requests":[],"asked":[],"groups":[)";
  if (s.group_members > 0) {
    out += R"({"id":)" + std::to_string(s.user) + R"(,"name":"g1","brief":"","owner":)" +
           std::to_string(s.user) + R"(,"admins":[],"members":[)";
    out.append(s.group_members * (digits_of(s.user) + 1) - 1, '1');
    out += R"(],"max_members":)" + std::to_string(s.group_members) + "}";
  }
  out += R"(],"conversations":[],"presence":{"rev":1790000000000,"online":[]})";
  out += R"(,"server":{"title":"Linger","wait_max":100,"msg_bytes_max":16384,"clock":)";
  out += s.clock_synced ? R"("synced"}})" : R"("unsynced"}})";
  return out;
}

}  // namespace

// The head holds the length in decimal.
std::size_t wire_sizes::poll_answer(std::size_t events) const {
  return answer_bytes(200, poll_body_empty + events);
}

std::size_t wire_sizes::websocket_frame(std::size_t events) const {
  std::string out;
  websocket::append_frame(out, websocket::opcode::text,
                          std::string(websocket_around + events, 'x'));
  return out.size();
}

wire_sizes sizes_of(const wire_setting& s) {
  namespace ask = client_requests;
  wire_sizes z{};
  const message_row m = message_of(s);
  std::string text;
  const auto length = [&text](auto make) {
    text.clear();
    make(text);
    return text.size();
  };

  z.start_request = ask::start(s.host, token).size();
  z.start_answer = answer_bytes(200, start_body(s).size());
  z.poll_request = ask::poll(s.host, token, s.message, epoch, 0).size();
  z.held_poll_request = ask::poll(s.host, token, s.message, epoch, s.wait_s).size();
  z.poll_body_empty = empty_poll(s).size();
  z.poll_answer_empty = z.poll_answer(0);
  z.event = length([&](std::string& out) { event_json::message(out, m); });
  z.own_event = length([&](std::string& out) { event_json::message_for_sender(out, m); });
  z.read_event = length([&](std::string& out) {
    event_json::read(out, m.head.sender, m.conversation, m.head.id, m.head.id);
  });

  z.send_request = ask::send(s.host, token, s.group_members > 0, s.user, m.text, m.cid).size();
  const std::size_t sent = length([&](std::string& out) {
    out += R"({"id":)" + std::to_string(s.message) + R"(,"timestamp":)";
    json_writer::timestamp(out, some_day);
    out += '}';
  });
  z.send_answer = answer_bytes(201, sent);

  z.sse_request = ask::sse(s.host, token, s.message, epoch).size();
  z.sse_head = sse::head().size();
  z.sse_frame = std::string("id: .\ndata: \n\n").size() + epoch.size() + digits_of(s.message);
  z.sse_ping = sse::ping().size();

  z.websocket_request = ask::websocket(s.host, token, s.message, epoch, key).size();
  z.websocket_head = websocket_stream::head(key).size();
  z.websocket_around = std::string(R"({"next":,"events":[]})").size() + digits_of(s.message);
  z.websocket_ping = websocket_stream::ping().size();
  z.websocket_pong = length([](std::string& out) {
    websocket::append_frame(out, websocket::opcode::pong, {}, websocket::mask_key{});
  });
  z.websocket_goodbye = length([](std::string& out) {
    websocket::append_close(out, websocket::close_code::normal, websocket::mask_key{});
  });
  z.websocket_closed =
      length([](std::string& out) { websocket::append_close(out, websocket::close_code::normal); });
  return z;
}

}  // namespace lingerd::sim
