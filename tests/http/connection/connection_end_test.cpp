#include <gtest/gtest.h>

#include "http/connection/connection.hpp"
#include "tests/http/connection/connection_fixture.hpp"

// Refused requests, and the end of connections.
namespace lingerd::http_tests {
namespace {

TEST(Connection, MalformedHttpIsAnsweredAndClosed) {
  connection_fixture w;
  const auto l = w.connect("hello\r\n\r\n" + health);
  const std::string answer = l->take();
  EXPECT_EQ(answers_in(answer), 1u);
  EXPECT_EQ(status_of_first(answer), 400);
  EXPECT_TRUE(holds(answer, "\r\nConnection: close\r\n"));
  EXPECT_TRUE(l->has_server_ended);
}

TEST(Connection, ARefusedBodyIsReadAndDropped) {
  connection_fixture w;
  const auto l = w.connect(large(900'000));
  EXPECT_EQ(status_of_first(l->take()), 413);
  EXPECT_TRUE(l->has_server_ended);
  for (int i = 0; i < 9; ++i) {
    w.send(*l, std::string(100'000, 'x'));
    EXPECT_EQ(l->to_server, "") << "read";
    EXPECT_FALSE(l->is_released) << i;
  }
  l->end();
  w.settle();
  EXPECT_TRUE(l->is_released);
  EXPECT_EQ(l->take(), "") << "and not taken for a request";
}

TEST(Connection, OfARefusedBodyAMebibyteIsRead) {
  connection_fixture w;
  const auto l = w.connect(large(5'000'000));
  w.send(*l, std::string(1'000'000, 'x'));
  EXPECT_FALSE(l->is_released);
  w.send(*l, std::string(100'000, 'x'));
  EXPECT_TRUE(l->is_released);
}

TEST(Connection, ARefusedBodyThatDoesNotComeIsNotWaitedForLong) {
  connection_fixture w;
  const auto l = w.connect(large(5'000'000));
  w.wait(4s);
  EXPECT_FALSE(l->is_released);
  w.send(*l, "x");
  w.wait(1500ms);
  EXPECT_TRUE(l->is_released);
}

TEST(Connection, ClosingAnswersHeldPolls) {
  connection_fixture w;
  const auto l = w.connect(w.poll());
  w.host.close_all();
  w.settle();
  const std::string answer = l->take();
  EXPECT_EQ(status_of_first(answer), 200);
  EXPECT_TRUE(answer.ends_with(R"("events":[]})"));
  EXPECT_TRUE(holds(answer, "\r\nConnection: close\r\n"));
  EXPECT_TRUE(l->is_released);
  EXPECT_EQ(w.server.coroutines(), 0u);
}

TEST(Connection, ClosingEndsIdleOnesAndHalfRequests) {
  connection_fixture w;
  const auto idle = w.connect(), half = w.connect("GET / HT"), drained = w.connect(large(99'999));
  w.host.close_all();
  w.settle();
  EXPECT_TRUE(idle->is_released);
  EXPECT_TRUE(half->is_released);
  EXPECT_TRUE(drained->is_released);
}

TEST(Connection, ClosingFinishesWhatIsUnderWay) {
  connection_fixture w;
  const auto l = std::make_shared<duplex>();
  l->send(w.message("hello") + health);
  w.server.serve(stream_ptr(new duplex_stream(l)));
  w.host.close_all();
  w.settle();
  const std::string answer = l->take();
  EXPECT_EQ(status_of_first(answer), 201);
  EXPECT_EQ(answers_in(answer), 1u);
  EXPECT_TRUE(holds(answer, "\r\nConnection: close\r\n"));
  EXPECT_TRUE(l->is_released);
}

TEST(Connection, APollThatComesWhileItClosesIsNotHeld) {
  connection_fixture w;
  const auto l = w.connect();
  l->send(w.poll());
  w.host.close_all();
  w.settle();
  EXPECT_EQ(status_of_first(l->take()), 200);
  EXPECT_TRUE(l->is_released);
}

TEST(Connection, MayBeDestroyedWhereverItWaits) {
  connection_fixture w;
  const auto idle = w.connect(), half = w.connect("GET / HT"), held = w.connect(w.poll()),
             drained = w.connect(large(99'999)), slow = w.connect();
  slow->room = 10;
  w.send(*slow, health);
  const auto working = std::make_shared<duplex>();
  working->send(w.message("hello"));
  w.server.serve(stream_ptr(new duplex_stream(working)));
  w.server.end_connections();
  for (const auto& l : {idle, half, held, drained, slow, working}) EXPECT_TRUE(l->is_released);
  EXPECT_EQ(w.counters().open_connections, 0u);
  EXPECT_EQ(w.counters().held_now, 0u);
  EXPECT_EQ(w.host.scratch.half_read, 0u);
  w.settle();
}

}  // namespace
}  // namespace lingerd::http_tests
