#include "sim/client/client_requests.hpp"

#include "core/base/json_writer.hpp"

namespace lingerd::sim::client_requests {
namespace {

std::string events_target(std::uint64_t after, std::string_view epoch, revision presence) {
  std::string target = "GET /api/events?after=";
  json_out::number(target, after);
  target += "&epoch=";
  target += epoch;
  if (presence) {
    target += "&presence=";
    json_out::number(target, *presence);
  }
  return target;
}

}  // namespace

std::string head(std::string_view method_and_target, std::string_view host,
                 std::string_view token) {
  std::string out(method_and_target);
  out += " HTTP/1.1\r\nHost: ";
  out += host;
  out += "\r\nAuthorization: Bearer ";
  out += token;
  out += "\r\n";
  return out;
}

std::string start(std::string_view host, std::string_view token) {
  return head("GET /api/start", host, token) + "\r\n";
}

std::string poll(std::string_view host, std::string_view token, std::uint64_t after,
                 std::string_view epoch, std::uint64_t wait_s, revision presence) {
  std::string target = events_target(after, epoch, presence);
  if (wait_s > 0) {
    target += "&wait=";
    json_out::number(target, wait_s);
  }
  return head(target, host, token) + "\r\n";
}

std::string sse(std::string_view host, std::string_view token, std::uint64_t after,
                std::string_view epoch, revision presence) {
  return head(events_target(after, epoch, presence), host, token) +
         "Accept: text/event-stream\r\n\r\n";
}

std::string websocket(std::string_view host, std::string_view token, std::uint64_t after,
                      std::string_view epoch, std::string_view key, revision presence) {
  std::string out = head(events_target(after, epoch, presence), host, token);
  out +=
      "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
      "Sec-WebSocket-Key: ";
  out += key;
  out += "\r\n\r\n";
  return out;
}

std::string send(std::string_view host, std::string_view token, bool to_group, std::uint64_t to,
                 std::string_view text, std::string_view cid) {
  std::string body = to_group ? R"({"type":"group","to":)" : R"({"type":"single","to":)";
  json_out::number(body, to);
  body += R"(,"msg":)";
  json_out::quote(body, text);
  body += R"(,"cid":)";
  json_out::quote(body, cid);
  body += '}';
  return any("POST /api/messages", host, token, body);
}

std::string any(std::string_view method_and_target, std::string_view host, std::string_view token,
                std::string_view body) {
  std::string out = head(method_and_target, host, token);
  if (!body.empty()) {
    out += "Content-Type: application/json\r\nContent-Length: ";
    json_out::number(out, body.size());
    out += "\r\n";
  }
  out += "\r\n";
  out += body;
  return out;
}

}  // namespace lingerd::sim::client_requests
