#include <gtest/gtest.h>

#include "tests/server/server_fixture.hpp"

namespace lingerd::server_tests {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// A client as the tutorial's page: {data: JSON} sent as a form by jQuery, $.getJSON in a recursion.
class tutorial {
 public:
  answer send(std::string_view text, const json::value& message, std::string_view fields = same) {
    return form("Cookie: linger=" + w.token(std::string(text)) + "\r\n" + std::string(fields),
                "data=" + quoted_for_url(json::serialize(message)));
  }
  answer form(std::string_view fields, std::string_view body) {
    return ask_once(w.port(), request("POST", "/webchat/msg_send/", {}, body,
                                      "Content-Type: application/x-www-form-urlencoded; "
                                      "charset=UTF-8\r\n" +
                                          std::string(fields)));
  }
  json::value hello(std::string_view msg = "hello") const {
    return {{"from", std::to_string(w.id("li"))},
            {"to", std::to_string(w.id("han"))},
            {"type", "single"},
            {"msg", msg}};
  }
  void poll(connection& client, const std::string& name) {
    client.send(
        request("GET", "/webchat/new_msgs/", {}, {}, "Cookie: linger=" + w.token(name) + "\r\n"));
  }
  static constexpr std::string_view same = "X-Requested-With: XMLHttpRequest\r\n";
  running_server w;
};

TEST(Webchat, AFormSendsAMessage) {
  tutorial t;
  const answer a = t.send("li", t.hello("a & b = c + d; 早上好 100%"));
  ASSERT_TRUE(done(a, 200));
  EXPECT_TRUE(a.field("content-type").starts_with("text/plain")) << a.field("content-type");
  EXPECT_EQ(t.w.texts("han", "single", t.w.id("li")),
            std::vector<std::string>{"a & b = c + d; 早上好 100%"});
}

TEST(Webchat, APlusIsASpace) {
  tutorial t;
  const answer a = t.form("Cookie: linger=" + t.w.token("li") + "\r\n" + std::string(t.same),
                          R"(other=1&data={"to":"2","type":"single","msg":"a+b%2Bc"}&last=2)");
  ASSERT_TRUE(done(a, 200));
  EXPECT_EQ(t.w.texts("han", "single", t.w.id("li")), std::vector<std::string>{"a b+c"});
}

TEST(Webchat, AHeldPollIsWokenWithABareList) {
  tutorial t;
  connection c(t.w.port());
  t.poll(c, "han");
  ASSERT_TRUE(c.is_quiet_for(milliseconds(300)));
  ASSERT_TRUE(done(t.send("li", t.hello("wake up")), 200));
  const answer a = c.read(false, seconds(5));
  ASSERT_TRUE(done(a, 200));
  const json::value v = a.json();
  ASSERT_TRUE(v.is_array());
  ASSERT_EQ(v.as_array().size(), 1U);
  const json::value& m = v.at(0);
  EXPECT_EQ(text(m.at("msg")), "wake up");
  EXPECT_EQ(text(m.at("type")), "single");
  EXPECT_EQ(number(m.at("from")), t.w.id("li"));
  EXPECT_EQ(number(m.at("to")), t.w.id("han"));
  EXPECT_EQ(text(m.at("timestamp")).size(), 24U);
  EXPECT_GT(number(m.at("id")), 0U);
}

TEST(Webchat, TheServerKeepsTheCursor) {
  tutorial t;
  ASSERT_TRUE(done(t.send("li", t.hello("before the first request")), 200));
  connection c(t.w.port());
  t.poll(c, "han");
  ASSERT_TRUE(c.is_quiet_for(milliseconds(300))) << "the cursor begins at the first request";
  for (const std::string_view msg : {"one", "two", "three"}) {
    ASSERT_TRUE(done(t.send("li", t.hello(msg)), 200));
  }
  std::vector<std::string> got;
  while (got.size() < 3) {
    const json::value v = c.read(false, seconds(5)).json();
    for (const json::value& m : v.as_array()) got.push_back(text(m.at("msg")));
    t.poll(c, "han");
  }
  EXPECT_EQ(got, (std::vector<std::string>{"one", "two", "three"}));
  EXPECT_TRUE(c.is_quiet_for(milliseconds(300)));
}

TEST(Webchat, TheCursorMovesWhenTheSessionAsksAgain) {
  tutorial t;
  connection first(t.w.port());
  t.poll(first, "han");
  ASSERT_TRUE(first.is_quiet_for(milliseconds(200)));
  ASSERT_TRUE(done(t.send("li", t.hello("one")), 200));
  EXPECT_EQ(first.read(false, seconds(5)).json().as_array().size(), 1U);
  ASSERT_TRUE(done(t.send("li", t.hello("two")), 200));
  connection second(t.w.port());
  t.poll(second, "han");
  const json::value v = second.read(false, seconds(5)).json();
  ASSERT_EQ(v.as_array().size(), 1U) << "one was listed, two was not";
  EXPECT_EQ(text(v.at(0).at("msg")), "two");
}

TEST(Webchat, TheUsersOwnMessagesAreLeftOut) {
  tutorial t;
  connection c(t.w.port());
  t.poll(c, "li");
  ASSERT_TRUE(done(t.send("li", t.hello("mine")), 200));
  EXPECT_TRUE(c.is_quiet_for(milliseconds(300)));
  ASSERT_TRUE(done(t.w.send("han", "li", "his"), 201));
  const json::value v = c.read(false, seconds(5)).json();
  ASSERT_EQ(v.as_array().size(), 1U);
  EXPECT_EQ(text(v.at(0).at("msg")), "his");
}

TEST(Webchat, OnlyMessagesAreListed) {
  tutorial t;
  connection c(t.w.port());
  t.poll(c, "han");
  ASSERT_TRUE(c.is_quiet_for(milliseconds(200)));
  ASSERT_TRUE(done(t.w.patch("li", "/api/me", {{"display", "new"}}), 200));
  ASSERT_TRUE(done(t.w.post("mei", "/api/friends", {{"name", "han"}}), 200));
  EXPECT_TRUE(c.is_quiet_for(milliseconds(300)));
}

TEST(Webchat, RefusalsAreThoseOfTheApi) {
  tutorial t;
  json::value m = t.hello();
  m.as_object()["from"] = std::to_string(t.w.id("han"));
  EXPECT_TRUE(refused(t.send("li", m), 403, "forbidden"));
  m = t.hello();
  m.as_object()["to"] = std::to_string(t.w.id("zoe"));
  EXPECT_TRUE(refused(t.send("li", m), 403, "not_friends"));
  m.as_object()["to"] = "9999";
  EXPECT_TRUE(refused(t.send("li", m), 404, "not_found"));
  EXPECT_TRUE(refused(t.send("li", t.hello("  ")), 400, "bad_request"));
}

TEST(Webchat, AFormNeedsAMatchingOriginOrAHeader) {
  tutorial t;
  for (const std::string_view good :
       {"Origin: http://linger.test\r\n", "Referer: http://linger.test/webchat/\r\n",
        "X-Requested-With: XMLHttpRequest\r\n", "X-CSRFToken: abc\r\n"}) {
    EXPECT_TRUE(done(t.send("li", t.hello(), good), 200)) << good;
  }
  for (const std::string_view bad : {"", "Origin: http://evil.example\r\n", "Origin: null\r\n",
                                     "Referer: http://evil.example/linger.test\r\n"}) {
    EXPECT_TRUE(refused(t.send("li", t.hello(), bad), 403, "cross_site")) << bad;
  }
}

TEST(Webchat, ABearerTokenSignsToo) {
  tutorial t;
  const answer a = t.form("Authorization: Bearer " + t.w.token("li") + "\r\n",
                          "data=" + quoted_for_url(json::serialize(t.hello())));
  EXPECT_TRUE(done(a, 200));
}

TEST(Webchat, ABadFormIsRefused) {
  tutorial t;
  const std::string sign = "Cookie: linger=" + t.w.token("li") + "\r\n" + std::string(t.same);
  for (const std::string_view body :
       {"", "data=", "date={}", "data=%7B", "data=[]", "data=%FF%FE", "data=%zz"}) {
    EXPECT_TRUE(refused(t.form(sign, body), 400, "bad_request")) << body;
  }
  EXPECT_TRUE(refused(t.form(t.same, "data={}"), 401, "not_signed_in"));
}

TEST(Webchat, TheAddressServesTheChatPage) {
  tutorial t;
  const answer a = ask_once(t.w.port(), request("GET", "/webchat/"));
  const answer root = ask_once(t.w.port(), request("GET", "/"));
  EXPECT_EQ(a.status, root.status);
  EXPECT_EQ(a.body, root.body);
}

}  // namespace
}  // namespace lingerd::server_tests
