#include "sim/world/users/payloads.hpp"

#include "core/base/json_writer.hpp"

namespace lingerd::sim::payloads {
namespace {

// Escapes everything but letters and digits.
std::string percent_encoded(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool is_plain =
        (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (is_plain) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
  return out;
}

std::string cookie_head(std::string_view method_and_target, std::string_view host,
                        std::string_view token) {
  std::string out(method_and_target);
  out += " HTTP/1.1\r\nHost: ";
  out += host;
  out += "\r\nCookie: linger=";
  out += token;
  out += "\r\nX-Requested-With: XMLHttpRequest\r\n";
  return out;
}

std::uint64_t party(conversation c, user_id me) {
  return c.is_group() ? c.group() : c.other_than(me);
}

}  // namespace

std::string json_text(std::string_view text) {
  std::string out;
  json_writer::quote(out, text);
  return out;
}

std::string conversation_fields(conversation c, user_id me, const char* field) {
  return std::string(R"("type":)") + (c.is_group() ? R"("group",")" : R"("single",")") + field +
         "\":" + std::to_string(party(c, me));
}

std::string message(const attempt& a) {
  return "{" + conversation_fields(a.target, a.sender, "to") + R"(,"msg":)" + json_text(a.text) +
         (a.cid.empty() ? "" : R"(,"cid":)" + json_text(a.cid)) + "}";
}

std::string form_message(const attempt& a, std::string_view host, std::string_view token) {
  const std::string data = R"({"from":")" + std::to_string(a.sender) + R"(","to":")" +
                           std::to_string(party(a.target, a.sender)) + R"(","type":")" +
                           (a.target.is_group() ? "group" : "single") + R"(","msg":)" +
                           json_text(a.text) + "}";
  const std::string body = "data=" + percent_encoded(data);
  return cookie_head("POST /webchat/msg_send/", host, token) +
         "Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string new_messages(std::string_view host, std::string_view token) {
  return cookie_head("GET /webchat/new_msgs/", host, token) + "\r\n";
}

}  // namespace lingerd::sim::payloads
