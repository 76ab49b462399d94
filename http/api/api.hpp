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

// The API, one function for each address. A function checks the request and refuses it at once, or
// returns an answer, a pending reply, or a task that owns all it needs.
namespace lingerd::api {

// One request, while the router and an API function look at it. It lies on the stack: a task or a
// pending reply copies what it needs.
struct request_context {
  request_context(app_context& app, const http_request& request, const byte_stream& stream)
      : app(app), request(request), stream(stream) {}
  request_context(const request_context&) = delete;
  request_context& operator=(const request_context&) = delete;

  app_context& app;
  const http_request& request;
  const byte_stream& stream;
  lingerd::caller caller;                       // user 0 where the route needs no session
  std::array<std::uint64_t, 2> path_numbers{};  // in their order

  // The body, where the route needs one. A small one allocates nothing.
  unsigned char buffer[2048];
  boost::json::monotonic_resource memory{buffer, sizeof buffer};
  boost::json::object body{&memory};
};

// Session and account.
reply sign_in(request_context& c);
reply sign_out(request_context& c);
reply list_sessions(request_context& c);
reply end_session(request_context& c);
reply edit_me(request_context& c);
reply change_password(request_context& c);

// Start and events.
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

// A WebSocket, on which the client may also send messages, as {"send":{…}}. A refusal is written
// within the stream; it may be null.
std::unique_ptr<pending> open_websocket(request_context& c, const stream_position& position,
                                        std::unique_ptr<refusal> refused);

// The tutorial's own addresses.
reply classic_send(request_context& c);
reply classic_poll(request_context& c);

// The rest.
reply health(request_context& c);
reply index(request_context& c);

// Commits and answers: with the refusal, or what `make_answer` makes of the outcome. The chat
// outlives the task.
task<response> commit_and_answer(chat& chat, change change,
                                 std::function<response(const applied&)> make_answer);
// The same with 204.
task<response> commit_and_answer(chat& chat, change change);

// The number of a user or group from a number of the path; 0, which none has, where it is too
// large.
inline std::uint32_t party(std::uint64_t n) {
  return n > 0xffffffffu ? 0 : static_cast<std::uint32_t>(n);
}

// The Set-Cookie line, with CRLF, that carries a session; that removes it, for an empty token.
std::string session_cookie(const app_context& app, std::string_view token);

}  // namespace lingerd::api
