#pragma once

#include <array>
#include <boost/json/monotonic_resource.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "http/api/app_context.hpp"
#include "http/connection/reply.hpp"
#include "http/net/byte_stream.hpp"
#include "http/protocol/json_reader.hpp"
#include "http/streams/subscription.hpp"

// What the API can do, one function an address. They check what came and say at once what is wrong
// with it, or return a task that owns all it needs.
namespace lingerd::api {

// One request on its way through the API.
struct request_context {
  request_context(app_context& in, const http_request& request, const byte_stream& from)
      : in(in), request(request), stream(from) {}
  request_context(const request_context&) = delete;
  request_context& operator=(const request_context&) = delete;

  app_context& in;
  const http_request& request;
  const byte_stream& stream;
  caller who;                          // REQUIRES a session, where the route says so
  std::array<std::uint64_t, 2> ids{};  // the numbers in the path, in their order

  // The body, where the route says that there must be one. A small one needs no memory of its own.
  unsigned char room[2048];
  boost::json::monotonic_resource memory{room, sizeof room};
  boost::json::object body{&memory};
};

// Session and account.
reply sign_in(request_context& c);
reply sign_out(request_context& c);
reply list_sessions(request_context& c);
reply end_session(request_context& c);
reply edit_me(request_context& c);
reply change_password(request_context& c);

// The stream.
reply start(request_context& c);
reply events(request_context& c);

// Messages.
reply send(request_context& c);
reply history(request_context& c);
reply mark_read(request_context& c);
reply typing(request_context& c);

// Friends.
reply ask_friend(request_context& c);
reply end_friendship(request_context& c);

// Groups.
reply add_group(request_context& c);
reply edit_group(request_context& c);
reply remove_group(request_context& c);
reply add_member(request_context& c);
reply remove_member(request_context& c);
reply add_admin(request_context& c);
reply remove_admin(request_context& c);

// A WebSocket on which messages are sent as {"send":{…}}. `refused` may be null.
std::unique_ptr<pending> open_websocket(request_context& c, const stream_position& position,
                                        std::unique_ptr<refusal> refused);

// The tutorial's own addresses.
reply classic_send(request_context& c);
reply classic_poll(request_context& c);

// The rest.
reply health(request_context& c);
reply index(request_context& c);

// Commits and answers with what `say` makes of the outcome.
task<response> committed(chat& talk, change what, std::function<response(const applied&)> say);
// The same with 204.
task<response> committed(chat& talk, change what);

// A user's or group's number from the path; 0, which nobody has, where it is too large.
inline std::uint32_t party(std::uint64_t n) {
  return n > 0xffffffffu ? 0 : static_cast<std::uint32_t>(n);
}

// The cookie that carries a session.
std::string session_cookie(const app_context& in, std::string_view token);

}  // namespace lingerd::api
