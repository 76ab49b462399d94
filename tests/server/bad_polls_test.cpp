#include <gtest/gtest.h>

#include "tests/server/server_fixture.hpp"

namespace lingerd::server_tests {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// A server with a bystander: a connection that must still be served after every bad poll.
class polled_server {
 public:
  polled_server() : position(w, "li"), bystander_(w.port()) { expect_bystander_served(); }

  answer ask(std::string_view query) {
    answer a = w.get("li", "/api/events?" + std::string(query));
    expect_bystander_served();
    return a;
  }
  void expect_bystander_served() {
    const answer a = bystander_.get("/api/start", w.token("han"));
    EXPECT_TRUE(done(a, 200));
  }
  std::string after() const { return "after=" + std::to_string(position.after); }
  std::string epoch() const { return "epoch=" + position.epoch; }
  std::string both() const { return after() + "&" + epoch(); }

  running_server w;
  reader position;

 private:
  connection bystander_;
};

TEST(BadPolls, AfterAndEpochAreRequired) {
  polled_server p;
  EXPECT_TRUE(done(p.ask(p.both()), 200));
  EXPECT_TRUE(refused(p.ask(p.after()), 400, "bad_request"));
  EXPECT_TRUE(refused(p.ask(p.epoch()), 400, "bad_request"));
  EXPECT_TRUE(refused(p.ask("after=&" + p.epoch()), 400, "bad_request"));
  EXPECT_TRUE(refused(p.ask(p.after() + "&epoch="), 400, "bad_request"));
}

TEST(BadPolls, NumbersHaveDigitsOnly) {
  polled_server p;
  for (const std::string_view odd :
       {"-1", "%2B1", "+1", "1e9", "1.0", "%201", "1%20", "1+", "0x1", "x", "", "1%00", "%D9%A1"}) {
    EXPECT_TRUE(refused(p.ask("after=" + std::string(odd) + "&" + p.epoch()), 400, "bad_request"))
        << "after=" << odd;
    EXPECT_TRUE(refused(p.ask(p.both() + "&wait=" + std::string(odd)), 400, "bad_request"))
        << "wait=" << odd;
    EXPECT_TRUE(refused(p.ask(p.both() + "&presence=" + std::string(odd)), 400, "bad_request"))
        << "presence=" << odd;
  }
}

TEST(BadPolls, AFutureCursorIsExpired) {
  polled_server p;
  for (const std::uint64_t ahead :
       {std::uint64_t{1}, std::uint64_t{1000}, std::uint64_t{1} << 53}) {
    EXPECT_TRUE(
        refused(p.ask("after=" + std::to_string(p.position.after + ahead) + "&" + p.epoch()), 410,
                "cursor_expired"))
        << ahead;
  }
  EXPECT_TRUE(refused(p.ask("after=18446744073709551615&" + p.epoch()), 410, "cursor_expired"));
}

TEST(BadPolls, AHeldPollWithAFutureCursorIsExpiredAtOnce) {
  polled_server p;
  const std::string ahead = std::to_string(p.position.after + 1);
  EXPECT_TRUE(
      refused(p.ask("after=" + ahead + "&" + p.epoch() + "&wait=60"), 410, "cursor_expired"));
}

TEST(BadPolls, AnotherEpochIsExpired) {
  polled_server p;
  EXPECT_TRUE(refused(p.ask(p.after() + "&epoch=0123456789abcdef"), 410, "cursor_expired"));
  EXPECT_TRUE(refused(p.ask(p.after() + "&epoch=x"), 410, "cursor_expired"));
  EXPECT_TRUE(refused(p.ask(p.after() + "&" + p.epoch() + "0"), 410, "cursor_expired"));
}

TEST(BadPolls, AWaitAboveTheMaximumCountsAsTheMaximum) {
  polled_server p;
  connection c(p.w.port());
  p.position.hold(c, "&wait=1000000000");
  EXPECT_TRUE(c.is_quiet_for(milliseconds(300)));
  ASSERT_TRUE(done(p.w.send("han", "li", "wake up"), 201));
  const json::object o = p.position.take(c.read(false, seconds(5)));
  ASSERT_EQ(o.at("events").as_array().size(), 1U);
  EXPECT_EQ(text(o.at("events").at(0).at("msg")), "wake up");
  p.expect_bystander_served();
}

TEST(BadPolls, WithoutSigningInIsRefused) {
  polled_server p;
  EXPECT_TRUE(refused(ask_once(p.w.port(), request("GET", "/api/events?" + p.both())), 401,
                      "not_signed_in"));
  EXPECT_TRUE(
      refused(ask_once(p.w.port(), request("GET", "/api/events?" + p.both(), "not-a-token-at-all")),
              401, "not_signed_in"));
}

}  // namespace
}  // namespace lingerd::server_tests
