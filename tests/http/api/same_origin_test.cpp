#include "http/api/same_origin.hpp"

#include <gtest/gtest.h>

#include "tests/http/protocol/scripted_stream.hpp"

namespace lingerd::http_tests {
namespace {

// What a request says of the page that sends it.
struct provenance {
  const char* origin = "";
  const char* site = "";
  const char* referer = "";
  const char* type = "";
  const char* body = "";
  const char* requested_with = "";
  const char* csrf = "";
};

http_request request_from(const provenance& f) {
  http_request r = request_of(method::post, "/");
  field_of(r, field::origin) = f.origin;
  field_of(r, field::sec_fetch_site) = f.site;
  field_of(r, field::referer) = f.referer;
  field_of(r, field::content_type) = f.type;
  field_of(r, field::x_requested_with) = f.requested_with;
  field_of(r, field::x_csrf_token) = f.csrf;
  r.body = f.body;
  return r;
}

caller by_cookie() {
  caller c;
  c.user = 1;
  c.by_cookie = true;
  return c;
}

bool passes(const same_origin& rule, const provenance& f) {
  const auto r = rule.check_change(request_from(f), by_cookie());
  if (!r) {
    EXPECT_EQ(r.error().code, error::cross_site);
  }
  return r.has_value();
}
bool form_passes(const same_origin& rule, const provenance& f) {
  const auto r = rule.check_form(request_from(f), by_cookie());
  if (!r) {
    EXPECT_EQ(r.error().code, error::cross_site);
  }
  return r.has_value();
}

TEST(SameOrigin, ABearerTokenNeedsNone) {
  const same_origin rule("");
  const provenance evil{.origin = "http://evil", .site = "cross-site"};
  EXPECT_TRUE(rule.check_change(request_from(evil), caller()).has_value());
  EXPECT_TRUE(rule.check_form(request_from(evil), caller()).has_value());
}

TEST(SameOrigin, IsComparedWithTheHost) {
  const same_origin rule("");
  EXPECT_TRUE(passes(rule, {.origin = "http://chat.local:8080"}));
  EXPECT_TRUE(passes(rule, {.origin = "https://chat.local:8080"}));
  EXPECT_TRUE(passes(rule, {.origin = "http://CHAT.local:8080"}));
  for (const char* other : {"http://evil", "http://chat.local", "http://chat.local:8081", "null",
                            "chat.local:8080", "http://chat.local:8080.evil", "http://",
                            "http://evil/chat.local:8080", "http://xchat.local:8080"}) {
    EXPECT_FALSE(passes(rule, {.origin = other})) << other;
    EXPECT_FALSE(form_passes(rule, {.origin = other})) << other;
  }
}

TEST(SameOrigin, IsComparedWithThePublicUrl) {
  const same_origin rule("https://chat.example.org/path");
  EXPECT_TRUE(passes(rule, {.origin = "https://chat.example.org"}));
  EXPECT_TRUE(passes(rule, {.origin = "https://Chat.Example.org"}));
  EXPECT_FALSE(passes(rule, {.origin = "http://chat.example.org"}));
  EXPECT_FALSE(passes(rule, {.origin = "https://chat.example.org:444"}));
  EXPECT_FALSE(passes(rule, {.origin = "https://chat.example.org.evil"}));
}

TEST(SameOrigin, ADefaultPortIsNone) {
  const same_origin rule("");
  const auto passes_at = [&](const char* host, const char* origin) {
    http_request r = request_from({.origin = origin});
    field_of(r, field::host) = host;
    return rule.check_change(r, by_cookie()).has_value();
  };
  EXPECT_TRUE(passes_at("h:80", "http://h"));
  EXPECT_TRUE(passes_at("h", "http://h:80"));
  EXPECT_TRUE(passes_at("h:443", "https://h"));
  EXPECT_TRUE(passes_at("[::1]:80", "http://[::1]"));
  EXPECT_FALSE(passes_at("h:443", "http://h"));
  EXPECT_FALSE(passes_at("h:80", "https://h"));
  EXPECT_FALSE(passes_at("h:8080", "http://h:80"));
  EXPECT_FALSE(passes_at("", "http://:80"));
  EXPECT_TRUE(
      passes(same_origin("https://chat.example.org:443/"), {.origin = "https://chat.example.org"}));
  EXPECT_TRUE(
      passes(same_origin("https://chat.example.org"), {.origin = "https://chat.example.org:443"}));
  EXPECT_FALSE(
      passes(same_origin("https://chat.example.org"), {.origin = "http://chat.example.org:443"}));
}

TEST(SameOrigin, AHiddenOriginCountsAsAnAbsentOneOfTheSameOrigin) {
  const same_origin rule("");
  EXPECT_TRUE(passes(rule, {.origin = "null", .site = "same-origin"}));
  for (const char* other : {"", "none", "same-site", "cross-site"}) {
    EXPECT_FALSE(passes(rule, {.origin = "null", .site = other})) << other;
    EXPECT_FALSE(
        passes(rule, {.origin = "null", .site = other, .type = "application/json", .body = "{}"}))
        << other;
  }
  EXPECT_FALSE(form_passes(rule, {.origin = "null", .site = "same-origin"}));
  EXPECT_TRUE(form_passes(rule, {.origin = "null", .site = "same-origin", .requested_with = "x"}));
}

TEST(SameOrigin, AnEmptyHostIsNoOwnOrigin) {
  const same_origin rule("");
  http_request r = request_from({.origin = "http://"});
  field_of(r, field::host) = "";
  EXPECT_FALSE(rule.check_change(r, by_cookie()).has_value());
}

TEST(SameOrigin, SecFetchSiteOfAnotherSiteIsRefused) {
  const same_origin rule("");
  EXPECT_TRUE(passes(rule, {.site = "same-origin"}));
  for (const char* other : {"cross-site", "same-site", "whatever"}) {
    EXPECT_FALSE(passes(rule, {.site = other})) << other;
    EXPECT_FALSE(passes(rule, {.origin = "http://chat.local:8080", .site = other})) << other;
    EXPECT_FALSE(passes(rule, {.site = other, .type = "application/json", .body = "{}"})) << other;
    EXPECT_FALSE(form_passes(rule, {.site = other, .requested_with = "x"})) << other;
  }
  EXPECT_FALSE(passes(rule, {.origin = "http://evil", .site = "same-origin"}));
}

TEST(SameOrigin, AnAbsentOnePassesWithAJsonBodyOnly) {
  const same_origin rule("");
  EXPECT_TRUE(passes(rule, {.type = "application/json", .body = "{}"}));
  EXPECT_TRUE(passes(rule, {.type = "application/json; charset=utf-8", .body = "{}"}));
  EXPECT_TRUE(passes(rule, {.site = "none", .type = "application/json", .body = "{}"}));
  EXPECT_FALSE(passes(rule, {}));
  EXPECT_FALSE(passes(rule, {.site = "none"}));
  EXPECT_FALSE(passes(rule, {.type = "application/json"})) << "no body";
  EXPECT_FALSE(passes(rule, {.body = "{}"}));
  EXPECT_FALSE(passes(rule, {.type = "text/plain", .body = "{}"}));
  EXPECT_FALSE(passes(rule, {.referer = "http://chat.local:8080/"}))
      << "a referer counts for forms alone";
}

TEST(SameOrigin, TheTypeOfAJsonBodyMayBeWrittenInAnyCase) {
  const same_origin rule("");
  EXPECT_TRUE(passes(rule, {.type = "Application/JSON", .body = "{}"}));
}

TEST(SameOriginOfStreams, AnAbsentOnePasses) {
  const same_origin rule("");
  const auto is_allowed = [&](const provenance& p) {
    return rule.check_stream(request_from(p), by_cookie()).has_value();
  };
  EXPECT_TRUE(is_allowed({}));
  EXPECT_TRUE(is_allowed({.origin = "http://chat.local:8080"}));
  EXPECT_FALSE(is_allowed({.origin = "http://evil"}));
  EXPECT_FALSE(is_allowed({.site = "cross-site"}));
  EXPECT_TRUE(rule.check_stream(request_from({.origin = "http://evil"}), caller()).has_value());
}

TEST(SameOriginOfForms, ARefererIsEnoughWhereTheOriginIsAbsent) {
  const same_origin rule("");
  EXPECT_TRUE(form_passes(rule, {.referer = "http://chat.local:8080/webchat/"}));
  EXPECT_TRUE(form_passes(rule, {.referer = "http://chat.local:8080"}));
  EXPECT_TRUE(form_passes(rule, {.origin = "http://chat.local:8080", .referer = "http://evil/"}));
  EXPECT_FALSE(form_passes(rule, {.referer = "http://evil/http://chat.local:8080/"}));
  EXPECT_FALSE(form_passes(rule, {.referer = "http://chat.local:8080.evil/"}));
  EXPECT_FALSE(form_passes(rule, {.referer = "/webchat/"}));
  EXPECT_FALSE(form_passes(rule, {.referer = "http://evil/", .requested_with = "XMLHttpRequest"}));
}

TEST(SameOriginOfForms, AFieldThatAFormCannotSetIsEnough) {
  const same_origin rule("");
  EXPECT_TRUE(form_passes(rule, {.requested_with = "XMLHttpRequest"}));
  EXPECT_TRUE(form_passes(rule, {.csrf = "token"}));
  EXPECT_FALSE(form_passes(rule, {}));
  EXPECT_FALSE(form_passes(rule, {.site = "same-origin"}));
  EXPECT_FALSE(form_passes(rule, {.type = "application/json", .body = "{}"}));
}

TEST(SameOriginOfForms, IsComparedWithThePublicUrl) {
  const same_origin rule("https://chat.example.org");
  EXPECT_TRUE(form_passes(rule, {.origin = "https://chat.example.org"}));
  EXPECT_TRUE(form_passes(rule, {.referer = "https://chat.example.org/webchat/"}));
}

}  // namespace
}  // namespace lingerd::http_tests
