#include "http/api/router.hpp"

#include <gtest/gtest.h>

#include "tests/http/api/router_table.hpp"
#include "tests/http/api/server_fixture.hpp"

namespace lingerd::http_tests {
namespace {

TEST(Router, EveryAddressIsThere) {
  for (const address& a : addresses) {
    server_fixture w;
    const http_request r =
        with_json(signed_by(w.session_of(w.user("li")), request_of(a.method, a.path)), "{}");
    const int status = immediate_status(w.route(r));
    EXPECT_NE(status, 405) << name_of(a);
    if (a.requirement != needs::change) {
      EXPECT_NE(status, 404) << name_of(a);
    }
  }
}

TEST(Router, OtherMethodsAreRefusedAndAllowNamesTheRightOnes) {
  server_fixture w;
  for (const method m : {method::get, method::post, method::patch, method::del, method::other}) {
    for (const address& a : addresses) {
      std::string allowed;
      bool takes = false;
      for (const address& b : addresses) {
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

TEST(Router, HeadIsRoutedAsGet) {
  server_fixture w;
  const std::string token = w.session_of(w.user("li"));
  for (const address& a : addresses) {
    const int status =
        immediate_status(w.route(signed_by(token, request_of(method::head, a.path))));
    bool has_get = false;
    for (const address& b : addresses) {
      has_get = has_get || (b.method == method::get && std::string_view(a.path) == b.path);
    }
    EXPECT_EQ(status == 405, !has_get) << a.path;
  }
}

TEST(Router, AnUnknownAddressIsNotFound) {
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

TEST(Router, ANumberThatIsTooLargeNamesNoUser) {
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
  const response refused = w.answer(r);
  EXPECT_EQ(refused.status, 400);
  EXPECT_TRUE(refused.close);
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

TEST(Router, AssetsAreOnlyRead) {
  server_fixture w;
  EXPECT_EQ(w.answer(request_of(method::get, "/assets/0000000000000000/main.js")).status, 404);
  const response index = w.answer(request_of(method::get, "/"));
  const std::string html(index.fixed);
  const auto offset = html.find("/assets/");
  const std::string path = html.substr(offset, html.find('"', offset) - offset);
  EXPECT_EQ(w.answer(request_of(method::get, path)).status, 200) << path;
  EXPECT_EQ(w.answer(request_of(method::head, path)).status, 200) << path;
  EXPECT_NE(w.answer(request_of(method::post, path)).status, 200) << path;
}

}  // namespace
}  // namespace lingerd::http_tests
