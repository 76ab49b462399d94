#include "http/connection/connection.hpp"

#include <gtest/gtest.h>

#include "tests/http/connection/connection_fixture.hpp"

// Requests and their responses.
namespace lingerd::http_tests {
namespace {

TEST(Connection, AMessageIsAnsweredWhenItIsOnDisk) {
  connection_fixture w;
  const auto l = w.connect();
  l->send(w.message("hi") + w.message("you"));
  w.loop.end_turn();
  EXPECT_EQ(l->take(), "") << "it is not on disk yet";
  w.settle();
  const std::string answers = l->take();
  EXPECT_EQ(status_of_first(answers), 201);
  EXPECT_EQ(answers_in(answers), 2u);
  EXPECT_EQ(w.counters().messages, 2u);
}

TEST(Connection, AMessageOutlivesTheConnectionThatSentIt) {
  connection_fixture w;
  const auto l = w.connect();
  l->send(w.message("hi"));
  w.loop.end_turn();
  ASSERT_EQ(w.chat.waiting(), 1u);
  const change_id before = w.chat.horizon();
  w.server.end_connections();  // while it is on its way
  EXPECT_TRUE(l->is_released);
  w.settle();
  EXPECT_EQ(w.chat.waiting(), 0u);
  EXPECT_GT(w.chat.horizon(), before);
}

TEST(Connection, AWebSocketThatTalksWithoutAPauseDoesNotKeepTheLoop) {
  connection_fixture w;
  const std::string upgrade =
      w.get("/api/events?after=" + std::to_string(w.chat.horizon()) + "&epoch=" + w.chat.epoch(),
            "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n");
  const std::string pong = std::string("\x8a\xfd\0\0\0\0", 6) + std::string(125, 'x');
  std::size_t reads = 0;
  w.server.serve(stream_ptr(new flood(upgrade, pong, reads)));
  for (int i = 0; i < 5; ++i) w.loop.end_turn();
  const std::size_t before = reads;
  ASSERT_GT(before, 1u);
  w.loop.end_turn();
  EXPECT_EQ(reads, before + 1) << "one read a turn";
  EXPECT_EQ(w.counters().open_connections, 1u);
}

TEST(Connection, AnHttp10ClientIsToldThatItStaysOpen) {
  connection_fixture w;
  const auto l = w.connect();
  w.send(*l, "GET /healthz HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n");
  EXPECT_TRUE(holds(l->take(), "\r\nConnection: keep-alive\r\n"));
  w.send(*l, health);
  EXPECT_FALSE(holds(l->take(), "\r\nConnection: ")) << "HTTP/1.1 stays open without a word";
  w.send(*l, "GET /healthz HTTP/1.0\r\n\r\n");
  EXPECT_TRUE(holds(l->take(), "\r\nConnection: close\r\n"));
  EXPECT_TRUE(l->has_server_ended);
}

TEST(Connection, HeadOfAHeldPollIsAnsweredAtOnce) {
  connection_fixture w;
  for (const char* accept : {"", "Accept: text/event-stream\r\n"}) {
    const auto l = w.connect();
    std::string head = w.get("/api/events?wait=100&after=" + std::to_string(w.chat.horizon()) +
                                 "&epoch=" + w.chat.epoch(),
                             accept);
    w.send(*l, head.replace(0, 3, "HEAD"));
    const std::string answer = l->take();
    EXPECT_EQ(status_of_first(answer), 200);
    EXPECT_TRUE(answer.ends_with("\r\n\r\n"));
    EXPECT_EQ(w.counters().held_now, 0u);
    w.send(*l, health);
    EXPECT_EQ(status_of_first(l->take()), 200) << "the connection goes on";
  }
}

TEST(Connection, WordsOfAHandshakeAreWholeAndASubprotocolIsNotChosen) {
  connection_fixture w;
  const auto handshake = [&](const std::string& fields) {
    const auto l = w.connect();
    w.send(*l, w.get("/api/events?after=" + std::to_string(w.chat.horizon()) +
                         "&epoch=" + w.chat.epoch(),
                     "Sec-WebSocket-Version: 13\r\n"
                     "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n" +
                         fields));
    return l->take();
  };
  const std::string upgrade = "Upgrade: websocket\r\n";
  const auto old = w.connect();
  w.send(*old,
         "GET /api/events?after=0&epoch=x HTTP/1.0\r\nConnection: Upgrade\r\n" + upgrade + "\r\n");
  const std::string ignored = old->take();
  EXPECT_EQ(status_of_first(ignored), 401) << "HTTP/1.0 cannot upgrade";
  EXPECT_TRUE(holds(ignored, "WWW-Authenticate: Bearer\r\n"));
  EXPECT_EQ(
      status_of_first(handshake("Connection: keep-alive\r\nConnection: Upgrade\r\n" + upgrade)),
      101);
  EXPECT_EQ(status_of_first(handshake("Connection: Upgrade\r\nUpgrade: xwebsocket\r\n")), 200);
  EXPECT_EQ(status_of_first(handshake("Connection: xUpgrade\r\n" + upgrade)), 400);
  const std::string chosen =
      handshake("Connection: Upgrade\r\n" + upgrade +
                "Sec-WebSocket-Protocol: a\r\nSec-WebSocket-Protocol: b\r\n");
  EXPECT_EQ(status_of_first(chosen), 101);
  EXPECT_FALSE(holds(chosen, "Sec-WebSocket-Protocol"));
}

TEST(Connection, AnswersOneRequestAfterTheOther) {
  connection_fixture w;
  const auto l = w.connect();
  for (int i = 0; i < 3; ++i) {
    w.send(*l, health);
    const std::string answer = l->take();
    EXPECT_EQ(status_of_first(answer), 200);
    EXPECT_TRUE(answer.ends_with("\r\n\r\nok"));
    EXPECT_FALSE(holds(answer, "Connection: close"));
  }
  EXPECT_FALSE(l->is_released);
  EXPECT_EQ(w.counters().requests, 3u);
  EXPECT_EQ(w.counters().connections, 1u);
  EXPECT_EQ(w.counters().open_connections, 1u);
  l->end();
  w.settle();
  EXPECT_TRUE(l->is_released);
  EXPECT_EQ(w.counters().open_connections, 0u);
  EXPECT_EQ(w.server.coroutines(), 0u);
}

TEST(Connection, PipelinedRequestsAreAnsweredInTheirOrder) {
  connection_fixture w;
  const auto l = w.connect(health + w.message("one") + w.get("/nothing") + w.message("two"));
  const std::string all = l->take();
  ASSERT_EQ(answers_in(all), 4u);
  const auto first = all.find(" 200 OK"), second = all.find(" 201 Created"),
             third = all.find(" 404 "), fourth = all.rfind(" 201 Created");
  EXPECT_LT(first, second);
  EXPECT_LT(second, third);
  EXPECT_LT(third, fourth);
}

TEST(Connection, EndsAfterItsAnswerWhereItIsAskedTo) {
  connection_fixture w;
  for (const std::string& request :
       {std::string("GET /healthz HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"),
        std::string("GET /healthz HTTP/1.0\r\n\r\n")}) {
    const auto l = w.connect(request + health);
    const std::string answer = l->take();
    EXPECT_EQ(answers_in(answer), 1u) << "what comes after it is not answered";
    EXPECT_TRUE(holds(answer, "\r\nConnection: close\r\n"));
    EXPECT_TRUE(l->has_server_ended);
    EXPECT_TRUE(l->is_released);
  }
}

TEST(Connection, ToHeadItSendsNoBody) {
  connection_fixture w;
  const auto l = w.connect("HEAD /healthz HTTP/1.1\r\nHost: h\r\n\r\n" + health);
  const std::string all = l->take();
  ASSERT_EQ(answers_in(all), 2u);
  const auto second = all.rfind("HTTP/1.1 ");
  EXPECT_TRUE(all.substr(0, second).ends_with("\r\n\r\n"));
  EXPECT_TRUE(holds(all.substr(0, second), "\r\nContent-Length: 2\r\n"));
  EXPECT_TRUE(all.ends_with("ok"));
}

TEST(Connection, AClientThatWaitsForContinueIsToldToGoOn) {
  connection_fixture w;
  const auto l = w.connect(
      "POST /api/session HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
      "Content-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(l->take(), "HTTP/1.1 100 Continue\r\n\r\n");
  w.send(*l, "{}");
  EXPECT_EQ(status_of_first(l->take()), 400);
}

TEST(Connection, AClientWithTooLargeABodyIsNotToldToGoOn) {
  connection_fixture w;
  const auto l = w.connect(
      "POST /api/session HTTP/1.1\r\nHost: h\r\nContent-Length: 999999\r\n"
      "Expect: 100-continue\r\n\r\n");
  EXPECT_EQ(status_of_first(l->take()), 413);
}

TEST(Connection, OthersHaveTheirTurnAfterSixteenAnswers) {
  connection_fixture w;
  std::string order;
  const auto a = w.connect(), b = w.connect();
  a->name = 'a';
  b->name = 'b';
  a->order = b->order = &order;
  std::string many;
  for (int i = 0; i < 100; ++i) many += health;
  a->send(many);
  b->send(health);
  w.settle();
  EXPECT_EQ(order.size(), 101u);
  EXPECT_EQ(order.find('b'), 16u);
}

TEST(Connection, ManyRequestsOfOneDoNotKeepAnotherWaiting) {
  connection_fixture w;
  std::string order;
  const auto a = w.connect(), b = w.connect();
  a->name = 'a';
  b->name = 'b';
  a->order = b->order = &order;
  std::string many;
  for (int i = 0; i < 100; ++i) many += health;
  a->send(many);
  b->send(many);
  w.settle();
  ASSERT_EQ(order.size(), 200u);
  std::size_t longest = 0;
  for (std::size_t offset = 0; offset < order.size();) {
    const std::size_t run =
        std::min(order.find(order[offset] == 'a' ? 'b' : 'a', offset), order.size()) - offset;
    if (offset + run < order.size()) longest = std::max(longest, run);
    offset += run;
  }
  EXPECT_LE(longest, 18u);
}

}  // namespace
}  // namespace lingerd::http_tests
