#include <gtest/gtest.h>

#include "tests/server/server_fixture.hpp"

namespace lingerd::server_tests {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

json::value to_han(running_server& w, std::string_view msg) {
  return {{"type", "single"}, {"to", w.id("han")}, {"msg", msg}};
}

TEST(KeepAlive, OneConnectionCarriesManyRequests) {
  running_server w;
  connection c(w.port());
  for (int i = 0; i < 50; ++i) ASSERT_EQ(c.get("/healthz").body, "ok");
}

TEST(KeepAlive, PipelinedRequestsAreAnsweredInOrder) {
  running_server w;
  connection c(w.port());
  std::string all;
  for (int i = 0; i < 20; ++i) {
    all += json_request("POST", "/api/messages", w.token("li"), to_han(w, std::to_string(i)));
    all += request("GET", "/healthz");
  }
  c.send(all);
  std::uint64_t last = 0;
  for (int i = 0; i < 20; ++i) {
    const answer sent = c.read();
    ASSERT_TRUE(done(sent, 201));
    EXPECT_GT(number(sent.json().at("id")), last);
    last = number(sent.json().at("id"));
    EXPECT_EQ(c.read().body, "ok");
  }
  const std::vector<std::string> texts = w.texts("han", "single", w.id("li"));
  ASSERT_EQ(texts.size(), 20U);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(texts[static_cast<std::size_t>(i)], std::to_string(i));
}

TEST(KeepAlive, ARequestAfterAHeldPollWaitsForItsAnswer) {
  running_server w;
  reader li(w, "li");
  connection c(w.port());
  c.send(request("GET", li.path("&wait=60"), w.token("li")) + request("GET", "/healthz"));
  ASSERT_TRUE(c.is_quiet_for(milliseconds(300)));
  ASSERT_TRUE(done(w.send("han", "li", "go on"), 201));
  const json::object o = li.take(c.read(false, seconds(5)));
  EXPECT_EQ(o.at("events").as_array().size(), 1U);
  EXPECT_EQ(c.read(false, seconds(5)).body, "ok");
}

TEST(KeepAlive, ARequestMayComeByteByByte) {
  running_server w;
  connection c(w.port());
  for (const char one : json_request("POST", "/api/messages", w.token("li"), to_han(w, "slow"))) {
    c.send({&one, 1});
  }
  EXPECT_TRUE(done(c.read(), 201));
  EXPECT_EQ(c.get("/healthz").body, "ok");
}

TEST(KeepAlive, HeadHasTheFieldsWithoutABody) {
  running_server w;
  reader li(w, "li");
  connection c(w.port());
  for (const std::string& path : {std::string("/healthz"), std::string("/api/start"), li.path()}) {
    c.send(request("HEAD", path, w.token("li")));
    const answer head = c.read(true);
    const answer full = c.get(path, w.token("li"));  // fails if the answer to HEAD had a body
    EXPECT_EQ(head.status, 200) << path;
    EXPECT_EQ(full.status, 200) << path;
    EXPECT_EQ(head.field("content-length"), full.field("content-length")) << path;
    EXPECT_EQ(head.field("content-type"), full.field("content-type")) << path;
  }
}

TEST(KeepAlive, ConnectionCloseIsObeyed) {
  running_server w;
  connection c(w.port());
  c.send(request("GET", "/healthz", {}, {}, "Connection: close\r\n"));
  EXPECT_EQ(c.read().body, "ok");
  EXPECT_TRUE(c.is_closed_within(seconds(5)));
}

TEST(KeepAlive, Http10ClosesAndNeedsNoHost) {
  running_server w;
  connection c(w.port());
  EXPECT_EQ(c.ask("GET /healthz HTTP/1.0\r\n\r\n").body, "ok");
  EXPECT_TRUE(c.is_closed_within(seconds(5)));
}

TEST(KeepAlive, ARefusedRequestKeepsTheConnection) {
  running_server w;
  connection c(w.port());
  EXPECT_TRUE(refused(c.get("/nothing"), 404, "not_found"));
  EXPECT_TRUE(refused(c.get("/api/start"), 401, "not_signed_in"));
  EXPECT_TRUE(done(c.ask(json_request("POST", "/api/messages", w.token("li"), {{"msg", 5}})), 400));
  EXPECT_EQ(c.get("/healthz").body, "ok");
}

TEST(KeepAlive, ExpectContinueIsAnswered100) {
  running_server w;
  connection c(w.port());
  const std::string message = json_request("POST", "/api/messages", w.token("li"),
                                           to_han(w, "wait"), "Expect: 100-continue\r\n");
  const std::size_t head = message.find("\r\n\r\n") + 4;
  c.send(message.substr(0, head));
  EXPECT_EQ(c.read(false, seconds(5)).status, 100);
  c.send(message.substr(head));
  EXPECT_TRUE(done(c.read(), 201));
}

TEST(KeepAlive, ADisconnectingClientDoesNotAffectOthers) {
  running_server w;
  reader li(w, "li");
  connection stays(w.port());
  li.hold(stays);
  for (int i = 0; i < 10; ++i) {
    connection goes(w.port());
    if (i % 2 == 0) li.hold(goes);
    if (i % 2 == 1) goes.send("POST /api/messages HTTP/1.1\r\nContent-Le");
  }
  ASSERT_TRUE(done(w.send("han", "li", "still there?"), 201));
  EXPECT_EQ(li.take(stays.read(false, seconds(5))).at("events").as_array().size(), 1U);
}

}  // namespace
}  // namespace lingerd::server_tests
