#include "http/streams/long_poll.hpp"

#include <gtest/gtest.h>

#include <set>

#include "tests/http/api/server_fixture.hpp"

namespace lingerd::http_tests {
namespace {

using namespace std::chrono_literals;
using verdict = long_poll::verdict;

// Two friends, and a poll of one of them.
struct pair_of_friends : server_fixture {
  explicit pair_of_friends(limits bounds = {}) : server_fixture(bounds) {
    li = user("li");
    han = user("han");
    befriend(li, han);
    token = session_of(li);
    request.caller.user = li;
    request.caller.session = *hash_of_token(token);
    request.after = chat.horizon();
    request.wait_s = 100;
  }
  verdict look(bool must_answer) {
    return long_poll::look(chat, request, must_answer, events, body);
  }
  std::string head(change_id next) const {
    return R"({"epoch":")" + chat.epoch() + R"(","next":)" + std::to_string(next);
  }

  user_id li = 0, han = 0;
  std::string token;
  poll_request request;
  std::string events = "of another poll";
  std::string body = "what was here before";
};

std::size_t count(std::string_view all, std::string_view part) {
  std::size_t n = 0;
  for (std::size_t offset = 0; (offset = all.find(part, offset)) != all.npos; offset += part.size())
    ++n;
  return n;
}

TEST(StreamPoll, WaitsWhereThereIsNothing) {
  pair_of_friends w;
  EXPECT_EQ(w.look(false), verdict::wait);
}

TEST(StreamPoll, AnEmptyAnswerIsOneWhereItMustBe) {
  pair_of_friends w;
  EXPECT_EQ(w.look(true), verdict::answered);
  EXPECT_EQ(w.body, w.head(w.chat.horizon()) + R"(,"events":[]})");
}

TEST(StreamPoll, AMessageIsAnAnswer) {
  pair_of_friends w;
  const change_id id = w.say(w.han, w.li, "hello");
  EXPECT_EQ(w.look(false), verdict::answered);
  EXPECT_TRUE(w.body.starts_with(w.head(id) + R"(,"events":[{"event":"message","id":)")) << w.body;
  EXPECT_TRUE(holds(w.body, R"("msg":"hello")"));
  EXPECT_TRUE(w.body.ends_with("}]}"));
  EXPECT_EQ(w.request.after, id);
}

TEST(StreamPoll, OnesOwnMessageIsAnAnswerToo) {
  pair_of_friends w;
  w.say(w.li, w.han, "hello");
  EXPECT_EQ(w.look(false), verdict::answered);
}

TEST(StreamPoll, WhatIsBelowTheCursorIsNotTold) {
  pair_of_friends w;
  w.say(w.han, w.li, "old");
  w.request.after = w.chat.horizon();
  EXPECT_EQ(w.look(false), verdict::wait);
  w.say(w.han, w.li, "new");
  EXPECT_EQ(w.look(false), verdict::answered);
  EXPECT_FALSE(holds(w.body, "old"));
  EXPECT_TRUE(holds(w.body, "new"));
}

TEST(StreamPoll, WhatConcernsOthersMovesTheCursorAlone) {
  pair_of_friends w;
  const user_id lucy = w.user("lucy");
  w.befriend(w.han, lucy);
  w.request.after = w.chat.horizon();
  const change_id id = w.say(w.han, lucy, "not for li");
  EXPECT_EQ(w.look(false), verdict::wait);
  EXPECT_EQ(w.look(true), verdict::answered);
  EXPECT_EQ(w.body, w.head(id) + R"(,"events":[]})");
}

TEST(StreamPoll, AnAnswerHoldsABatchAtMost) {
  limits bounds;
  bounds.batch_events = 3;
  pair_of_friends w(bounds);
  std::vector<change_id> ids;
  for (int i = 0; i < 7; ++i) ids.push_back(w.say(w.han, w.li, "m" + std::to_string(i)));
  EXPECT_EQ(w.look(false), verdict::answered);
  EXPECT_EQ(count(w.body, R"("event":"message")"), 3u);
  EXPECT_TRUE(w.body.starts_with(w.head(ids[2]) + R"(,"more":true,"events":[)")) << w.body;
  EXPECT_EQ(w.look(false), verdict::answered);
  EXPECT_EQ(w.look(false), verdict::answered);
  EXPECT_EQ(count(w.body, R"("event":"message")"), 1u);
  EXPECT_FALSE(holds(w.body, "more"));
  EXPECT_EQ(w.look(false), verdict::wait);
}

TEST(StreamPoll, WhatHasLeftTheMemoryIsAskedOfTheStore) {
  limits bounds;
  bounds.ring_entries = 2;
  pair_of_friends w(bounds);
  for (int i = 0; i < 5; ++i) w.say(w.han, w.li, "m" + std::to_string(i));
  ASSERT_EQ(w.look(false), verdict::ask_store);
  const result<batch> b = w.finish(long_poll::read(w.chat, w.request, w.events));
  ASSERT_TRUE(b.has_value());
  EXPECT_EQ(long_poll::take(w.chat, w.request, *b, w.events, false, w.body), verdict::answered);
  EXPECT_EQ(count(w.body, R"("event":"message")"), 5u);
  EXPECT_EQ(w.request.after, w.chat.horizon());
  EXPECT_EQ(w.look(false), verdict::wait);
}

TEST(StreamPoll, WhatTheStoreHasNothingOfIsWaitedFor) {
  pair_of_friends w;
  batch nothing;
  nothing.next = w.chat.horizon() + 5;
  EXPECT_EQ(long_poll::take(w.chat, w.request, nothing, {}, false, w.body), verdict::wait);
  EXPECT_EQ(w.request.after, nothing.next);
  nothing.more = true;  // a batch of nothing, and the store has more
  EXPECT_EQ(long_poll::take(w.chat, w.request, nothing, {}, false, w.body), verdict::answered);
  EXPECT_TRUE(holds(w.body, R"("more":true,"events":[])"));
}

TEST(StreamPoll, PresenceIsToldToWhoAsks) {
  pair_of_friends w;
  w.request.presence = w.chat.presence().revision();
  w.chat.presence().hold(w.han);
  w.advance(1100ms);
  EXPECT_EQ(w.look(false), verdict::answered);
  EXPECT_TRUE(holds(w.body, R"("events":[],"presence":{"rev":)")) << w.body;
  EXPECT_TRUE(holds(w.body, R"("online":[)" + std::to_string(w.han) + "]}}")) << w.body;
  w.request.presence = w.chat.presence().revision();
  EXPECT_EQ(w.look(false), verdict::wait) << "told already";
}

TEST(StreamPoll, PresenceIsNotToldToWhoDoesNotAsk) {
  pair_of_friends w;
  w.chat.presence().hold(w.han);
  w.advance(1100ms);
  EXPECT_EQ(w.look(false), verdict::wait);
  EXPECT_EQ(w.look(true), verdict::answered);
  EXPECT_FALSE(holds(w.body, "presence"));
}

TEST(StreamPoll, TypingIsToldToWhoAsksForPresence) {
  pair_of_friends w;
  w.chat.presence().hold(w.li);
  w.advance(1100ms);
  w.request.presence = w.chat.presence().revision();
  ASSERT_TRUE(w.chat.note_typing(w.han, conversation::single(w.li, w.han)).has_value());
  poll_request without = w.request;
  without.presence.reset();
  EXPECT_EQ(long_poll::look(w.chat, without, false, w.events, w.body), verdict::wait);
  EXPECT_EQ(w.look(false), verdict::answered);
  EXPECT_TRUE(holds(w.body, R"("events":[{"event":"typing","user":)" + std::to_string(w.han)))
      << w.body;
  EXPECT_FALSE(holds(w.body, R"("typing","id")"));
}

TEST(StreamPoll, TypingComesBehindAMessageWithAComma) {
  pair_of_friends w;
  w.chat.presence().hold(w.li);
  w.advance(1100ms);
  w.request.presence = w.chat.presence().revision();
  w.say(w.han, w.li, "hello");
  ASSERT_TRUE(w.chat.note_typing(w.han, conversation::single(w.li, w.han)).has_value());
  EXPECT_EQ(w.look(false), verdict::answered);
  EXPECT_TRUE(holds(w.body, R"(},{"event":"typing")")) << w.body;
  EXPECT_TRUE(holds(w.body, R"(}],"presence":{)")) << w.body;
}

TEST(ClassicPoll, IsABareListOfOthersMessages) {
  pair_of_friends w;
  w.request.classic = true;
  w.say(w.li, w.han, "mine");
  const change_id id = w.say(w.han, w.li, "his");
  w.say(w.han, w.li, "and another");
  EXPECT_EQ(w.look(false), verdict::answered);
  EXPECT_TRUE(w.body.starts_with(R"([{"id":)" + std::to_string(id) + R"(,"timestamp":")"))
      << w.body;
  EXPECT_TRUE(holds(w.body, R"("msg":"his"},{"id":)")) << w.body;
  EXPECT_TRUE(w.body.ends_with("}]"));
  EXPECT_TRUE(holds(w.body, R"("msg":"his")"));
  EXPECT_FALSE(holds(w.body, "mine"));
  EXPECT_FALSE(holds(w.body, R"("event")"));
}

TEST(ClassicPoll, OnesOwnMessageEndsNoHold) {
  pair_of_friends w;
  w.request.classic = true;
  w.say(w.li, w.han, "mine");
  EXPECT_EQ(w.look(false), verdict::wait);
  EXPECT_EQ(w.look(true), verdict::answered);
  EXPECT_EQ(w.body, "[]");
}

TEST(ClassicPoll, ItsCursorIsKeptForTheSession) {
  pair_of_friends w;
  w.request.classic = true;
  const token_hash session = w.request.caller.session;
  w.request.after = w.chat.sessions().classic_cursor(session, w.chat.horizon());
  const change_id id = w.say(w.han, w.li, "hello");
  EXPECT_LT(w.chat.sessions().classic_cursor(session, w.chat.horizon()), id);
  EXPECT_EQ(w.look(false), verdict::answered);
  EXPECT_EQ(w.chat.sessions().classic_cursor(session, 0), id);
}

TEST(CrowdedPoll, IsToldToPause) {
  pair_of_friends w;
  EXPECT_EQ(long_poll::crowded_body(w.chat, w.request),
            w.head(w.request.after) + R"(,"events":[],"pause":5})");
  w.request.classic = true;
  EXPECT_EQ(long_poll::crowded_body(w.chat, w.request), "[]");
}

TEST(HoldTime, IsATwentiethAndATenthOfASecondShorterAtMostAndNeverLonger) {
  pair_of_friends w;
  instant shortest = 1h, longest = 0s;
  for (int i = 0; i < 2'000; ++i) {
    w.request.caller.user = static_cast<user_id>(1 + i % 50);
    const instant t = long_poll::hold_time(w.chat, w.request, std::chrono::milliseconds(i * 37));
    ASSERT_LE(t, 100s);
    ASSERT_GE(t, 95s - coalescing_step);
    ASSERT_EQ((std::chrono::milliseconds(i * 37) + t) % coalescing_step, 0s) << "they end together";
    shortest = std::min(shortest, t);
    longest = std::max(longest, t);
  }
  EXPECT_LT(shortest, 95500ms) << "they are spread";
  EXPECT_GT(longest, 99500ms);
}

TEST(HoldTime, OfManyThatComeInOneMomentIsSpread) {
  pair_of_friends w;
  std::set<std::int64_t> tenths;
  for (user_id u = 1; u <= 1'000; ++u) {
    w.request.caller.user = u;
    tenths.insert(long_poll::hold_time(w.chat, w.request, 5s).count() / 100'000'000);
  }
  EXPECT_GE(tenths.size(), 45u) << "of fifty tenths of a second";
}

TEST(HoldTime, IsNoLongerThanTheServersLongest) {
  pair_of_friends w;
  w.request.wait_s = 4'000'000'000;
  EXPECT_LE(long_poll::hold_time(w.chat, w.request, 1s), 100s);
  w.request.wait_s = 1;
  EXPECT_LE(long_poll::hold_time(w.chat, w.request, 1s), 1s);
  EXPECT_GE(long_poll::hold_time(w.chat, w.request, 1s), 950ms);
}

}  // namespace
}  // namespace lingerd::http_tests
