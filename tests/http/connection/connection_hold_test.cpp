#include <gtest/gtest.h>

#include "http/connection/connection.hpp"
#include "tests/http/connection/connection_fixture.hpp"

// Held polls.
namespace lingerd::http_tests {
namespace {

TEST(Connection, APollIsHeldForItsTime) {
  connection_fixture w;
  const auto l = w.connect(w.poll());
  EXPECT_EQ(w.counters().held_now, 1u);
  w.wait(94900ms);
  EXPECT_EQ(l->take(), "");
  EXPECT_EQ(w.counters().held_now, 1u);
  w.wait(5100ms);
  const std::string answer = l->take();
  EXPECT_EQ(status_of_first(answer), 200);
  EXPECT_TRUE(answer.ends_with(R"("events":[]})")) << answer;
  EXPECT_TRUE(holds(answer, "\r\nCache-Control: no-store\r\n"));
  EXPECT_EQ(w.counters().held_now, 0u);
  EXPECT_EQ(w.counters().polls_held, 1u);
  EXPECT_EQ(w.counters().events_answers, 1u);
  w.send(*l, health);
  EXPECT_TRUE(l->take().ends_with("ok")) << "it goes on";
}

TEST(Connection, AShortPollIsAnsweredAtOnce) {
  connection_fixture w;
  const auto l = w.connect(w.poll(""));
  EXPECT_TRUE(l->take().ends_with(R"("events":[]})"));
  EXPECT_EQ(w.counters().polls_held, 0u);
}

TEST(Connection, AMessageEndsAHoldAtOnce) {
  connection_fixture w;
  const auto l = w.connect(w.poll());
  w.wait(50s);
  w.say(w.han, w.li, "hello");
  const std::string answer = l->take();
  EXPECT_TRUE(holds(answer, R"("msg":"hello")"));
  EXPECT_EQ(w.counters().held_now, 0u);
}

TEST(Connection, WhatConcernsOthersEndsNoHold) {
  connection_fixture w;
  const user_id lucy = w.user("lucy");
  w.befriend(w.han, lucy);
  const auto l = w.connect(w.poll());
  w.say(w.han, lucy, "not for li");
  EXPECT_EQ(l->take(), "");
  w.wait(100s);
  const std::string next = R"("next":)" + std::to_string(w.chat.horizon());
  EXPECT_TRUE(holds(l->take(), next)) << "and yet the cursor moves";
}

TEST(Connection, WhatIsOlderThanTheMemoryComesFromTheStore) {
  limits bounds;
  bounds.ring_entries = 2;
  connection_fixture w(bounds);
  const std::string poll = w.poll();
  for (int i = 0; i < 5; ++i) w.say(w.han, w.li, "m" + std::to_string(i));
  const auto l = w.connect(poll);
  const std::string answer = l->take();
  EXPECT_TRUE(holds(answer, R"("msg":"m0")"));
  EXPECT_TRUE(holds(answer, R"("msg":"m4")"));
}

TEST(Connection, WhatComesDuringAHoldWaitsForItsTurn) {
  connection_fixture w;
  const auto l = w.connect(w.poll());
  w.send(*l, health);
  w.send(*l, w.get("/nothing"));
  EXPECT_EQ(l->take(), "");
  w.say(w.han, w.li, "hello");
  const std::string all = l->take();
  ASSERT_EQ(answers_in(all), 3u);
  EXPECT_LT(all.find("hello"), all.find("ok"));
  EXPECT_LT(all.find("ok"), all.find(" 404 "));
}

TEST(Connection, TooMuchAheadOfAHoldIsRefused) {
  limits bounds;
  bounds.pipelined_bytes = 1000;
  connection_fixture w(bounds);
  const auto l = w.connect(w.poll());
  w.send(*l, std::string(1000, 'x'));
  EXPECT_EQ(l->take(), "");
  w.send(*l, "x");
  const std::string answer = l->take();
  EXPECT_EQ(status_of_first(answer), 413);
  EXPECT_TRUE(l->has_server_ended);
  EXPECT_EQ(w.counters().held_now, 0u);
}

TEST(Connection, AClientThatIsGoneIsNotHeld) {
  connection_fixture w;
  const auto l = w.connect(w.poll("&wait=100&presence=0"));
  w.wait(2s);
  l->take();  // the presence at the beginning
  const auto held =
      w.connect(w.poll("&wait=100&presence=" + std::to_string(w.chat.presence().revision())));
  ASSERT_EQ(w.counters().held_now, 1u);
  held->end();
  w.settle();
  EXPECT_TRUE(held->is_released);
  EXPECT_EQ(held->take(), "");
  EXPECT_EQ(w.counters().held_now, 0u);
  EXPECT_TRUE(w.chat.presence().is_online(w.li));
  l->end();
  w.wait(62s);
  EXPECT_FALSE(w.chat.presence().is_online(w.li)) << "presence lingers for a minute only";
}

TEST(Connection, AHeldPollWithPresenceMeansOnline) {
  connection_fixture w;
  w.connect(w.poll());
  w.wait(2s);
  EXPECT_FALSE(w.chat.presence().is_online(w.li));
  w.connect(w.poll("&wait=100&presence=" + std::to_string(w.chat.presence().revision())));
  w.wait(2s);
  EXPECT_TRUE(w.chat.presence().is_online(w.li));
}

TEST(Connection, SigningOutEndsAHold) {
  connection_fixture w;
  const auto l = w.connect(w.poll());
  w.commit(end_session{*hash_of_token(w.token)});
  const std::string answer = l->take();
  EXPECT_EQ(status_of_first(answer), 401);
  EXPECT_TRUE(holds(answer, R"("code":"not_signed_in")"));
  EXPECT_EQ(w.counters().held_now, 0u);
  w.send(*l, health);
  EXPECT_EQ(status_of_first(l->take()), 200);
}

TEST(Connection, TheSeventeenthStreamOfASessionEndsTheOldest) {
  connection_fixture w;
  std::vector<std::shared_ptr<duplex>> held;
  for (int i = 0; i < 16; ++i) held.push_back(w.connect(w.poll()));
  for (const auto& l : held) EXPECT_EQ(l->take(), "");
  w.connect(w.poll());
  EXPECT_TRUE(holds(held[0]->take(), R"("events":[],"pause":5})"));
  for (std::size_t i = 1; i < held.size(); ++i) EXPECT_EQ(held[i]->take(), "") << i;
  EXPECT_EQ(w.counters().held_now, 16u);
}

}  // namespace
}  // namespace lingerd::http_tests
