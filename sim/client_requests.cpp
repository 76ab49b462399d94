#include "sim/client_requests.hpp"

#include "core/json_out.hpp"

namespace lingerd::sim::client_requests {
namespace {

std::string events_target(std::uint64_t after, std::string_view epoch) {
  std::string target = "GET /api/events?after=";
  json_out::number(target, after);
  target += "&epoch=";
  target += epoch;
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
                 std::string_view epoch, std::uint64_t wait_s) {
  std::string target = events_target(after, epoch);
  if (wait_s > 0) {
    target += "&wait=";
    json_out::number(target, wait_s);
  }
  return head(target, host, token) + "\r\n";
}

std::string sse(std::string_view host, std::string_view token, std::uint64_t after,
                std::string_view epoch) {
  return head(events_target(after, epoch), host, token) + "Accept: text/event-stream\r\n\r\n";
}

std::string websocket(std::string_view host, std::string_view token, std::uint64_t after,
                      std::string_view epoch, std::string_view key) {
  std::string out = head(events_target(after, epoch), host, token);
  out += "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
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
  std::string out = head("POST /api/messages", host, token);
  out += "Content-Type: application/json\r\nContent-Length: ";
  json_out::number(out, body.size());
  out += "\r\n\r\n";
  return out + body;
}

}  // namespace lingerd::sim::client_requests
