#include "http/streams/long_poll.hpp"

#include <algorithm>
#include <chrono>

#include "core/base/coverage.hpp"
#include "core/base/json_writer.hpp"
#include "core/base/planted_faults.hpp"
#include "core/base/refusals.hpp"
#include "http/protocol/response.hpp"
#include "http/streams/event_list.hpp"

namespace lingerd {
namespace {

// The events of a batch as a poll's response lists them: {…},{…}. The tutorial's page reads
// messages without the word "event".
class poll_events final : public event_sink {
 public:
  // Writes over `elements`, which outlives it.
  poll_events(std::string& elements, const poll_request& request)
      : list_(elements), elements_(elements), is_classic_(request.classic) {
    elements.clear();
  }
  void add(change_id id, std::string_view json) override {
    if (!is_classic_) return list_.add(id, json);
    constexpr std::string_view head = R"({"event":"message",)";
    list_.add(id, "{");
    elements_ += json.substr(head.size());
  }
  std::size_t bytes() const override { return list_.bytes(); }
  selection wanted() const {
    return is_classic_ ? selection::messages_of_others : selection::everything;
  }

 private:
  event_list list_;
  std::string& elements_;
  const bool is_classic_;
};

bool presence_is_newer(chat& chat, const poll_request& request) {
  return request.presence && chat.has_presence_news(request.caller.user, *request.presence);
}

void write(chat& chat, const poll_request& request, const batch& b, std::string_view events,
           bool newer_presence, std::string& body) {
  body.clear();
  if (request.classic) {
    body += '[';
    body += events;
    body += ']';
    return;
  }
  body += R"({"epoch":")";
  body += chat.epoch();
  body += R"(","next":)";
  json_writer::number(body, b.next);
  if (b.more) body += R"(,"more":true)";
  body += R"(,"events":[)";
  body += events;
  if (!newer_presence) {
    body += "]}";
    return;
  }
  std::string typing;
  if (chat.typing().append(typing, request.caller.user, *request.presence) > 0) {
    if (!events.empty()) body += ',';
    body += typing;
  }
  body += "],";
  chat.presence().append(body, *chat.directory().user(request.caller.user));
  body += '}';
}

}  // namespace

pending::step long_poll::resume(event reason, connection_io& io) {
  if (reason == event::woken) return wake_up(io);
  start(io, request_.presence.has_value());
  if (request_.presence) hold_presence(request_.caller.user);
  return look_again(io);
}

pending::step long_poll::look_again(connection_io& io) {
  const bool is_over = request_.wait_s == 0 || is_closing() ||
                       has(io.waiter.reasons(), wake::timeout) ||
                       has(io.waiter.reasons(), wake::closing);
  switch (
      look(chat_, request_, is_over, io.connections.scratch.events, io.connections.scratch.body)) {
    case verdict::answered: return answered(io);
    case verdict::ask_store: return step::work;
    case verdict::wait: break;
  }
  return park(io);
}

pending::step long_poll::park(connection_io& io) {
  const bool again = is_parked_;
  if (!again) {
    is_parked_ = true;
    ++io.connections.counters.polls_held;
    count_held();
    const instant now = io.waiter.loop().now();
    io.waiter.set_deadline(now + hold_time(chat_, request_, now));
    // The session may have ended while the store was asked.
    if (!hold_session(request_.caller.session)) {
      return refused(io, refusals::session_ended());
    }
  }
  const bool is_lost = planted::is(planted::fault::lost_wake) && again;
  if (!is_lost) wait_for_news(request_.caller.user);
  return step::wait;
}

task<pending::step> long_poll::work(connection_io& io) {
  asks_store_ = true;
  std::string events;  // of its own: others use the shared one while the store is read
  const result<batch> b = co_await read(chat_, request_, events);
  asks_store_ = false;
  if (!b) co_return refused(io, b.error());
  const bool is_over =
      request_.wait_s == 0 || is_closing() || has(io.waiter.reasons(), wake::timeout);
  if (take(chat_, request_, *b, events, is_over, io.connections.scratch.body) ==
      verdict::answered) {
    co_return answered(io);
  }
  coverage::hit(coverage::branch::store_had_nothing);
  const step next = look_again(io);
  if (next != step::wait) coverage::hit(coverage::branch::news_while_reading);
  co_return next;
}

