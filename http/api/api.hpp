#pragma once

#include <array>
#include <boost/json/monotonic_resource.hpp>
#include <cstdint>
#include <functional>
#include <string_view>

#include "http/net/byte_stream.hpp"
#include "http/protocol/json_reader.hpp"
#include "http/connection/reply.hpp"
#include "http/api/app_context.hpp"

// What the API can do, one function an address. They check what came and say at once what is wrong
// with it, or return a task that owns all it needs.
namespace lingerd::api {

// One request on its way through the API.
struct call {
  call(service& in, const http_request& request, const byte_stream& from)
      : in(in), request(request), from(from) {}
  call(const call&) = delete;
  call& operator=(const call&) = delete;

  service& in;
  const http_request& request;
  const byte_stream& from;
  caller who;                          // REQUIRES a session, where the route says so
  std::array<std::uint64_t, 2> ids{};  // the numbers in the path, in their order

  // The body, where the route says that there must be one. A small one needs no memory of its own.
  unsigned char room[2048];
  boost::json::monotonic_resource memory{room, sizeof room};
  boost::json::object body{&memory};
};

// Session and account.
reply sign_in(call& c);
reply sign_out(call& c);
reply list_sessions(call& c);
reply end_session(call& c);
reply edit_me(call& c);
reply change_password(call& c);

// The stream.
reply start(call& c);
reply events(call& c);

// Messages.
reply send(call& c);
reply history(call& c);
reply mark_read(call& c);
reply typing(call& c);

// Friends.
reply ask_friend(call& c);
reply end_friendship(call& c);

// Groups.
reply add_group(call& c);
reply edit_group(call& c);
reply remove_group(call& c);
reply add_member(call& c);
reply remove_member(call& c);
reply add_admin(call& c);
reply remove_admin(call& c);

// A message that came on a WebSocket, {"send":{…}}: what to answer.
task<std::string> said(service& in, caller who, std::string text);

// The tutorial's own addresses.
reply classic_send(call& c);
reply classic_poll(call& c);

// The rest.
reply health(call& c);
reply index(call& c);

// Commits and answers with what `say` makes of the outcome.
task<response> committed(chat& talk, change what, std::function<response(const applied&)> say);
// The same with 204.
task<response> committed(chat& talk, change what);

// A user's or group's number from the path; 0, which nobody has, where it is too large.
inline std::uint32_t party(std::uint64_t n) {
  return n > 0xffffffffu ? 0 : static_cast<std::uint32_t>(n);
}

// The cookie that carries a session.
std::string session_cookie(const service& in, std::string_view token);

}  // namespace lingerd::api
