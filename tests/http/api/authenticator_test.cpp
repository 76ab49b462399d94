#include "http/api/authenticator.hpp"

#include <gtest/gtest.h>

#include <set>

#include "tests/http/api/server_fixture.hpp"

namespace lingerd::http_tests {
namespace {

using namespace std::chrono_literals;

// A server whose clock has gone on without a leap for long enough to judge sessions.
struct steady_server : server_fixture {
  explicit steady_server(limits bounds = {}) : server_fixture(bounds) {
    chat.wall();
    advance(std::chrono::duration_cast<std::chrono::milliseconds>(wall_clock::steady_time));
  }
  bool signs(const std::string& token) {
    return app.authenticator.authenticate(signed_by(token, request_of(method::get, "/")))
        .has_value();
  }
};

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

TEST(Token, IsStoredAsAHashOfItsText) {
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

TEST(Token, OfAnotherLengthHasNoHash) {
  const std::string a42(42, 'A');
  for (const std::string& bad : {std::string(), std::string("x"), a42, a42 + "AA"}) {
    EXPECT_EQ(hash_of_token(bad), std::nullopt) << bad;
  }
}

TEST(Authenticator, ABearerTokenSigns) {
  server_fixture w;
  const user_id li = w.user("li");
  const std::string token = w.session_of(li);
  for (const char* scheme : {"Bearer ", "bearer ", "BEARER "}) {
    http_request r = request_of(method::get, "/");
    field_of(r, field::authorization) = scheme + token;
    const auto caller = w.app.authenticator.authenticate(r);
    ASSERT_TRUE(caller.has_value()) << scheme;
    EXPECT_EQ(caller->user, li);
    EXPECT_EQ(caller->session, *hash_of_token(token));
    EXPECT_FALSE(caller->by_cookie);
  }
}

TEST(Authenticator, ACookieSigns) {
  server_fixture w;
  const user_id li = w.user("li");
  http_request r = request_of(method::get, "/");
  field_of(r, field::cookie) = "theme=dark; linger=" + w.session_of(li);
  const auto caller = w.app.authenticator.authenticate(r);
  ASSERT_TRUE(caller.has_value());
  EXPECT_EQ(caller->user, li);
  EXPECT_TRUE(caller->by_cookie);
}

TEST(Authenticator, ABearerTokenGoesBeforeTheCookie) {
  server_fixture w;
  const user_id li = w.user("li"), han = w.user("han");
  http_request r = signed_by(w.session_of(li),
                             signed_by_cookie(w.session_of(han), request_of(method::get, "/")));
  ASSERT_TRUE(w.app.authenticator.authenticate(r).has_value());
  EXPECT_EQ(w.app.authenticator.authenticate(r)->user, li);
  field_of(r, field::authorization) = "Bearer wrong";
  EXPECT_FALSE(w.app.authenticator.authenticate(r).has_value()) << "a wrong one is not passed over";
  field_of(r, field::authorization) = "Basic bGk6eA==";
  ASSERT_TRUE(w.app.authenticator.authenticate(r).has_value()) << "another scheme is";
  EXPECT_EQ(w.app.authenticator.authenticate(r)->user, han);
}

TEST(Authenticator, AnUnknownTokenDoesNotSign) {
  server_fixture w;
  const std::string token = w.session_of(w.user("li"));
  const http_request bare = request_of(method::get, "/");
  EXPECT_FALSE(w.app.authenticator.authenticate(bare).has_value());
  EXPECT_FALSE(w.app.authenticator.authenticate(signed_by("", bare)).has_value());
  EXPECT_FALSE(w.app.authenticator.authenticate(signed_by(" " + token, bare)).has_value());
  EXPECT_FALSE(w.app.authenticator.authenticate(signed_by(token + "x", bare)).has_value());
  EXPECT_FALSE(
      w.app.authenticator.authenticate(signed_by(make_token(w.entropy), bare)).has_value());
  EXPECT_FALSE(w.app.authenticator.authenticate(signed_by_cookie("", bare)).has_value());
  http_request raw = bare;
  field_of(raw, field::authorization) = token;
  EXPECT_FALSE(w.app.authenticator.authenticate(raw).has_value());
}

TEST(Authenticator, AnEndedSessionDoesNotSign) {
  server_fixture w;
  const std::string token = w.session_of(w.user("li"));
  w.commit(end_session{*hash_of_token(token)});
  EXPECT_FALSE(
      w.app.authenticator.authenticate(signed_by(token, request_of(method::get, "/"))).has_value());
}

TEST(Authenticator, ASessionEndsThirtyDaysAfterItsLastUse) {
  steady_server w;
  const user_id li = w.user("li");
  const std::string live = w.session_of(li, w.time.wall_ - 30 * one_day);
  const std::string expired = w.session_of(li, w.time.wall_ - 30 * one_day - 1);
  EXPECT_TRUE(
      w.app.authenticator.authenticate(signed_by(live, request_of(method::get, "/"))).has_value());
  EXPECT_FALSE(w.app.authenticator.authenticate(signed_by(expired, request_of(method::get, "/")))
                   .has_value());
  w.settle();
  EXPECT_NE(w.stored(live), nullptr);
  EXPECT_EQ(w.stored(expired), nullptr) << "it is gone, not only refused";
}

// Before, each request on an expired session added a change to the queue, even to a full one.
TEST(Authenticator, AnExpiredSessionIsEndedWhenTheQueueHasRoom) {
  limits few;
  few.append_queue = 2;
  steady_server w(few);
  const std::string expired = w.session_of(w.user("li"), w.time.wall_ - 30 * one_day - 1);
  for (int i = 0; i < 5; ++i) {
    EXPECT_FALSE(w.app.authenticator.authenticate(signed_by(expired, request_of(method::get, "/")))
                     .has_value());
    EXPECT_LE(w.chat.pending(), 2u);
  }
  w.settle();
  EXPECT_EQ(w.stored(expired), nullptr);
}

TEST(Authenticator, AUseIsWrittenDownOnceADay) {
  server_fixture w;
  const std::string token = w.session_of(w.user("li"));
  const http_request r = signed_by(token, request_of(method::get, "/"));
  w.advance(24h);
  ASSERT_TRUE(w.app.authenticator.authenticate(r).has_value());
  EXPECT_EQ(w.chat.pending(), 0u) << "a day is not over";
  w.advance(1ms);
  ASSERT_TRUE(w.app.authenticator.authenticate(r).has_value());
  EXPECT_EQ(w.chat.pending(), 1u);
  ASSERT_TRUE(w.app.authenticator.authenticate(r).has_value());
  EXPECT_EQ(w.chat.pending(), 1u) << "once, not until the disk has it";
  w.settle();
  EXPECT_EQ(w.stored(token)->row.used, start_wall + one_day + 1);
  for (int day = 0; day < 60; ++day) {
    w.advance(24h + 1ms);
    ASSERT_TRUE(w.app.authenticator.authenticate(r).has_value()) << day;
  }
}

TEST(Authenticator, AClockThatIsNotSetEndsNoSession) {
  hand_clock unset;
  unset.synced_ = false;
  unset.wall_ = start_wall + 400 * one_day;
  server_fixture w({}, {}, unset);
  const std::string token = w.session_of(w.user("li"), start_wall);
  EXPECT_TRUE(
      w.app.authenticator.authenticate(signed_by(token, request_of(method::get, "/"))).has_value());
  w.settle();
  EXPECT_NE(w.stored(token), nullptr);
}

TEST(Authenticator, AClockThatIsStillIn1970WritesNothing) {
  hand_clock unset;
  unset.synced_ = false;
  unset.wall_ = 1000;
  server_fixture w({}, {}, unset);
  const std::string token = w.session_of(w.user("li"), start_wall);
  EXPECT_TRUE(
      w.app.authenticator.authenticate(signed_by(token, request_of(method::get, "/"))).has_value());
  EXPECT_EQ(w.chat.pending(), 0u);
  EXPECT_EQ(w.stored(token)->row.used, start_wall);
}

TEST(Authenticator, ASessionLastUsedUnderAnUnsetClockLivesOn) {
  server_fixture w;
  const std::string token = w.session_of(w.user("li"), 5000);  // 1970
  const http_request r = signed_by(token, request_of(method::get, "/"));
  EXPECT_TRUE(w.app.authenticator.authenticate(r).has_value());
  w.settle();
  ASSERT_NE(w.stored(token), nullptr);
  EXPECT_EQ(w.stored(token)->row.used, start_wall) << "from here on its 30 days count";
}

TEST(Authenticator, AUseInTheFutureIsCorrectedBySyncedClocksAlone) {
  for (const bool synced : {true, false}) {
    hand_clock clock;
    clock.synced_ = synced;
    server_fixture w({}, {}, clock);
    const std::string token = w.session_of(w.user("li"), start_wall + 400 * one_day);
    EXPECT_TRUE(w.app.authenticator.authenticate(signed_by(token, request_of(method::get, "/")))
                    .has_value());
    EXPECT_EQ(w.stored(token)->row.used, synced ? start_wall : start_wall + 400 * one_day);
  }
}

// Before, each session that asked within those two seconds was ended for good.
TEST(Authenticator, ALeapOfATrustedClockThatIsTakenBackEndsNoSession) {
  steady_server w;
  const std::string token = w.session_of(w.user("li"));
  const wall_ms right = w.time.wall_;
  w.time.wall_ += 3650 * one_day;
  EXPECT_TRUE(w.signs(token));
  w.advance(2s);
  EXPECT_TRUE(w.signs(token));
  w.time.wall_ -= 3650 * one_day;
  EXPECT_TRUE(w.signs(token));
  w.settle();
  ASSERT_NE(w.stored(token), nullptr);
  EXPECT_EQ(w.stored(token)->row.used, right) << "nor is the use of those seconds written down";
}

TEST(Authenticator, ALeapThatLastsIsBelievedAfterTenMinutes) {
  steady_server w;
  const std::string token = w.session_of(w.user("li"));
  w.time.wall_ += 31 * one_day;
  EXPECT_TRUE(w.signs(token));
  w.advance(10min - 1ms);
  EXPECT_TRUE(w.signs(token));
  w.advance(1ms);
  EXPECT_FALSE(w.signs(token));
}

TEST(Authenticator, ASessionOpenedInALeapLivesThirtyDaysAndNotTenYears) {
  steady_server w;
  w.time.wall_ += 3650 * one_day;
  w.chat.wall();
  const std::string token = w.session_of(w.user("li"));
  w.time.wall_ -= 3650 * one_day;
  EXPECT_TRUE(w.signs(token));
  w.advance(10min);
  EXPECT_TRUE(w.signs(token));
  w.settle();
  EXPECT_EQ(w.stored(token)->row.used, w.time.wall_);
}

TEST(Authenticator, RightAfterTheStartNoSessionIsJudged) {
  server_fixture w;
  const std::string old = w.session_of(w.user("li"), start_wall - 31 * one_day);
  const http_request r = signed_by(old, request_of(method::get, "/"));
  EXPECT_TRUE(w.app.authenticator.authenticate(r).has_value())
      << "the process may have started inside a leap";
}

}  // namespace
}  // namespace lingerd::http_tests
