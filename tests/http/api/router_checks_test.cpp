#include <gtest/gtest.h>

#include "http/api/router.hpp"
#include "tests/http/api/router_table.hpp"
#include "tests/http/api/server_fixture.hpp"

namespace lingerd::http_tests {
namespace {

TEST(RouterChecks, AnAddressWithASessionRefusesARequestWithoutOne) {
  server_fixture w;
  for (const address& a : addresses) {
    if (!needs_session(a)) continue;
    http_request r = request_of(a.method, a.path);
    const response none = w.answer(r);
    EXPECT_EQ(none.status, 401) << name_of(a);
    EXPECT_EQ(code_in(none), "not_signed_in") << name_of(a);
    EXPECT_EQ(w.answer(signed_by(make_token(w.entropy), r)).status, 401) << name_of(a);
    if (is_change(a)) {
      EXPECT_EQ(w.answer(with_json(r, "{")).status, 401) << "before its body is read: " << a.path;
    }
  }
}

TEST(RouterChecks, ABodyOfAnotherTypeIsRefusedFirst) {
  server_fixture w;
  for (const address& a : addresses) {
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
    // Only where a body is expected is an absent one judged by its type.
    const int expected = a.requirement == needs::change ? 401 : 415;
    EXPECT_EQ(w.answer(r).status, expected) << "without a body: " << name_of(a);
  }
}

TEST(RouterChecks, AJsonTypeMayHaveParametersAndAnyCase) {
  server_fixture w;
  for (const char* type : {"application/json", "Application/JSON",
                           "application/json; charset=utf-8", "application/json;charset=utf-8"}) {
    http_request r = request_of(method::post, "/api/session");
    field_of(r, field::content_type) = type;
    r.body = "{}";
    EXPECT_EQ(w.answer(r).status, 400) << type;
  }
}

TEST(RouterChecks, AChangeSignedByTheCookieComesFromTheSameSite) {
  for (const address& a : addresses) {
    if (!is_change(a) && a.requirement != needs::form) continue;
    server_fixture w;
    http_request r = signed_by_cookie(w.session_of(w.user("li")), request_of(a.method, a.path));
    if (a.requirement != needs::form) r = with_json(std::move(r), "{");
    field_of(r, field::origin) = "http://evil";
    const response answer = w.answer(r);
    EXPECT_EQ(answer.status, 403) << name_of(a);
    EXPECT_EQ(code_in(answer), "cross_site") << name_of(a);
    field_of(r, field::origin) = "http://chat.local:8080";
    EXPECT_NE(code_in(w.answer(r)), "cross_site") << name_of(a);
  }
}

TEST(RouterChecks, ReadingMayBeSignedFromAnywhere) {
  server_fixture w;
  const std::string token = w.session_of(w.user("li"));
  for (const address& a : addresses) {
    if (a.requirement != needs::session) continue;
    http_request r = signed_by_cookie(token, request_of(a.method, a.path));
    field_of(r, field::sec_fetch_site) = "cross-site";
    const int status = immediate_status(w.route(r));
    EXPECT_TRUE(status == 0 || status == 200 || status == 400) << name_of(a) << status;
  }
}

TEST(RouterChecks, ABodyThatIsNoObjectIsRefused) {
  for (const address& a : addresses) {
    if (a.requirement != needs::change_body && a.requirement != needs::body) continue;
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

TEST(RouterChecks, ChangesArePaced) {
  limits bounds;
  bounds.change_burst = 1;
  bounds.change_per_second = 0.1;
  for (const address& a : addresses) {
    if (!is_change(a)) continue;
    server_fixture w(bounds);
    const user_id li = w.user("li");
    const http_request r =
        with_json(signed_by(w.session_of(li), request_of(a.method, a.path)), "{");
    ASSERT_EQ(w.app.rate_limits.take_change(li), std::chrono::seconds(0));
    const response answer = w.answer(r);
    if (!a.is_paced) {
      EXPECT_NE(answer.status, 429) << name_of(a);
      continue;
    }
    EXPECT_EQ(answer.status, 429) << name_of(a);
    EXPECT_EQ(code_in(answer), "too_many") << name_of(a);
    EXPECT_EQ(answer.fields, "Retry-After: 10\r\n") << name_of(a);
  }
}

TEST(RouterChecks, ARefusedRequestTakesNothingFromTheAllowance) {
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

TEST(RouterChecks, MessagesHaveAnAllowanceOfTheirOwn) {
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

}  // namespace
}  // namespace lingerd::http_tests
