#include "http/api/guard.hpp"

#include <gtest/gtest.h>

#include <set>

#include "tests/http/api/server_fixture.hpp"

namespace lingerd::http_tests {
namespace {

using namespace std::chrono_literals;

// --- tokens ------------------------------------------------------------------------------------

TEST(Token, Has43CharactersThatNeedNoEscape) {
  fixed_entropy entropy;
  std::set<std::string> all;
  for (int i = 0; i < 100; ++i) {
    const std::string t = make_token(entropy);
    EXPECT_EQ(t.size(), 43u);
    EXPECT_EQ(
        t.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
        std::string::npos);
    EXPECT_TRUE(hash_of_token(t).has_value());
    all.insert(t);
  }
  EXPECT_EQ(all.size(), 100u);
}

TEST(Token, IsKeptAsAHashOfItsText) {
  // BLAKE2b-256 of 43 letters A.
  const auto h = hash_of_token(std::string(43, 'A'));
  ASSERT_TRUE(h.has_value());
  const unsigned char start[] = {0x63, 0x42, 0xb3, 0x84};
  EXPECT_TRUE(std::equal(std::begin(start), std::end(start), h->begin()));
  EXPECT_EQ(h, hash_of_token(std::string(43, 'A')));
  // Each text is a token of its own, also one that no server would give.
  for (const char last : {'B', 'E', '=', ' ', '\0', '\xff'}) {
    EXPECT_NE(h, hash_of_token(std::string(42, 'A') + last)) << last;
  }
}

TEST(Token, ThatHasNotItsLengthIsNone) {
  const std::string a42(42, 'A');
  for (const std::string& bad : {std::string(), std::string("x"), a42, a42 + "AA"}) {
    EXPECT_EQ(hash_of_token(bad), std::nullopt) << bad;
  }
}

// --- attempts ----------------------------------------------------------------------------------

TEST(Attempts, AreFreeUpToTheirNumber) {
  attempts a(3, 5min, 10);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(a.wait_for("li", 0s), 0s);
    a.count("li", 0s);
  }
  EXPECT_EQ(a.wait_for("li", 0s), 300s);
  EXPECT_EQ(a.wait_for("han", 0s), 0s);
}

TEST(Attempts, ComeBackWithTheWindow) {
  attempts a(1, 5min, 10);
  a.count("li", 10s);
  EXPECT_EQ(a.wait_for("li", 11s), 299s);
  EXPECT_EQ(a.wait_for("li", 309s + 1ms), 1s) << "rounded up";
  EXPECT_EQ(a.wait_for("li", 310s), 0s);
  a.count("li", 310s);
  EXPECT_EQ(a.wait_for("li", 310s), 300s) << "a new window";
}

TEST(Attempts, TheWindowBeginsWithTheFirst) {
  attempts a(2, 5min, 10);
  a.count("li", 0s);
  a.count("li", 290s);
  EXPECT_EQ(a.wait_for("li", 290s), 10s);
  EXPECT_EQ(a.wait_for("li", 300s), 0s);
}

TEST(Attempts, TakenBackAreFree) {
  attempts a(2, 5min, 10);
  a.count("li", 0s);
  a.count("li", 0s);
  a.take_back("li");
  EXPECT_EQ(a.wait_for("li", 0s), 0s);
  a.count("li", 0s);
  EXPECT_GT(a.wait_for("li", 0s), 0s);
}

TEST(Attempts, NoMoreThanWereCountedAreTakenBack) {
  attempts a(1, 5min, 10);
  a.take_back("li");
  a.count("li", 0s);
  a.take_back("li");
  a.take_back("li");
  a.take_back("li");
  a.count("li", 0s);
  EXPECT_GT(a.wait_for("li", 0s), 0s) << "nothing is saved up";
}

TEST(Attempts, ForgottenAreFree) {
  attempts a(1, 5min, 10);
  a.count("li", 0s);
  a.forget("li");
  a.forget("nobody");
  EXPECT_EQ(a.wait_for("li", 0s), 0s);
}

TEST(Attempts, RememberABoundedNumberOfKeys) {
  attempts a(1, 5min, 2);
  a.count("one", 0s);
  a.count("two", 1s);
  a.count("three", 2s);
  EXPECT_EQ(a.wait_for("one", 2s), 0s) << "made room";
  EXPECT_GT(a.wait_for("two", 2s), 0s);
  EXPECT_GT(a.wait_for("three", 2s), 0s);
  a.count("three", 3s);
  EXPECT_GT(a.wait_for("two", 3s), 0s) << "a known key needs no room";
}

TEST(Attempts, TheKeySeenLongestAgoMakesRoom) {
  attempts a(1, 5min, 2);
  a.count("one", 0s);
  a.count("two", 1s);
  a.count("one", 2s);  // seen again: "two" is now the one seen longest ago
  a.count("three", 3s);
  EXPECT_GT(a.wait_for("one", 3s), 0s);
  EXPECT_EQ(a.wait_for("two", 3s), 0s);
}

// --- who it is ---------------------------------------------------------------------------------

TEST(Guard, ABearerTokenSigns) {
  service_world w;
  const user_id li = w.user("li");
  const std::string token = w.session_of(li);
  for (const char* scheme : {"Bearer ", "bearer ", "BEARER "}) {
    http_request r = request_of(method::get, "/");
    field_of(r, field::authorization) = scheme + token;
    const auto who = w.guard.caller_of(r);
    ASSERT_TRUE(who.has_value()) << scheme;
    EXPECT_EQ(who->user, li);
    EXPECT_EQ(who->session, *hash_of_token(token));
    EXPECT_FALSE(who->by_cookie);
  }
}

TEST(Guard, ACookieSigns) {
  service_world w;
  const user_id li = w.user("li");
  http_request r = request_of(method::get, "/");
  field_of(r, field::cookie) = "theme=dark; linger=" + w.session_of(li);
  const auto who = w.guard.caller_of(r);
  ASSERT_TRUE(who.has_value());
  EXPECT_EQ(who->user, li);
  EXPECT_TRUE(who->by_cookie);
}

TEST(Guard, ABearerTokenGoesBeforeTheCookie) {
  service_world w;
  const user_id li = w.user("li"), han = w.user("han");
  http_request r = signed_by(w.session_of(li),
                             signed_by_cookie(w.session_of(han), request_of(method::get, "/")));
  ASSERT_TRUE(w.guard.caller_of(r).has_value());
  EXPECT_EQ(w.guard.caller_of(r)->user, li);
  field_of(r, field::authorization) = "Bearer wrong";
  EXPECT_FALSE(w.guard.caller_of(r).has_value()) << "a wrong one is not passed over";
  field_of(r, field::authorization) = "Basic bGk6eA==";
  ASSERT_TRUE(w.guard.caller_of(r).has_value()) << "a proxy's own is";
  EXPECT_EQ(w.guard.caller_of(r)->user, han);
}

TEST(Guard, NobodySignsWithWhatIsNoSession) {
  service_world w;
  const std::string token = w.session_of(w.user("li"));
  const http_request bare = request_of(method::get, "/");
  EXPECT_FALSE(w.guard.caller_of(bare).has_value());
  EXPECT_FALSE(w.guard.caller_of(signed_by("", bare)).has_value());
  EXPECT_FALSE(w.guard.caller_of(signed_by(" " + token, bare)).has_value());
  EXPECT_FALSE(w.guard.caller_of(signed_by(token + "x", bare)).has_value());
  EXPECT_FALSE(w.guard.caller_of(signed_by(make_token(w.entropy), bare)).has_value());
  EXPECT_FALSE(w.guard.caller_of(signed_by_cookie("", bare)).has_value());
  http_request raw = bare;
  field_of(raw, field::authorization) = token;
  EXPECT_FALSE(w.guard.caller_of(raw).has_value());
}

TEST(Guard, AnEndedSessionDoesNotSign) {
  service_world w;
  const std::string token = w.session_of(w.user("li"));
  w.did(end_session{*hash_of_token(token)});
  EXPECT_FALSE(w.guard.caller_of(signed_by(token, request_of(method::get, "/"))).has_value());
}

TEST(Guard, ASessionEndsThirtyDaysAfterItsLastUse) {
  service_world w;
  const user_id li = w.user("li");
  const std::string kept = w.session_of(li, autumn - 30 * one_day);
  const std::string over = w.session_of(li, autumn - 30 * one_day - 1);
  EXPECT_TRUE(w.guard.caller_of(signed_by(kept, request_of(method::get, "/"))).has_value());
  EXPECT_FALSE(w.guard.caller_of(signed_by(over, request_of(method::get, "/"))).has_value());
  w.settle();
  EXPECT_NE(w.stored(kept), nullptr);
  EXPECT_EQ(w.stored(over), nullptr) << "it is gone, not only refused";
}

// Each request on it put one more change into the queue, whether there was room or not.
TEST(Guard, ASessionThatIsOverIsEndedWhenThereIsRoomForThat) {
  limits few;
  few.append_queue = 2;
  service_world w(few);
  const std::string over = w.session_of(w.user("li"), autumn - 30 * one_day - 1);
  for (int i = 0; i < 5; ++i) {
    EXPECT_FALSE(w.guard.caller_of(signed_by(over, request_of(method::get, "/"))).has_value());
    EXPECT_LE(w.chat.pending(), 2u);
  }
  w.settle();
  EXPECT_EQ(w.stored(over), nullptr);
}

TEST(Guard, AUseIsWrittenDownOnceADay) {
  service_world w;
  const std::string token = w.session_of(w.user("li"));
  const http_request r = signed_by(token, request_of(method::get, "/"));
  w.pass(24h);
  ASSERT_TRUE(w.guard.caller_of(r).has_value());
  EXPECT_EQ(w.chat.pending(), 0u) << "a day is not over";
  w.pass(1ms);
  ASSERT_TRUE(w.guard.caller_of(r).has_value());
  EXPECT_EQ(w.chat.pending(), 1u);
  ASSERT_TRUE(w.guard.caller_of(r).has_value());
  EXPECT_EQ(w.chat.pending(), 1u) << "once, not until the disk has it";
  w.settle();
  EXPECT_EQ(w.stored(token)->row.used, autumn + one_day + 1);
  for (int day = 0; day < 60; ++day) {
    w.pass(24h + 1ms);
    ASSERT_TRUE(w.guard.caller_of(r).has_value()) << day;
  }
}

TEST(Guard, AClockThatIsNotSetEndsNobodysSession) {
  hand_clock unset;
  unset.synced_ = false;
  unset.wall_ = autumn + 400 * one_day;
  service_world w({}, {}, unset);
  const std::string token = w.session_of(w.user("li"), autumn);
  EXPECT_TRUE(w.guard.caller_of(signed_by(token, request_of(method::get, "/"))).has_value());
  w.settle();
  EXPECT_NE(w.stored(token), nullptr);
}

TEST(Guard, AClockThatIsStillIn1970WritesNothing) {
  hand_clock unset;
  unset.synced_ = false;
  unset.wall_ = 1000;
  service_world w({}, {}, unset);
  const std::string token = w.session_of(w.user("li"), autumn);
  EXPECT_TRUE(w.guard.caller_of(signed_by(token, request_of(method::get, "/"))).has_value());
  EXPECT_EQ(w.chat.pending(), 0u);
  EXPECT_EQ(w.stored(token)->row.used, autumn);
}

TEST(Guard, ASessionLastUsedUnderAnUnsetClockLivesOn) {
  service_world w;
  const std::string token = w.session_of(w.user("li"), 5000);  // 1970
  const http_request r = signed_by(token, request_of(method::get, "/"));
  EXPECT_TRUE(w.guard.caller_of(r).has_value());
  w.settle();
  ASSERT_NE(w.stored(token), nullptr);
  EXPECT_EQ(w.stored(token)->row.used, autumn) << "from here on its 30 days count";
}

TEST(Guard, AUseInTheFutureIsPutRightBySyncedClocksAlone) {
  for (const bool synced : {true, false}) {
    hand_clock at;
    at.synced_ = synced;
    service_world w({}, {}, at);
    const std::string token = w.session_of(w.user("li"), autumn + 400 * one_day);
    EXPECT_TRUE(w.guard.caller_of(signed_by(token, request_of(method::get, "/"))).has_value());
    EXPECT_EQ(w.stored(token)->row.used, synced ? autumn : autumn + 400 * one_day);
  }
}

// --- where it comes from -----------------------------------------------------------------------

struct from {
  const char* origin = "";
  const char* site = "";
  const char* referer = "";
  const char* type = "";
  const char* body = "";
  const char* requested_with = "";
  const char* csrf = "";
};

http_request coming(const from& f) {
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

bool passes(const service_world& w, const from& f) {
  const auto r = w.guard.check_origin(coming(f), by_cookie());
  if (!r) {
    EXPECT_EQ(r.error().code, error::cross_site);
  }
  return r.has_value();
}
bool form_passes(const service_world& w, const from& f) {
  const auto r = w.guard.check_form_origin(coming(f), by_cookie());
  if (!r) {
    EXPECT_EQ(r.error().code, error::cross_site);
  }
  return r.has_value();
}

TEST(Origin, ABearerTokenNeedsNone) {
  service_world w;
  const from evil{.origin = "http://evil", .site = "cross-site"};
  EXPECT_TRUE(w.guard.check_origin(coming(evil), caller()).has_value());
  EXPECT_TRUE(w.guard.check_form_origin(coming(evil), caller()).has_value());
}

TEST(Origin, IsHeldAgainstTheHost) {
  service_world w;
  EXPECT_TRUE(passes(w, {.origin = "http://chat.local:8080"}));
  EXPECT_TRUE(passes(w, {.origin = "https://chat.local:8080"}));
  EXPECT_TRUE(passes(w, {.origin = "http://CHAT.local:8080"}));
  for (const char* other : {"http://evil", "http://chat.local", "http://chat.local:8081", "null",
                            "chat.local:8080", "http://chat.local:8080.evil", "http://",
                            "http://evil/chat.local:8080", "http://xchat.local:8080"}) {
    EXPECT_FALSE(passes(w, {.origin = other})) << other;
    EXPECT_FALSE(form_passes(w, {.origin = other})) << other;
  }
}

TEST(Origin, IsHeldAgainstThePublicUrl) {
  service_world w({}, "https://chat.example.org/path");
  EXPECT_TRUE(passes(w, {.origin = "https://chat.example.org"}));
  EXPECT_TRUE(passes(w, {.origin = "https://Chat.Example.org"}));
  EXPECT_FALSE(passes(w, {.origin = "http://chat.example.org"}));
  EXPECT_FALSE(passes(w, {.origin = "https://chat.example.org:444"}));
  EXPECT_FALSE(passes(w, {.origin = "https://chat.example.org.evil"}));
}

TEST(Origin, AnEmptyHostIsNobodysOwn) {
  service_world w;
  http_request r = coming({.origin = "http://"});
  field_of(r, field::host) = "";
  EXPECT_FALSE(w.guard.check_origin(r, by_cookie()).has_value());
}

TEST(Origin, WhatTheBrowserSaysOfTheSiteCounts) {
  service_world w;
  EXPECT_TRUE(passes(w, {.site = "same-origin"}));
  for (const char* other : {"cross-site", "same-site", "whatever"}) {
    EXPECT_FALSE(passes(w, {.site = other})) << other;
    EXPECT_FALSE(passes(w, {.origin = "http://chat.local:8080", .site = other})) << other;
    EXPECT_FALSE(passes(w, {.site = other, .type = "application/json", .body = "{}"})) << other;
    EXPECT_FALSE(form_passes(w, {.site = other, .requested_with = "x"})) << other;
  }
  EXPECT_FALSE(passes(w, {.origin = "http://evil", .site = "same-origin"}));
}

TEST(Origin, AnAbsentOnePassesWithAJsonBodyOnly) {
  service_world w;
  EXPECT_TRUE(passes(w, {.type = "application/json", .body = "{}"}));
  EXPECT_TRUE(passes(w, {.type = "application/json; charset=utf-8", .body = "{}"}));
  EXPECT_TRUE(passes(w, {.site = "none", .type = "application/json", .body = "{}"}));
  EXPECT_FALSE(passes(w, {}));
  EXPECT_FALSE(passes(w, {.site = "none"}));
  EXPECT_FALSE(passes(w, {.type = "application/json"})) << "no body";
  EXPECT_FALSE(passes(w, {.body = "{}"}));
  EXPECT_FALSE(passes(w, {.type = "text/plain", .body = "{}"}));
  EXPECT_FALSE(passes(w, {.referer = "http://chat.local:8080/"})) << "a referer is asked of forms";
}

TEST(Origin, TheTypeOfAJsonBodyMayBeWrittenInAnyCase) {
  service_world w;
  EXPECT_TRUE(passes(w, {.type = "Application/JSON", .body = "{}"}));
}

TEST(FormOrigin, ARefererWillDoWhereTheOriginIsAbsent) {
  service_world w;
  EXPECT_TRUE(form_passes(w, {.referer = "http://chat.local:8080/webchat/"}));
  EXPECT_TRUE(form_passes(w, {.referer = "http://chat.local:8080"}));
  EXPECT_TRUE(form_passes(w, {.origin = "http://chat.local:8080", .referer = "http://evil/"}));
  EXPECT_FALSE(form_passes(w, {.referer = "http://evil/http://chat.local:8080/"}));
  EXPECT_FALSE(form_passes(w, {.referer = "http://chat.local:8080.evil/"}));
  EXPECT_FALSE(form_passes(w, {.referer = "/webchat/"}));
  EXPECT_FALSE(form_passes(w, {.referer = "http://evil/", .requested_with = "XMLHttpRequest"}));
}

TEST(FormOrigin, AFieldThatNoFormCanSetWillDo) {
  service_world w;
  EXPECT_TRUE(form_passes(w, {.requested_with = "XMLHttpRequest"}));
  EXPECT_TRUE(form_passes(w, {.csrf = "token"}));
  EXPECT_FALSE(form_passes(w, {}));
  EXPECT_FALSE(form_passes(w, {.site = "same-origin"}));
  EXPECT_FALSE(form_passes(w, {.type = "application/json", .body = "{}"}));
}

TEST(FormOrigin, IsHeldAgainstThePublicUrl) {
  service_world w({}, "https://chat.example.org");
  EXPECT_TRUE(form_passes(w, {.origin = "https://chat.example.org"}));
  EXPECT_TRUE(form_passes(w, {.referer = "https://chat.example.org/webchat/"}));
}

// --- how often ---------------------------------------------------------------------------------

TEST(SignIns, TenMayFailForAName) {
  service_world w;
  for (int i = 0; i < 10; ++i) {
    const std::string peer = "192.0.2." + std::to_string(i);
    EXPECT_EQ(w.guard.sign_in_wait("li", peer), 0s) << i;
    w.guard.sign_in_failed("li", peer);
  }
  EXPECT_EQ(w.guard.sign_in_wait("li", "198.51.100.1"), 300s);
  EXPECT_EQ(w.guard.sign_in_wait("han", "198.51.100.1"), 0s);
  w.pass(5min);
  EXPECT_EQ(w.guard.sign_in_wait("li", "198.51.100.1"), 0s);
}

TEST(SignIns, AHundredMayFailFromAnAddress) {
  service_world w;
  for (int i = 0; i < 100; ++i) {
    const std::string name = "user" + std::to_string(i);
    EXPECT_EQ(w.guard.sign_in_wait(name, "192.0.2.1"), 0s) << i;
    w.guard.sign_in_failed(name, "192.0.2.1");
  }
  EXPECT_EQ(w.guard.sign_in_wait("another", "192.0.2.1"), 300s);
  EXPECT_EQ(w.guard.sign_in_wait("another", "192.0.2.2"), 0s);
}

TEST(SignIns, OneThatTurnsOutWellFreesTheNameAndIsTakenBackFromTheAddress) {
  service_world w;
  for (int i = 0; i < 10; ++i) w.guard.sign_in_failed("li", "192.0.2.1");
  w.guard.sign_in_succeeded("li", "192.0.2.1");
  EXPECT_EQ(w.guard.sign_in_wait("li", "192.0.2.1"), 0s);
  // Nine of the ten still count for the address: 91 more are too many, 90 are not.
  for (int i = 0; i < 90; ++i) w.guard.sign_in_failed("user" + std::to_string(i), "192.0.2.1");
  EXPECT_EQ(w.guard.sign_in_wait("another", "192.0.2.1"), 0s);
  w.guard.sign_in_failed("user90", "192.0.2.1");
  EXPECT_GT(w.guard.sign_in_wait("another", "192.0.2.1"), 0s);
}

TEST(SignIns, OneThatIsNeverToldCountsForNothing) {
  service_world w;
  for (int i = 0; i < 1000; ++i) {
    ASSERT_EQ(w.guard.sign_in_wait("li", "192.0.2.1"), 0s) << i;
    w.guard.sign_in_failed("li", "192.0.2.1");
    w.guard.sign_in_unknown("li", "192.0.2.1");
  }
  // It is taken back once: what failed before still counts.
  for (int i = 0; i < 9; ++i) w.guard.sign_in_failed("li", "192.0.2.1");
  w.guard.sign_in_failed("li", "192.0.2.1");
  w.guard.sign_in_unknown("li", "192.0.2.1");
  EXPECT_EQ(w.guard.sign_in_wait("li", "192.0.2.1"), 0s);
  w.guard.sign_in_failed("li", "192.0.2.1");
  EXPECT_GT(w.guard.sign_in_wait("li", "192.0.2.1"), 0s);
}

bool count_as_one(const std::string& a, const std::string& b) {
  service_world w;
  for (int i = 0; i < 100; ++i) w.guard.sign_in_failed("user" + std::to_string(i), a);
  EXPECT_GT(w.guard.sign_in_wait("another", a), 0s) << a;
  return w.guard.sign_in_wait("another", b) > 0s;
}

TEST(SignIns, OfIpv6TheNetworkCounts) {
  EXPECT_TRUE(count_as_one("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff"));
  EXPECT_TRUE(count_as_one("2001:db8:1:2::1", "2001:0db8:0001:0002::7"));
  EXPECT_FALSE(count_as_one("2001:db8:1:2::1", "2001:db8:1:3::1"));
}

TEST(SignIns, OfIpv4InIpv6TheAddressCounts) {
  EXPECT_FALSE(count_as_one("::ffff:192.0.2.1", "::ffff:192.0.2.2"));
  EXPECT_FALSE(count_as_one("192.0.2.1", "192.0.2.2"));
}

TEST(SignIns, OfALinkLocalAddressWithItsInterfaceTheNetworkCounts) {
  EXPECT_TRUE(count_as_one("fe80::1%eth0", "fe80::2%eth0"));
}

TEST(Allowance, IsABurstAndThenARate) {
  service_world w;
  for (int i = 0; i < 2000; ++i) ASSERT_EQ(w.guard.take_send(1), 0s) << i;
  EXPECT_EQ(w.guard.take_send(1), 1s);
  w.pass(1s);
  for (int i = 0; i < 200; ++i) ASSERT_EQ(w.guard.take_send(1), 0s) << i;
  EXPECT_EQ(w.guard.take_send(1), 1s);
}

TEST(Allowance, DoesNotGrowBeyondTheBurst) {
  service_world w;
  ASSERT_EQ(w.guard.take_send(1), 0s);
  w.pass(24h);
  for (int i = 0; i < 2000; ++i) ASSERT_EQ(w.guard.take_send(1), 0s) << i;
  EXPECT_GT(w.guard.take_send(1), 0s);
}

TEST(Allowance, ARefusedOneCostsNothing) {
  limits bounds;
  bounds.send_burst = 1;
  bounds.send_per_second = 1;
  service_world w(bounds);
  ASSERT_EQ(w.guard.take_send(1), 0s);
  for (int i = 0; i < 9; ++i) {
    w.pass(100ms);
    EXPECT_EQ(w.guard.take_send(1), 1s) << i;
  }
  w.pass(101ms);
  EXPECT_EQ(w.guard.take_send(1), 0s);
}

TEST(Allowance, SaysHowLongASlowOneTakes) {
  limits bounds;
  bounds.change_burst = 1;
  bounds.change_per_second = 0.1;
  service_world w(bounds);
  ASSERT_EQ(w.guard.take_change(1), 0s);
  EXPECT_EQ(w.guard.take_change(1), 10s);
  w.pass(4500ms);
  EXPECT_EQ(w.guard.take_change(1), 6s);
}

TEST(Allowance, EachUserAndEachKindHasItsOwn) {
  limits bounds;
  bounds.send_burst = 1;
  bounds.change_burst = 2;
  service_world w(bounds);
  EXPECT_EQ(w.guard.take_send(7), 0s);
  EXPECT_GT(w.guard.take_send(7), 0s);
  EXPECT_EQ(w.guard.take_send(3), 0s);
  EXPECT_EQ(w.guard.take_send(8), 0s);
  EXPECT_EQ(w.guard.take_change(7), 0s);
  EXPECT_EQ(w.guard.take_change(7), 0s);
  EXPECT_GT(w.guard.take_change(7), 0s);
}

}  // namespace
}  // namespace lingerd::http_tests
