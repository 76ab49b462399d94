#include <gtest/gtest.h>

#include "http/connection/connection.hpp"
#include "tests/http/connection/connection_fixture.hpp"

// Deadlines of requests and of slow readers.
namespace lingerd::http_tests {
namespace {

TEST(Connection, AnIdleOneEndsWithoutAWord) {
  connection_fixture w;
  const auto l = w.connect();
  w.wait(119s);
  EXPECT_FALSE(l->is_released);
  w.wait(2s);
  EXPECT_TRUE(l->is_released);
  EXPECT_EQ(l->take(), "");
}

TEST(Connection, EachAnswerBeginsTheIdleTimeAnew) {
  connection_fixture w;
  const auto l = w.connect();
  for (int i = 0; i < 3; ++i) {
    w.wait(100s);
    ASSERT_FALSE(l->is_released);
    w.send(*l, health);
    EXPECT_EQ(status_of_first(l->take()), 200);
  }
}

TEST(Connection, ARequestHasTenSecondsToArriveInHoweverItDrips) {
  connection_fixture w;
  const auto l = w.connect();
  w.wait(60s);
  const std::string slow = "GET /healthz HTTP/1.1\r\n";
  for (int i = 0; i < 9; ++i) {
    w.send(*l, slow.substr(i, 1));
    w.wait(1s);
    ASSERT_EQ(l->take(), "") << i;
  }
  w.send(*l, slow.substr(9, 1));
  w.wait(1100ms);
  const std::string answer = l->take();
  EXPECT_EQ(status_of_first(answer), 408);
  EXPECT_TRUE(holds(answer, R"("code":"stalled")"));
  EXPECT_TRUE(holds(answer, "\r\nConnection: close\r\n"));
  EXPECT_TRUE(l->has_server_ended);
}

TEST(Connection, ARequestThatArrivesInTimeIsAnswered) {
  connection_fixture w;
  const auto l = w.connect(health.substr(0, 10));
  w.wait(9900ms);
  w.send(*l, health.substr(10));
  EXPECT_EQ(status_of_first(l->take()), 200);
  w.wait(100s);
  EXPECT_FALSE(l->is_released) << "it has its idle time again";
}

TEST(Connection, ASlowReaderGetsEverythingWhileItReads) {
  connection_fixture w;
  const auto l = w.connect();
  l->room = 1000;
  w.send(*l, "GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  std::string all;
  for (int i = 0; i < 200 && !all.ends_with("</html>\n"); ++i) {
    all += l->take();
    w.settle();
  }
  EXPECT_EQ(status_of_first(all), 200);
  EXPECT_TRUE(all.ends_with("</html>\n"));
  l->room = 100'000;
  w.send(*l, health);
  EXPECT_TRUE(l->take().ends_with("ok"));
}

TEST(Connection, ASlowReaderIsCutOff) {
  connection_fixture w;
  const auto l = w.connect();
  l->room = 1000;
  w.send(*l, "GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  w.wait(29s);
  EXPECT_FALSE(l->is_released);
  w.wait(2s);
  EXPECT_TRUE(l->is_released);
  EXPECT_EQ(w.counters().open_connections, 0u);
}

TEST(Connection, AReaderThatReadsInDripsIsCutOffToo) {
  connection_fixture w;
  const auto l = w.connect();
  l->room = 10;
  w.send(*l, "GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  for (int i = 0; i < 31; ++i) {
    l->take();
    w.wait(1s);
  }
  EXPECT_TRUE(l->is_released);
}

// Each slow reader once held a complete response: nineteen thousand of them would have held more
// memory than any machine has. Now all of them together have a bound.
TEST(Connection, SlowReadersTogetherHoldNoMoreThanTheBound) {
  limits bounds;
  bounds.half_written_bytes = 100'000;
  connection_fixture w(bounds);
  std::vector<std::shared_ptr<duplex>> slow;
  std::size_t closed = 0;
  for (int i = 0; i < 100; ++i) {
    slow.push_back(w.connect());
    slow.back()->room = 100;
    w.send(*slow.back(), "GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    ASSERT_LE(w.host.scratch.half_written, bounds.half_written_bytes) << i;
    closed += slow.back()->is_released ? 1 : 0;
  }
  EXPECT_GT(closed, 0u);
  EXPECT_LT(closed, 100u);
  const auto quick = w.connect(health);
  EXPECT_EQ(status_of_first(quick->take()), 200) << "a quick reader needs none of it";
  w.wait(31s);
  EXPECT_EQ(w.host.scratch.half_written, 0u);
}

}  // namespace
}  // namespace lingerd::http_tests
