#include <gtest/gtest.h>

#include "http/api/router.hpp"
#include "http/streams/long_poll.hpp"
#include "tests/http/api/router_table.hpp"
#include "tests/http/api/server_fixture.hpp"

namespace lingerd::http_tests {
namespace {

const long_poll* poll_of(const reply& r) {
  const auto* pending_reply = std::get_if<std::unique_ptr<pending>>(&r);
  return pending_reply ? dynamic_cast<const long_poll*>(pending_reply->get()) : nullptr;
}

TEST(RouterPolls, APollHasTheQuerysNumbers) {
  server_fixture w;
  const user_id li = w.user("li");
  const std::string token = w.session_of(li);
  const auto poll = [&](const std::string& query) {
    reply routed = w.route(signed_by(
        token, request_of(method::get, "/api/events?epoch=" + w.chat.epoch() + "&" + query)));
    const long_poll* p = poll_of(routed);
    EXPECT_NE(p, nullptr) << query;
    return p ? p->request() : poll_request();
  };
  const poll_request bare = poll("after=1");
  EXPECT_EQ(bare.caller.user, li);
  EXPECT_EQ(bare.after, 1u);
  EXPECT_EQ(bare.wait_s, 0u);
  EXPECT_EQ(bare.presence, std::nullopt);
  EXPECT_FALSE(bare.classic);
  EXPECT_EQ(poll("after=0&wait=60").wait_s, 60u);
  EXPECT_EQ(poll("after=0&wait=101").wait_s, 100u) << "shortened to the longest";
  EXPECT_EQ(poll("after=0&wait=99999999999999999999").wait_s, 100u);
  EXPECT_EQ(poll("after=0&presence=17").presence, 17u);
}

TEST(RouterPolls, APollThatIsMalformedIsRefused) {
  server_fixture w;
  const std::string token = w.session_of(w.user("li"));
  const std::string epoch = "epoch=" + w.chat.epoch();
  for (const std::string& query :
       {epoch, std::string("after=1"), "after=&" + epoch, "after=-1&" + epoch,
        "after=%2B1&" + epoch, "after=+1&" + epoch, "after=1x&" + epoch, "after=1.0&" + epoch,
        std::string("after=1&epoch="), "after=1&wait=&" + epoch, "after=1&wait=-1&" + epoch,
        "after=1&wait=x&" + epoch, "after=1&presence=&" + epoch, "after=1&presence=x&" + epoch}) {
    const response r = w.answer(signed_by(token, request_of(method::get, "/api/events?" + query)));
    EXPECT_EQ(r.status, 400) << query;
    EXPECT_EQ(code_in(r), "bad_request") << query;
  }
}

TEST(RouterPolls, ACursorOfAnotherEpochHasExpired) {
  server_fixture w;
  const std::string token = w.session_of(w.user("li"));
  const auto above = std::to_string(w.chat.horizon() + 1);
  for (const std::string& query : {std::string("after=0&epoch=0000000000000000"),
                                   "after=" + above + "&epoch=" + w.chat.epoch(),
                                   "after=99999999999999999999&epoch=" + w.chat.epoch()}) {
    const response r = w.answer(signed_by(token, request_of(method::get, "/api/events?" + query)));
    EXPECT_EQ(r.status, 410) << query;
    EXPECT_EQ(code_in(r), "cursor_expired") << query;
  }
}

TEST(RouterPolls, HeadChangesNothingAndEndsAtOnceOnEveryAddress) {
  for (const char* accept : {"", "text/event-stream"}) {
    for (const address& a : addresses) {
      if (a.method != method::get) continue;
      server_fixture w;
      const user_id li = w.user("li");
      const std::string token = w.session_of(li);
      std::string target = a.path;
      if (target == "/api/events") {
        target += "?after=0&wait=100&presence=0&epoch=" + w.chat.epoch();
      }
      http_request r = signed_by(token, request_of(method::head, target));
      field_of(r, field::accept) = accept;
      reply routed = w.route(r);
      EXPECT_FALSE(std::holds_alternative<std::unique_ptr<pending>>(routed)) << a.path;
      if (auto* head = std::get_if<response>(&routed)) {
        head->head_only = true;  // as the connection says
        const std::string bytes = rendered(*head);
        EXPECT_TRUE(bytes.ends_with("\r\n\r\n")) << a.path;
        EXPECT_EQ(holds(bytes, "Content-Length"),
                  target == a.path && target != "/webchat/new_msgs/")
            << a.path;
        EXPECT_TRUE(target == a.path || holds(bytes, accept)) << a.path;
      }
      const change_id beginning = w.chat.horizon() + 1;
      EXPECT_EQ(w.chat.sessions().classic_cursor(*hash_of_token(token), beginning), beginning)
          << "the tutorial's cursor has not begun: " << a.path;
    }
  }
}

TEST(RouterPolls, TheTutorialsPollIsHeldForTheLongestTime) {
  server_fixture w;
  const std::string token = w.session_of(w.user("li"));
  reply routed = w.route(signed_by(token, request_of(method::get, "/webchat/new_msgs/")));
  const long_poll* p = poll_of(routed);
  ASSERT_NE(p, nullptr);
  EXPECT_TRUE(p->request().classic);
  EXPECT_EQ(p->request().wait_s, 100u);
  EXPECT_EQ(p->request().after, w.chat.horizon());
}

TEST(RouterPolls, TheTutorialsMessageComesAsAForm) {
  server_fixture w;
  const user_id li = w.user("li"), han = w.user("han");
  w.befriend(li, han);
  http_request r = signed_by(w.session_of(li), request_of(method::post, "/webchat/msg_send/"));
  r.body = R"({"type":"single","to":"2","msg":"hello"})";
  field_of(r, field::content_type) = "application/json";
  EXPECT_EQ(w.answer(r).status, 415);
  field_of(r, field::content_type) = "application/x-www-form-urlencoded; charset=UTF-8";
  EXPECT_EQ(w.answer(r).status, 400) << "no field data";
  r.body = "data=%7B%22from%22%3A%22" + std::to_string(li) + "%22%2C%22to%22%3A%22" +
           std::to_string(han) + "%22%2C%22type%22%3A%22single%22%2C%22msg%22%3A%22a+b%22%7D";
  const response sent = w.answer(r);
  EXPECT_EQ(sent.status, 200) << sent.body;
  EXPECT_TRUE(sent.type.starts_with("text/plain"));
}

}  // namespace
}  // namespace lingerd::http_tests
