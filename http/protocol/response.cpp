#include "http/protocol/response.hpp"

#include "core/base/check.hpp"
#include "core/base/json_writer.hpp"

namespace lingerd {
namespace {

std::string_view reason_of(int status) {
  switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 204: return "No Content";
    case 304: return "Not Modified";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 413: return "Content Too Large";
    case 415: return "Unsupported Media Type";
    case 422: return "Unprocessable Content";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 503: return "Service Unavailable";
    case 507: return "Insufficient Storage";
    default: return "Unknown";
  }
}

}  // namespace

int status_of(error e) {
  switch (e) {
    case error::bad_request: return 400;
    case error::not_signed_in: return 401;
    case error::forbidden:
    case error::not_friends:
    case error::not_member:
    case error::cross_site: return 403;
    case error::not_found: return 404;
    case error::method_not_allowed: return 405;
    case error::stalled: return 408;
    case error::cid_conflict:
    case error::name_taken:
    case error::group_full:
    case error::owner_must_stay:
    case error::limit_reached: return 409;
    case error::cursor_expired: return 410;
    case error::too_large: return 413;
    case error::not_json: return 415;
    case error::weak_password:
    case error::bad_name: return 422;
    case error::too_many: return 429;
    case error::header_too_large: return 431;
    case error::overloaded: return 503;
    case error::storage_full: return 507;
  }
  return 400;
}

std::string error_body(const refusal& r) {
  std::string body = R"({"error":{"code":")";
  body += code_of(r.code);
  body += R"(","message":)";
  json_writer::quote(body, r.message);
  body += "}}";
  return body;
}

response refuse(const refusal& r) {
  response answer(status_of(r.code), error_body(r));
  // A browser asks for no password of its own for this scheme.
  if (r.code == error::not_signed_in) answer.fields += "WWW-Authenticate: Bearer\r\n";
  if (r.code == error::overloaded) answer.fields += "Retry-After: 1\r\n";
  return answer;
}

response refuse(error code, std::string_view text) {
  return refuse(refusal(code, std::string(text)));
}

response no_content() { return {204, {}}; }

void render(std::string& out, const response& r, bool keep_alive) {
  const std::string_view body = r.fixed.empty() ? std::string_view(r.body) : r.fixed;
  const bool has_body = r.status != 204 && r.status != 304;
  CHECK(r.fields.empty() || r.fields.ends_with("\r\n"));
  out += "HTTP/1.1 ";
  json_writer::number(out, r.status);
  out += ' ';
  out += reason_of(r.status);
  out += "\r\n";
  CHECK(!r.type.empty() || r.head_only);
  if (has_body && !r.type.empty()) {
    out += "Content-Type: ";
    out += r.type;
    out += "\r\nContent-Length: ";
    json_writer::number(out, body.size());
    out += "\r\n";
  }
  if (!r.storable) out += "Cache-Control: no-store\r\n";
  if (!keep_alive || r.close) out += "Connection: close\r\n";
  out += r.fields;
  out += "\r\n";
  if (has_body && !r.head_only) out += body;
}

}  // namespace lingerd
