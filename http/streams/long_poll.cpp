#include "http/streams/long_poll.hpp"

#include <algorithm>
#include <chrono>

#include "core/base/json_writer.hpp"

namespace lingerd::poll {
namespace {

bool presence_is_newer(chat& talk, const poll_request& asked) {
  return asked.presence && talk.online().is_newer(asked.who.user, *asked.presence);
}

void write(chat& talk, const poll_request& asked, const batch& b, bool newer_presence,
           std::string& body) {
  body.clear();
  if (asked.classic) {
    body += '[';
    body += b.events;
    body += ']';
    return;
  }
  body += R"({"epoch":")";
  body += talk.epoch();
  body += R"(","next":)";
  json_out::number(body, b.next);
  if (b.more) body += R"(,"more":true)";
  body += R"(,"events":[)";
  body += b.events;
  if (!newer_presence) {
    body += "]}";
    return;
  }
  std::string typing;
  if (talk.online().append_typing(typing, asked.who.user, *asked.presence) > 0) {
    if (!b.events.empty()) body += ',';
    body += typing;
  }
  body += "],";
  talk.online().append(body, *talk.people().user(asked.who.user));
  body += '}';
}

}  // namespace

verdict look(chat& talk, poll_request& asked, bool must_answer, std::string& body) {
  const person* reader = talk.people().user(asked.who.user);
  const auto b =
      talk.at_hand(*reader, asked.after, asked.classic ? chat::view::classic : chat::view::events);
  if (!b) return verdict::ask_store;
  return take(talk, asked, *b, must_answer, body);
}

verdict take(chat& talk, poll_request& asked, const batch& b, bool must_answer, std::string& body) {
  const bool newer_presence = presence_is_newer(talk, asked);
  const bool nothing = b.events.empty() && !b.more && !newer_presence;
  asked.after = b.next;
  if (nothing && !must_answer) return verdict::wait;
  write(talk, asked, b, newer_presence, body);
  if (asked.classic) talk.signed_in().set_classic_cursor(asked.who.session, b.next);
  return verdict::answered;
}

std::string crowded_body(chat& talk, const poll_request& asked) {
  if (asked.classic) return "[]";
  std::string body = R"({"epoch":")";
  body += talk.epoch();
  body += R"(","next":)";
  json_out::number(body, asked.after);
  body += R"(,"events":[],"pause":)";
  json_out::number(body, talk.bounds().pause_when_crowded.count());
  body += '}';
  return body;
}

instant hold_time(const chat& talk, const poll_request& asked, instant now) {
  const limits& bounds = talk.bounds();
  const instant whole = std::min(std::chrono::seconds(asked.wait_s), bounds.wait_max);
  // A mix of id and time is chance enough here. 20 bits of it.
  const std::uint64_t mixed =
      (static_cast<std::uint64_t>(now.count()) ^ std::uint64_t{asked.who.user} << 17) *
          0x9e3779b97f4a7c15u >>
      44;
  const instant cut = whole / 100 * bounds.wait_jitter_percent;
  const instant held = whole - cut * static_cast<std::int64_t>(mixed) / (1 << 20);
  // Of a short hold a tenth of a second would be much.
  return held < 100 * beat ? held : on_the_beat(now + held) - now;
}

}  // namespace lingerd::poll
