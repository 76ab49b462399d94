#include "http/api/router.hpp"

#include "core/base/refusals.hpp"
#include "http/api/api.hpp"
#include "http/api/page.hpp"
#include "http/streams/sse.hpp"
#include "http/streams/websocket_stream.hpp"

namespace lingerd {
namespace {

// What a request needs before its function is called.
enum class needs : std::uint8_t {
  nothing,
  body,         // a JSON object; no session
  session,      // a session
  change,       // a session, from the same site; no body
  change_body,  // the same, with a JSON object
  form,         // a session; a form, as the tutorial's page sends it
  stream,       // a session; SSE and WebSocket refuse a missing one within the stream
};

struct route {
  lingerd::method method;
  std::string_view pattern;  // '#' stands for a number
  needs requirement;
  reply (*function)(api::request_context&);
  bool is_paced = false;  // takes from the user's allowance of changes
};

// They are tried in this order: the hot ones first.
constexpr route routes[] = {
    {method::get, "/api/events", needs::stream, api::events},
    {method::post, "/api/messages", needs::change_body, api::send},
    {method::get, "/api/messages", needs::session, api::history},
    {method::get, "/api/start", needs::session, api::start},
    {method::post, "/api/read", needs::change_body, api::mark_read},
    {method::post, "/api/typing", needs::change_body, api::typing},
    {method::post, "/api/session", needs::body, api::sign_in},
    {method::del, "/api/session", needs::change, api::sign_out},
    {method::patch, "/api/me", needs::change_body, api::edit_me, true},
    {method::post, "/api/me/password", needs::change_body, api::change_password, true},
    {method::get, "/api/me/sessions", needs::session, api::list_sessions},
    {method::del, "/api/me/sessions/#", needs::change, api::end_session, true},
    {method::post, "/api/friends", needs::change_body, api::ask_friend, true},
    {method::del, "/api/friends/#", needs::change, api::end_friendship, true},
    {method::post, "/api/groups", needs::change_body, api::add_group, true},
    {method::patch, "/api/groups/#", needs::change_body, api::edit_group, true},
    {method::del, "/api/groups/#", needs::change, api::remove_group, true},
    {method::post, "/api/groups/#/members/#", needs::change, api::add_member, true},
    {method::del, "/api/groups/#/members/#", needs::change, api::remove_member, true},
    {method::post, "/api/groups/#/admins/#", needs::change, api::add_admin, true},
    {method::del, "/api/groups/#/admins/#", needs::change, api::remove_admin, true},
    {method::post, "/webchat/msg_send/", needs::form, api::classic_send},
    {method::get, "/webchat/new_msgs/", needs::session, api::classic_poll},
    {method::get, "/healthz", needs::nothing, api::health},
    {method::get, "/", needs::nothing, api::index},
    {method::get, "/webchat/", needs::nothing, api::index},
    {method::get, "/webchat", needs::nothing, api::index},
};

// Whether the path has the pattern's form. Its numbers are written to `numbers`.
bool matches(std::string_view pattern, std::string_view path,
             std::array<std::uint64_t, 2>& numbers) {
  std::size_t count = 0;
  while (!pattern.empty()) {
    if (pattern.front() != '#') {
      if (path.empty() || path.front() != pattern.front()) return false;
      pattern.remove_prefix(1);
      path.remove_prefix(1);
      continue;
    }
    const std::string_view part = path.substr(0, path.find('/'));
    const auto n = digits(part);
    if (!n) return false;
    numbers[count++] = *n;
    pattern.remove_prefix(1);
    path.remove_prefix(part.size());
  }
  return path.empty();
}

std::string_view name_of(method m) {
  switch (m) {
    case method::get: return "GET, HEAD";
    case method::post: return "POST";
    case method::patch: return "PATCH";
    case method::del: return "DELETE";
    default: return "";
  }
}

response no_such_method(std::string_view allowed) {
  response r = refuse(error::method_not_allowed, "this address does not take this method");
  if (!allowed.empty()) r.fields += "Allow: " + std::string(allowed) + "\r\n";
  return r;
}

// HEAD changes nothing and ends at once: what GET would hold or stream is not begun, and answered
// with the status and the fields that it begins with.
reply without_hold(reply of_get, const http_request& r) {
  if (r.method != method::head) return of_get;
  if (!std::holds_alternative<std::unique_ptr<pending>>(of_get)) return of_get;
  response begun;
  begun.head_only = true;
  begun.type = {};  // no length, which GET's answer gets at its end
  begun.fields = sse::is_asked_by(r) ? "Content-Type: text/event-stream; charset=utf-8\r\n"
                                       "X-Accel-Buffering: no\r\n"
                                     : "Content-Type: application/json\r\n";
  return begun;
}

response slow_down(std::chrono::seconds wait) {
  response r = refuse(error::too_many, "too many changes; wait a little");
  r.fields += "Retry-After: " + std::to_string(wait.count()) + "\r\n";
  return r;
}

// Checks what the route needs, and fills in the context's caller and body. The refusal, or none.
std::optional<response> check(const route& route, api::request_context& c) {
  const http_request& r = c.request;
  const needs requirement = route.requirement;
  const bool needs_json = requirement == needs::body || requirement == needs::change_body;
  const bool takes_json = needs_json || requirement == needs::change;
  const bool has_type = needs_json && !r[field::content_type].empty();
  if (takes_json && !is_json(r) && (!r.body.empty() || has_type)) {
    return refuse(error::not_json, "the body must be application/json");
  }
  if (requirement != needs::nothing && requirement != needs::body) {
    const auto caller = c.app.authenticator.authenticate(r);
    const bool refuses_in_stream =
        requirement == needs::stream && (websocket_stream::is_asked_by(r) || sse::is_asked_by(r));
    if (!caller && !refuses_in_stream) return refuse(refusals::sign_in_first());
    if (caller) c.caller = *caller;
  }
  if (requirement == needs::change || requirement == needs::change_body) {
    const auto allowed = c.app.same_origin.check_change(r, c.caller);
    if (!allowed) return refuse(allowed.error());
  }
  if (requirement == needs::form) {
    const auto allowed = c.app.same_origin.check_form(r, c.caller);
    if (!allowed) return refuse(allowed.error());
  }
  if (route.is_paced) {
    const auto wait = c.app.rate_limits.take_change(c.caller.user);
    if (wait.count() > 0) return slow_down(wait);
  }
  if (needs_json) {
    auto body = json_reader::object(r.body, c.app.chat.bounds(), &c.memory);
    if (!body) return refuse(body.error());
    c.body = std::move(*body);
  }
  return std::nullopt;
}

}  // namespace

reply router::answer(const http_request& r, const byte_stream& stream) {
  if (r.is_http_1_1 && !r.has_host) {
    response refused = refuse(error::bad_request, "the Host field is missing");
    refused.close = true;
    return refused;
  }
  const std::string_view path = r.path();
  const lingerd::method method =
      r.method == lingerd::method::head ? lingerd::method::get : r.method;
  api::request_context c(app_, r, stream);
  std::string allowed;
  for (const route& route : routes) {
    if (!matches(route.pattern, path, c.path_numbers)) continue;
    if (route.method != method) {
      if (!allowed.empty()) allowed += ", ";
      allowed += name_of(route.method);
      continue;
    }
    if (auto refused = check(route, c)) return std::move(*refused);
    return without_hold(route.function(c), r);
  }
  if (path.starts_with("/assets/")) {
    if (method == lingerd::method::get) return app_.page.file(r, path.substr(8));
    allowed = name_of(lingerd::method::get);
  }
  if (!allowed.empty()) return no_such_method(allowed);
  return refuse(refusals::nothing_here());
}

}  // namespace lingerd
