#include <gtest/gtest.h>

#include "tests/server/server_fixture.hpp"

namespace lingerd::server_tests {
namespace {

constexpr std::string_view right = "li's own password";
constexpr std::string_view wrong = "not his password";

TEST(SigningIn, ReturnsATokenAndACookieThatBothSign) {
  running_server w({}, cast_with_passwords);
  const answer a = w.sign_in("li", right);
  ASSERT_TRUE(done(a, 200));
  const json::value v = a.json();
  EXPECT_EQ(
      v.at("me"),
      (json::value{{"id", w.id("li")}, {"name", "li"}, {"display", "李雷"}, {"admin", false}}));
  const std::string cookie = a.field("set-cookie");
  ASSERT_TRUE(cookie.starts_with("linger=")) << cookie;
  for (const std::string_view part : {"; HttpOnly", "; SameSite=Strict", "; Path=/"}) {
    EXPECT_NE(cookie.find(part), std::string::npos) << cookie;
  }
  EXPECT_EQ(cookie.find("Secure"), std::string::npos) << "not over TLS";
  EXPECT_EQ(cookie.find("Domain"), std::string::npos);
  const std::string sign = "Cookie: a=b; " + cookie.substr(0, cookie.find(';')) + "; c=d\r\n";
  EXPECT_TRUE(done(ask_once(w.port(), request("GET", "/api/start", {}, {}, sign)), 200));
  EXPECT_TRUE(done(ask_once(w.port(), request("GET", "/api/start", text(v.at("token")))), 200));
}

TEST(SigningIn, TheCookieIsSecureBehindTls) {
  running_server w({"--public-url", "https://chat.example"}, cast_with_passwords);
  EXPECT_NE(w.sign_in("li", right).field("set-cookie").find("; Secure"), std::string::npos);
}

TEST(SigningIn, AWrongNameAndAWrongPasswordGetTheSameAnswer) {
  const std::string cast = std::string(cast_with_passwords) + "{\"user\":\"mei\"}\n";
  running_server w({}, cast);
  const answer name = w.sign_in("nobody", right);
  const answer password = w.sign_in("li", wrong);
  const answer none = w.sign_in("mei", "");
  EXPECT_TRUE(refused(name, 401, "not_signed_in"));
  EXPECT_EQ(password.status, 401);
  EXPECT_EQ(name.body, password.body);
  EXPECT_EQ(name.fields, password.fields);
  EXPECT_EQ(name.body, none.body) << "without a password nobody can sign in with one";
}

TEST(SigningIn, AWrongNameTakesAsLongAsAWrongPassword) {
  running_server w({}, cast_with_passwords);
  const auto fastest = [&](std::string_view name) {
    auto best = std::chrono::nanoseconds::max();
    for (int i = 0; i < 4; ++i) {
      const auto begin = std::chrono::steady_clock::now();
      w.sign_in(name, wrong);
      best = std::min<std::chrono::nanoseconds>(best, std::chrono::steady_clock::now() - begin);
    }
    return best;
  };
  const auto password = fastest("li");
  const auto name = fastest("nobody");
  EXPECT_GT(name * 3, password);
  EXPECT_LT(name, password * 3);
}

TEST(SigningIn, NeedsBothFields) {
  running_server w({}, cast_with_passwords);
  for (const std::string_view body :
       {"{}", R"({"name":"li"})", R"({"password":"x"})", R"({"name":5,"password":"x"})", R"([])"}) {
    const answer a = ask_once(
        w.port(), request("POST", "/api/session", {}, body, "Content-Type: application/json\r\n"));
    EXPECT_TRUE(refused(a, 400, "bad_request")) << body;
  }
}

TEST(SigningIn, TooManyFailuresForANameAreRefused) {
  running_server w({"--sign-in-failures-name", "3"}, cast_with_passwords);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(done(w.sign_in("li", wrong), 401));
  const answer a = w.sign_in("li", right);
  EXPECT_TRUE(refused(a, 429, "too_many")) << "also with the right one";
  ASSERT_FALSE(a.field("retry-after").empty());
  EXPECT_GE(std::stoi(a.field("retry-after")), 1);
  EXPECT_LE(std::stoi(a.field("retry-after")), 300);
  EXPECT_TRUE(done(w.sign_in("han", "han's own password"), 200)) << "others may";
  EXPECT_TRUE(done(w.get("li", "/api/start"), 200)) << "an existing session stays valid";
}

TEST(SigningIn, TenFailuresAreTheDefaultBound) {
  running_server w({}, cast_with_passwords);
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(done(w.sign_in("li", wrong), 401));
  EXPECT_TRUE(refused(w.sign_in("li", wrong), 429, "too_many"));
}

TEST(SigningIn, TooManyFailuresFromAnAddressAreRefused) {
  running_server w({"--sign-in-failures-address", "3"}, cast_with_passwords);
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(done(w.sign_in("name" + std::to_string(i), wrong), 401));
  }
  EXPECT_TRUE(refused(w.sign_in("li", right), 429, "too_many"));
}

TEST(SigningIn, SigningOutEndsTheSessionAndTheCookie) {
  running_server w({}, cast_with_passwords);
  const answer a = w.del("li", "/api/session");
  ASSERT_TRUE(done(a, 204));
  EXPECT_TRUE(refused(w.get("li", "/api/start"), 401, "not_signed_in"));
  EXPECT_TRUE(refused(w.del("li", "/api/session"), 401, "not_signed_in"));
  EXPECT_TRUE(done(w.get("han", "/api/start"), 200));
}

// A server and a client that signs its requests with the cookie.
class cookie_client {
 public:
  answer ask(std::string_view method, std::string_view path, std::string_view body,
             std::string_view fields) {
    return ask_once(w.port(),
                    request(method, path, {}, body,
                            "Cookie: linger=" + w.token("li") + "\r\n" + std::string(fields)));
  }
  answer message(std::string_view fields) {
    return ask("POST", "/api/messages",
               R"({"type":"single","msg":"hello","to":)" + std::to_string(w.id("han")) + "}",
               std::string(fields) + "Content-Type: application/json\r\n");
  }
  running_server w;
};

TEST(CrossSite, AForeignOriginIsRefusedWhereTheCookieSigns) {
  cookie_client b;
  for (const std::string_view field :
       {"Origin: http://evil.example\r\n", "Origin: null\r\n", "Origin: http://linger.test:81\r\n",
        "Origin: http://linger.test.evil.example\r\n",
        "Origin: http://evil.example/linger.test\r\n", "Sec-Fetch-Site: cross-site\r\n",
        "Sec-Fetch-Site: same-site\r\n",
        "Sec-Fetch-Site: cross-site\r\nOrigin: http://linger.test\r\n"}) {
    EXPECT_TRUE(refused(b.message(field), 403, "cross_site")) << field;
  }
  EXPECT_EQ(b.w.texts("han", "single", b.w.id("li")).size(), 0U);
}

TEST(CrossSite, TheSameOriginPasses) {
  cookie_client b;
  EXPECT_TRUE(done(b.message("Origin: http://linger.test\r\n"), 201));
  EXPECT_TRUE(
      done(b.message("Origin: http://linger.test\r\nSec-Fetch-Site: same-origin\r\n"), 201));
  EXPECT_TRUE(done(b.message(""), 201)) << "absent, with a JSON body";
}

TEST(CrossSite, AnAbsentOriginNeedsAJsonBody) {
  cookie_client b;
  const std::string path = "/api/friends/" + std::to_string(b.w.id("han"));
  EXPECT_TRUE(refused(b.ask("DELETE", path, {}, {}), 403, "cross_site"));
  EXPECT_TRUE(done(b.ask("DELETE", path, {}, "Origin: http://linger.test\r\n"), 204));
}

TEST(CrossSite, ThePublicUrlCountsAsTheSameOrigin) {
  cookie_client b;
  b.w.server_process().stop();
  b.w.start({"--public-url", "https://chat.example"});
  EXPECT_TRUE(done(b.message("Origin: https://chat.example\r\n"), 201));
  EXPECT_TRUE(refused(b.message("Origin: https://evil.example\r\n"), 403, "cross_site"));
}

TEST(CrossSite, ABearerTokenNeedsNoOrigin) {
  running_server w;
  const answer a =
      ask_once(w.port(), json_request("POST", "/api/messages", w.token("li"),
                                      {{"type", "single"}, {"to", w.id("han")}, {"msg", "hello"}},
                                      "Origin: http://evil.example\r\n"));
  EXPECT_TRUE(done(a, 201));
}

TEST(CrossSite, ReadingIsNotCheckedForItsOrigin) {
  cookie_client b;
  EXPECT_TRUE(done(b.ask("GET", "/api/start", {}, "Origin: http://evil.example\r\n"), 200));
}

TEST(NotJson, IsCheckedFirst) {
  running_server w;
  const std::string body = R"({"type":"single","to":2,"msg":"hello"})";
  for (const std::string_view type :
       {"", "Content-Type: text/plain\r\n", "Content-Type: application/x-www-form-urlencoded\r\n",
        "Content-Type: application/jsonp\r\n"}) {
    const answer unsigned_one =
        ask_once(w.port(), request("POST", "/api/messages", {}, body, type));
    EXPECT_TRUE(refused(unsigned_one, 415, "not_json")) << type;
    const std::string foreign = "Cookie: linger=" + w.token("li") + "\r\n" + std::string(type) +
                                "Origin: http://evil.example\r\n";
    const answer other_site =
        ask_once(w.port(), request("POST", "/api/messages", {}, body, foreign));
    EXPECT_TRUE(refused(other_site, 415, "not_json")) << type;
  }
  for (const std::string_view type : {"Content-Type: application/json; charset=utf-8\r\n",
                                      "Content-Type: Application/JSON\r\n"}) {
    EXPECT_TRUE(
        done(ask_once(w.port(), request("POST", "/api/messages", w.token("li"), body, type)), 201))
        << type;
  }
}

}  // namespace
}  // namespace lingerd::server_tests