pending::step long_poll::wake_up(connection_io& io) {
  const wake_set reasons = io.waiter.reasons();
  if (has(reasons, wake::signed_out)) {
    coverage::hit(coverage::branch::signed_out_while_held);
    return refused(io, refusals::session_ended());
  }
  if (has(reasons, wake::closing)) coverage::hit(coverage::branch::closing_while_held);
  if (has(reasons, wake::timeout)) coverage::hit(coverage::branch::hold_timed_out);
  if (has(reasons, wake::crowded)) {
    coverage::hit(coverage::branch::crowded);
    io.connections.scratch.answer = response(200, crowded_body(chat_, request_));
    return step::answer;
  }
  if (has(reasons, wake::readable)) {
    io.waiter.clear(wake::readable);
    switch (io.reader.read_ahead(*io.stream, io.connections.scratch)) {
      case request_reader::status::ended:
        coverage::hit(coverage::branch::gone_while_held);
        return step::end;
      case request_reader::status::refused: return step::refuse;
      default: coverage::hit(coverage::branch::early_bytes); break;  // of the next request
    }
  }
  io.waiter.clear(wake::news);
  const step next = look_again(io);
  if (next == step::wait && has(reasons, wake::news)) {
    coverage::hit(coverage::branch::woken_for_nothing);
  }
  return next;
}

bool long_poll::sleeps_over_news(const waiter& asleep) const {
  return is_parked_ && !asks_store_ && !has(asleep.reasons(), wake::news) && has_news(request_);
}

pending::step long_poll::refused(connection_io& io, const refusal& why) {
  io.connections.scratch.answer = refuse(why);
  return step::answer;
}

// The body lies in the shared buffer, which keeps its room for the next poll's.
pending::step long_poll::answered(connection_io& io) {
  response answer;
  answer.fixed = io.connections.scratch.body;
  io.connections.scratch.answer = std::move(answer);
  return step::answer;
}

long_poll::verdict long_poll::look(lingerd::chat& chat, poll_request& request, bool must_answer,
                                   std::string& events, std::string& body) {
  const person* reader = chat.directory().user(request.caller.user);
  poll_events sink(events, request);
  const auto b = chat.feed().at_hand(*reader, request.after, sink.wanted(), sink);
  if (!b) return verdict::ask_store;
  return take(chat, request, *b, events, must_answer, body);
}

task<result<batch>> long_poll::read(lingerd::chat& chat, const poll_request& request,
                                    std::string& events) {
  poll_events sink(events, request);
  feed& feed = chat.feed();
  const selection wanted = sink.wanted();
  const user_id reader = request.caller.user;
  co_return co_await feed.from_store(reader, request.after, wanted, sink);
}

long_poll::verdict long_poll::take(lingerd::chat& chat, poll_request& request, const batch& b,
                                   std::string_view events, bool must_answer, std::string& body) {
  const bool newer_presence = presence_is_newer(chat, request);
  const bool nothing = events.empty() && !b.more && !newer_presence;
  request.after = b.next;
  if (nothing && !must_answer) return verdict::wait;
  write(chat, request, b, events, newer_presence, body);
  if (request.classic) chat.sessions().set_classic_cursor(request.caller.session, b.next);
  return verdict::answered;
}

std::string long_poll::crowded_body(lingerd::chat& chat, const poll_request& request) {
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

instant long_poll::hold_time(const lingerd::chat& chat, const poll_request& request, instant now) {
  const limits& bounds = chat.bounds();
  const instant longest = std::min(std::chrono::seconds(request.wait_s), bounds.wait_max);
  // 20 bits of a hash of id and time: random enough here.
  const std::uint64_t mixed =
      (static_cast<std::uint64_t>(now.count()) ^ std::uint64_t{request.caller.user} << 17) *
          0x9e3779b97f4a7c15u >>
      44;
  const instant cut = longest / 100 * bounds.wait_jitter_percent;
  const instant held = longest - cut * static_cast<std::int64_t>(mixed) / (1 << 20);
  // A short hold is not coalesced: a tenth of a second is much of it.
  return held < 100 * coalescing_step ? held : coalesced(now + held) - now;
}

}  // namespace lingerd
