#pragma once

#include <string>
#include <variant>

#include "http/connection/reply.hpp"

// All addresses of the server with what each of them needs, as the tests of the router expect them.
namespace lingerd::http_tests {

// What the router checks for an address before it calls its function.
enum class needs { nothing, body, session, change, change_body, form };

struct address {
  lingerd::method method;
  const char* path;
  needs requirement;
  bool is_paced = false;
};

inline constexpr address addresses[] = {
    {method::get, "/api/events", needs::session},
    {method::post, "/api/messages", needs::change_body},
    {method::get, "/api/messages", needs::session},
    {method::get, "/api/start", needs::session},
    {method::post, "/api/read", needs::change_body},
    {method::post, "/api/typing", needs::change_body},
    {method::post, "/api/session", needs::body},
    {method::del, "/api/session", needs::change},
    {method::patch, "/api/me", needs::change_body, true},
    {method::post, "/api/me/password", needs::change_body, true},
    {method::get, "/api/me/sessions", needs::session},
    {method::del, "/api/me/sessions/7", needs::change, true},
    {method::post, "/api/friends", needs::change_body, true},
    {method::del, "/api/friends/7", needs::change, true},
    {method::post, "/api/groups", needs::change_body, true},
    {method::patch, "/api/groups/7", needs::change_body, true},
    {method::del, "/api/groups/7", needs::change, true},
    {method::post, "/api/groups/7/members/8", needs::change, true},
    {method::del, "/api/groups/7/members/8", needs::change, true},
    {method::post, "/api/groups/7/admins/8", needs::change, true},
    {method::del, "/api/groups/7/admins/8", needs::change, true},
    {method::post, "/webchat/msg_send/", needs::form},
    {method::get, "/webchat/new_msgs/", needs::session},
    {method::get, "/healthz", needs::nothing},
    {method::get, "/", needs::nothing},
    {method::get, "/webchat/", needs::nothing},
    {method::get, "/webchat", needs::nothing},
};

inline std::string name_of(const address& a) {
  const char* names[] = {"GET ", "HEAD ", "POST ", "PATCH ", "DELETE ", "other "};
  return std::string(names[static_cast<int>(a.method)]) + a.path;
}
inline bool needs_session(const address& a) {
  return a.requirement != needs::nothing && a.requirement != needs::body;
}
inline bool takes_json(const address& a) {
  return a.requirement == needs::body || a.requirement == needs::change ||
         a.requirement == needs::change_body;
}
inline bool is_change(const address& a) {
  return a.requirement == needs::change || a.requirement == needs::change_body;
}

// 0 for a poll or a task: the request has passed all checks.
inline int immediate_status(const reply& routed) {
  const auto* r = std::get_if<response>(&routed);
  return r ? r->status : 0;
}

}  // namespace lingerd::http_tests
