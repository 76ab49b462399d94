#include "http/api/router.hpp"

#include <gtest/gtest.h>

#include "http/streams/long_poll.hpp"
#include "tests/http/api/server_fixture.hpp"

namespace lingerd::http_tests {
namespace {

// What an address asks before it does anything.
enum class asks { nothing, body, session, change, change_body, form };

struct address {
  lingerd::method method;
  const char* path;
  asks what;
  bool paced = false;
};

constexpr address all[] = {
    {method::get, "/api/events", asks::session},
    {method::post, "/api/messages", asks::change_body},
    {method::get, "/api/messages", asks::session},
    {method::get, "/api/start", asks::session},
    {method::post, "/api/read", asks::change_body},
    {method::post, "/api/typing", asks::change_body},
    {method::post, "/api/session", asks::body},
    {method::del, "/api/session", asks::change},
    {method::patch, "/api/me", asks::change_body, true},
    {method::post, "/api/me/password", asks::change_body, true},
    {method::get, "/api/me/sessions", asks::session},
    {method::del, "/api/me/sessions/7", asks::change, true},
    {method::post, "/api/friends", asks::change_body, true},
    {method::del, "/api/friends/7", asks::change, true},
    {method::post, "/api/groups", asks::change_body, true},
    {method::patch, "/api/groups/7", asks::change_body, true},
    {method::del, "/api/groups/7", asks::change, true},
    {method::post, "/api/groups/7/members/8", asks::change, true},
    {method::del, "/api/groups/7/members/8", asks::change, true},
    {method::post, "/api/groups/7/admins/8", asks::change, true},
    {method::del, "/api/groups/7/admins/8", asks::change, true},
    {method::post, "/webchat/msg_send/", asks::form},
    {method::get, "/webchat/new_msgs/", asks::session},
    {method::get, "/healthz", asks::nothing},
    {method::get, "/", asks::nothing},
    {method::get, "/webchat/", asks::nothing},
    {method::get, "/webchat", asks::nothing},
};

std::string name_of(const address& a) {
  const char* names[] = {"GET ", "HEAD ", "POST ", "PATCH ", "DELETE ", "other "};
  return std::string(names[static_cast<int>(a.method)]) + a.path;
}
bool needs_session(const address& a) { return a.what != asks::nothing && a.what != asks::body; }
bool takes_json(const address& a) {
  return a.what == asks::body || a.what == asks::change || a.what == asks::change_body;
}
bool changes(const address& a) { return a.what == asks::change || a.what == asks::change_body; }

// 0 for a poll or an answer that takes time: it has passed all that is asked.
int status_at_once(reply what) {
  const auto* r = std::get_if<response>(&what);
  return r ? r->status : 0;
}

TEST(Router, EveryAddressIsThere) {
  for (const address& a : all) {
    server_fixture w;
    const http_request r =
        with_json(signed_by(w.session_of(w.user("li")), request_of(a.method, a.path)), "{}");
    const int status = status_at_once(w.route(r));
    EXPECT_NE(status, 405) << name_of(a);
    if (a.what != asks::change) {
      EXPECT_NE(status, 404) << name_of(a);
    }
  }
}

TEST(Router, OtherMethodsAreRefusedAndTheRightOnesNamed) {
  server_fixture w;
  for (const method m : {method::get, method::post, method::patch, method::del, method::other}) {
    for (const address& a : all) {
      std::string allowed;
      bool takes = false;
      for (const address& b : all) {
        if (std::string_view(a.path) != b.path) continue;
        takes = takes || b.method == m;
        if (!allowed.empty()) allowed += ", ";
        allowed += b.method == method::get     ? "GET, HEAD"
                   : b.method == method::post  ? "POST"
                   : b.method == method::patch ? "PATCH"
                                               : "DELETE";
      }
      if (takes) continue;
      const response r = w.answer(request_of(m, a.path));
      EXPECT_EQ(r.status, 405) << a.path;
      EXPECT_EQ(code_in(r), "method_not_allowed") << a.path;
      EXPECT_EQ(r.fields, "Allow: " + allowed + "\r\n") << a.path;
    }
  }
}

TEST(Router, WhoIsAskedForNamesHimself) {
  server_fixture w;
  for (const address& a : all) {
    if (!needs_session(a)) continue;
    http_request r = request_of(a.method, a.path);
    const response none = w.answer(r);
    EXPECT_EQ(none.status, 401) << name_of(a);
    EXPECT_EQ(code_in(none), "not_signed_in") << name_of(a);
    EXPECT_EQ(w.answer(signed_by(make_token(w.entropy), r)).status, 401) << name_of(a);
    if (changes(a)) {
      EXPECT_EQ(w.answer(with_json(r, "{")).status, 401) << "before its body is read: " << a.path;
    }
  }
}

TEST(Router, ABodyOfAnotherTypeIsRefusedFirst) {
  server_fixture w;
  for (const address& a : all) {
    if (!takes_json(a)) continue;
    http_request r = request_of(a.method, a.path);
    r.body = "{}";
    for (const char* type : {"", "text/plain", "application/x-www-form-urlencoded",
                             "multipart/form-data", "application/jsonp", "application/jso"}) {
      field_of(r, field::content_type) = type;
      const response answer = w.answer(r);
      EXPECT_EQ(answer.status, 415) << name_of(a) << " " << type;
      EXPECT_EQ(code_in(answer), "not_json") << name_of(a);
    }
    r.body.clear();
    field_of(r, field::content_type) = "text/plain";
    EXPECT_EQ(w.answer(r).status, 415) << "without a body, too: " << name_of(a);
  }
}

TEST(Router, AJsonTypeMayHaveParametersAndAnyCase) {
  server_fixture w;
  for (const char* type : {"application/json", "Application/JSON",
                           "application/json; charset=utf-8", "application/json;charset=utf-8"}) {
    http_request r = request_of(method::post, "/api/session");
    field_of(r, field::content_type) = type;
    r.body = "{}";
    EXPECT_EQ(w.answer(r).status, 400) << type;
  }
}

TEST(Router, AChangeSignedByTheCookieComesFromTheSameSite) {
  for (const address& a : all) {
    if (!changes(a) && a.what != asks::form) continue;
    server_fixture w;
    http_request r = signed_by_cookie(w.session_of(w.user("li")), request_of(a.method, a.path));
    if (a.what != asks::form) r = with_json(std::move(r), "{");
    field_of(r, field::origin) = "http://evil";
    const response answer = w.answer(r);
    EXPECT_EQ(answer.status, 403) << name_of(a);
    EXPECT_EQ(code_in(answer), "cross_site") << name_of(a);
    field_of(r, field::origin) = "http://chat.local:8080";
    EXPECT_NE(code_in(w.answer(r)), "cross_site") << name_of(a);
  }
}

TEST(Router, ReadingMayBeSignedFromAnywhere) {
  server_fixture w;
  const std::string token = w.session_of(w.user("li"));
  for (const address& a : all) {
    if (a.what != asks::session) continue;
    http_request r = signed_by_cookie(token, request_of(a.method, a.path));
    field_of(r, field::sec_fetch_site) = "cross-site";
    const int status = status_at_once(w.route(r));
    EXPECT_TRUE(status == 0 || status == 200 || status == 400) << name_of(a) << status;
  }
}

TEST(Router, ABodyThatIsNoObjectIsRefused) {
  for (const address& a : all) {
    if (a.what != asks::change_body && a.what != asks::body) continue;
    server_fixture w;
    const http_request r = signed_by(w.session_of(w.user("li")), request_of(a.method, a.path));
    for (const char* bad : {"", "{", "[]", "1"}) {
      const response answer = w.answer(with_json(r, bad));
      EXPECT_EQ(answer.status, 400) << name_of(a) << " " << bad;
      EXPECT_EQ(code_in(answer), "bad_request") << name_of(a);
    }
    EXPECT_EQ(w.answer(r).status, 400) << "none at all: " << name_of(a);
  }
}

TEST(Router, ChangesArePaced) {
  limits bounds;
  bounds.change_burst = 1;
  bounds.change_per_second = 0.1;
  for (const address& a : all) {
    if (!changes(a)) continue;
    server_fixture w(bounds);
    const user_id li = w.user("li");
    const http_request r =
        with_json(signed_by(w.session_of(li), request_of(a.method, a.path)), "{");
    ASSERT_EQ(w.app.rate_limits.take_change(li), std::chrono::seconds(0));
    const response answer = w.answer(r);
    if (!a.paced) {
      EXPECT_NE(answer.status, 429) << name_of(a);
      continue;
    }
    EXPECT_EQ(answer.status, 429) << name_of(a);
    EXPECT_EQ(code_in(answer), "too_many") << name_of(a);
    EXPECT_EQ(answer.fields, "Retry-After: 10\r\n") << name_of(a);
  }
}

TEST(Router, ANobodysRequestTakesFromNobodysAllowance) {
  limits bounds;
  bounds.change_burst = 1;
  bounds.change_per_second = 0.1;
  server_fixture w(bounds);
  const user_id li = w.user("li");
  http_request r = request_of(method::del, "/api/friends/7");
  EXPECT_EQ(w.answer(r).status, 401);
  r = signed_by_cookie(w.session_of(li), std::move(r));
  field_of(r, field::origin) = "http://evil";
  EXPECT_EQ(w.answer(r).status, 403);
  EXPECT_EQ(w.app.rate_limits.take_change(li), std::chrono::seconds(0));
}

TEST(Router, MessagesHaveAnAllowanceOfTheirOwn) {
  limits bounds;
  bounds.send_burst = 1;
  bounds.send_per_second = 0.5;
  server_fixture w(bounds);
  const user_id li = w.user("li"), han = w.user("han");
  w.befriend(li, han);
  const http_request r =
      with_json(signed_by(w.session_of(li), request_of(method::post, "/api/messages")),
                R"({"type":"single","to":)" + std::to_string(han) + R"(,"msg":"hello"})");
  EXPECT_EQ(w.answer(r).status, 201);
  const response slow = w.answer(r);
  EXPECT_EQ(slow.status, 429);
  EXPECT_EQ(code_in(slow), "too_many");
  EXPECT_EQ(slow.fields, "Retry-After: 2\r\n");
}

TEST(Router, HeadIsAskedAsGet) {
  server_fixture w;
  const std::string token = w.session_of(w.user("li"));
  for (const address& a : all) {
    const int status = status_at_once(w.route(signed_by(token, request_of(method::head, a.path))));
    bool has_get = false;
    for (const address& b : all) {
      has_get = has_get || (b.method == method::get && std::string_view(a.path) == b.path);
    }
    EXPECT_EQ(status == 405, !has_get) << a.path;
  }
}

TEST(Router, WhatIsNowhereIsNotFound) {
  server_fixture w;
  const std::string token = w.session_of(w.user("li"));
  for (const char* path : {"/nothing",
                           "",
                           "*",
                           "//",
                           "/api",
                           "/api/",
                           "/api/events/",
                           "/API/events",
                           "/api/event",
                           "/api/eventss",
                           "/api/me/sessions/",
                           "/api/me/sessions/x",
                           "/api/me/sessions/-1",
                           "/api/me/sessions/7/",
                           "/api/me/sessions/ 7",
                           "/api/me/sessions/%37",
                           "/api/friends/",
                           "/api/groups/7/members",
                           "/api/groups/7/members/",
                           "/api/groups//members/8",
                           "/api/groups/7/members/8/9",
                           "/webchat/msg_send",
                           "/webchat/new_msgs",
                           "/index.html",
                           "/metrics",
                           "/assets",
                           "/api/../api/start",
                           "http://chat.local:8080/api/nothing"}) {
    for (const method m : {method::get, method::post, method::del}) {
      const response r = w.answer(signed_by(token, request_of(m, path)));
      EXPECT_EQ(r.status, 404) << path;
      EXPECT_EQ(code_in(r), "not_found") << path;
    }
  }
}

TEST(Router, AQueryChangesNoAddress) {
  server_fixture w;
  EXPECT_EQ(w.answer(request_of(method::get, "/healthz?x=/api/start")).body, "ok");
}

TEST(Router, ANumberThatIsTooLargeIsNobodys) {
  server_fixture w;
  const user_id li = w.user("li"), han = w.user("han");
  w.befriend(li, han);
  const std::string token = w.session_of(li);
  // 2^32 more than han's number.
  const std::string path = "/api/friends/" + std::to_string((std::uint64_t{1} << 32) + han);
  EXPECT_EQ(w.answer(signed_by(token, request_of(method::del, path))).status, 404);
  EXPECT_TRUE(w.chat.directory().are_friends(li, han));
  EXPECT_EQ(
      w.answer(signed_by(token, request_of(method::del, "/api/friends/" + std::to_string(han))))
          .status,
      204);
  EXPECT_FALSE(w.chat.directory().are_friends(li, han));
}

TEST(Router, BothNumbersOfAPathArrive) {
  server_fixture w;
  const user_id li = w.user("li"), han = w.user("han");
  w.befriend(li, han);
  const group_id lab = w.group(li, {});
  const std::string path = "/api/groups/" + std::to_string(lab) + "/members/" + std::to_string(han);
  EXPECT_EQ(w.answer(signed_by(w.session_of(li), request_of(method::post, path))).status, 204);
  EXPECT_TRUE(w.chat.directory().is_member(lab, han));
}

TEST(Router, WithoutAHostHttp11IsRefusedAndClosed) {
  server_fixture w;
  http_request r = request_of(method::get, "/healthz");
  r.has_host = false;
  const response no = w.answer(r);
  EXPECT_EQ(no.status, 400);
  EXPECT_TRUE(no.close);
  r.is_http_1_1 = false;
  EXPECT_EQ(w.answer(r).status, 200);
}

TEST(Router, HealthIsOk) {
  server_fixture w;
  const response r = w.answer(request_of(method::get, "/healthz"));
  EXPECT_EQ(r.status, 200);
  EXPECT_EQ(r.body, "ok");
}

TEST(Router, ThePageHasThreeAddresses) {
  server_fixture w;
  for (const char* path : {"/", "/webchat/", "/webchat"}) {
    const response r = w.answer(request_of(method::get, path));
    EXPECT_EQ(r.status, 200) << path;
    EXPECT_EQ(r.type, "text/html; charset=utf-8") << path;
  }
}

TEST(Router, AssetsAreReadAlone) {
  server_fixture w;
  EXPECT_EQ(w.answer(request_of(method::get, "/assets/0000000000000000/main.js")).status, 404);
  const response index = w.answer(request_of(method::get, "/"));
  const std::string html(index.fixed);
  const auto at = html.find("/assets/");
  const std::string path = html.substr(at, html.find('"', at) - at);
  EXPECT_EQ(w.answer(request_of(method::get, path)).status, 200) << path;
  EXPECT_EQ(w.answer(request_of(method::head, path)).status, 200) << path;
  EXPECT_NE(w.answer(request_of(method::post, path)).status, 200) << path;
}

const long_poll* poll_of(const reply& r) {
  const auto* pending_reply = std::get_if<std::unique_ptr<pending>>(&r);
  return pending_reply ? dynamic_cast<const long_poll*>(pending_reply->get()) : nullptr;
}

TEST(Router, APollIsHandedOn) {
  server_fixture w;
  const user_id li = w.user("li");
  const std::string token = w.session_of(li);
  const auto poll = [&](const std::string& query) {
    reply what = w.route(signed_by(
        token, request_of(method::get, "/api/events?epoch=" + w.chat.epoch() + "&" + query)));
    const long_poll* p = poll_of(what);
    EXPECT_NE(p, nullptr) << query;
    return p ? p->request() : poll_request();
  };
  const poll_request bare = poll("after=1");
  EXPECT_EQ(bare.who.user, li);
  EXPECT_EQ(bare.after, 1u);
  EXPECT_EQ(bare.wait_s, 0u);
  EXPECT_EQ(bare.presence, std::nullopt);
  EXPECT_FALSE(bare.classic);
  EXPECT_EQ(poll("after=0&wait=60").wait_s, 60u);
  EXPECT_EQ(poll("after=0&wait=101").wait_s, 100u) << "as the longest";
  EXPECT_EQ(poll("after=0&wait=99999999999999999999").wait_s, 100u);
  EXPECT_EQ(poll("after=0&presence=17").presence, 17u);
}

TEST(Router, APollThatIsMalformedIsRefused) {
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

TEST(Router, ACursorOfAnotherLifeHasExpired) {
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

TEST(Router, TheTutorialsPollIsHeldAsLongAsCanBe) {
  server_fixture w;
  const std::string token = w.session_of(w.user("li"));
  reply what = w.route(signed_by(token, request_of(method::get, "/webchat/new_msgs/")));
  const long_poll* p = poll_of(what);
  ASSERT_NE(p, nullptr);
  EXPECT_TRUE(p->request().classic);
  EXPECT_EQ(p->request().wait_s, 100u);
  EXPECT_EQ(p->request().after, w.chat.horizon());
}

TEST(Router, TheTutorialsFormIsAForm) {
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
