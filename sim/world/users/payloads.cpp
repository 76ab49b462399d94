#include "sim/world/users/payloads.hpp"

#include "core/base/json_writer.hpp"

namespace lingerd::sim::wording {
namespace {

// As encodeURIComponent writes it: what is neither a letter nor a digit.
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

std::uint64_t party(conversation in, user_id me) {
  return in.is_group() ? in.group() : in.other_than(me);
}

}  // namespace

std::string in_quotes(std::string_view text) {
  std::string out;
  json_out::quote(out, text);
  return out;
}

std::string place(conversation in, user_id me, const char* with) {
  return std::string(R"("type":)") + (in.is_group() ? R"("group",")" : R"("single",")") + with +
         "\":" + std::to_string(party(in, me));
}

std::string message(const attempt& a) {
  return "{" + place(a.to, a.from, "to") + R"(,"msg":)" + in_quotes(a.text) +
         (a.cid.empty() ? "" : R"(,"cid":)" + in_quotes(a.cid)) + "}";
}

std::string form_message(const attempt& a, std::string_view host, std::string_view token) {
  const std::string data = R"({"from":")" + std::to_string(a.from) + R"(","to":")" +
                           std::to_string(party(a.to, a.from)) + R"(","type":")" +
                           (a.to.is_group() ? "group" : "single") + R"(","msg":)" +
                           in_quotes(a.text) + "}";
  const std::string body = "data=" + percent_encoded(data);
  return cookie_head("POST /webchat/msg_send/", host, token) +
         "Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string new_messages(std::string_view host, std::string_view token) {
  return cookie_head("GET /webchat/new_msgs/", host, token) + "\r\n";
}

}  // namespace lingerd::sim::wording
