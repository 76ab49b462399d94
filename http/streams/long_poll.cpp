#include "http/streams/long_poll.hpp"

#include <algorithm>
#include <chrono>

#include "core/base/json_writer.hpp"

namespace lingerd::long_poll {
namespace {

bool presence_is_newer(chat& chat, const poll_request& request) {
  return request.presence && chat.has_presence_news(request.who.user, *request.presence);
}

void write(chat& chat, const poll_request& request, const batch& b, bool newer_presence,
           std::string& body) {
  body.clear();
  if (request.classic) {
    body += '[';
    body += b.events;
    body += ']';
    return;
  }
  body += R"({"epoch":")";
  body += chat.epoch();
  body += R"(","next":)";
  json_writer::number(body, b.next);
  if (b.more) body += R"(,"more":true)";
  body += R"(,"events":[)";
  body += b.events;
  if (!newer_presence) {
    body += "]}";
    return;
  }
  std::string typing;
  if (chat.typing().append(typing, request.who.user, *request.presence) > 0) {
    if (!b.events.empty()) body += ',';
    body += typing;
  }
  body += "],";
  chat.presence().append(body, *chat.directory().user(request.who.user));
  body += '}';
}

}  // namespace

verdict look(chat& chat, poll_request& request, bool must_answer, std::string& body) {
  const person* reader = chat.directory().user(request.who.user);
  const auto b = chat.at_hand(*reader, request.after,
                              request.classic ? chat::view::classic : chat::view::events);
  if (!b) return verdict::ask_store;
  return take(chat, request, *b, must_answer, body);
}

verdict take(chat& chat, poll_request& request, const batch& b, bool must_answer,
             std::string& body) {
  const bool newer_presence = presence_is_newer(chat, request);
  const bool nothing = b.events.empty() && !b.more && !newer_presence;
  request.after = b.next;
  if (nothing && !must_answer) return verdict::wait;
  write(chat, request, b, newer_presence, body);
  if (request.classic) chat.sessions().set_classic_cursor(request.who.session, b.next);
  return verdict::answered;
}

std::string crowded_body(chat& chat, const poll_request& request) {
  if (request.classic) return "[]";
  std::string body = R"({"epoch":")";
  body += chat.epoch();
  body += R"(","next":)";
  json_writer::number(body, request.after);
  body += R"(,"events":[],"pause":)";
  json_writer::number(body, chat.bounds().pause_when_crowded.count());
  body += '}';
  return body;
}

instant hold_time(const chat& chat, const poll_request& request, instant now) {
  const limits& bounds = chat.bounds();
  const instant whole = std::min(std::chrono::seconds(request.wait_s), bounds.wait_max);
  // A mix of id and time is chance enough here. 20 bits of it.
  const std::uint64_t mixed =
      (static_cast<std::uint64_t>(now.count()) ^ std::uint64_t{request.who.user} << 17) *
          0x9e3779b97f4a7c15u >>
      44;
  const instant cut = whole / 100 * bounds.wait_jitter_percent;
  const instant held = whole - cut * static_cast<std::int64_t>(mixed) / (1 << 20);
  // Of a short hold a tenth of a second would be much.
  return held < 100 * coalescing_step ? held : coalesced(now + held) - now;
}

}  // namespace lingerd::long_poll
