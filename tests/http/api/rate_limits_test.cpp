#include "http/api/rate_limits.hpp"

#include <gtest/gtest.h>

#include "tests/http/api/server_fixture.hpp"

namespace lingerd::http_tests {
namespace {

using namespace std::chrono_literals;

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
  EXPECT_GT(a.wait_for("li", 0s), 0s) << "nothing is credited in advance";
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

TEST(SignIns, TenMayFailForAName) {
  server_fixture w;
  for (int i = 0; i < 10; ++i) {
    const std::string peer = "192.0.2." + std::to_string(i);
    EXPECT_EQ(w.app.rate_limits.sign_in_wait("li", peer), 0s) << i;
    w.app.rate_limits.begin_sign_in("li", peer);
  }
  EXPECT_EQ(w.app.rate_limits.sign_in_wait("li", "198.51.100.1"), 300s);
  EXPECT_EQ(w.app.rate_limits.sign_in_wait("han", "198.51.100.1"), 0s);
  w.advance(5min);
  EXPECT_EQ(w.app.rate_limits.sign_in_wait("li", "198.51.100.1"), 0s);
}

TEST(SignIns, AHundredMayFailFromAnAddress) {
  server_fixture w;
  for (int i = 0; i < 100; ++i) {
    const std::string name = "user" + std::to_string(i);
    EXPECT_EQ(w.app.rate_limits.sign_in_wait(name, "192.0.2.1"), 0s) << i;
    w.app.rate_limits.begin_sign_in(name, "192.0.2.1");
  }
  EXPECT_EQ(w.app.rate_limits.sign_in_wait("another", "192.0.2.1"), 300s);
  EXPECT_EQ(w.app.rate_limits.sign_in_wait("another", "192.0.2.2"), 0s);
}

TEST(SignIns, ASuccessClearsTheNameAndIsTakenBackFromTheAddress) {
  server_fixture w;
  for (int i = 0; i < 10; ++i) w.app.rate_limits.begin_sign_in("li", "192.0.2.1");
  w.app.rate_limits.confirm_sign_in("li", "192.0.2.1");
  EXPECT_EQ(w.app.rate_limits.sign_in_wait("li", "192.0.2.1"), 0s);
  // Nine of the ten still count for the address: 91 more are too many, 90 are not.
  for (int i = 0; i < 90; ++i)
    w.app.rate_limits.begin_sign_in("user" + std::to_string(i), "192.0.2.1");
  EXPECT_EQ(w.app.rate_limits.sign_in_wait("another", "192.0.2.1"), 0s);
  w.app.rate_limits.begin_sign_in("user90", "192.0.2.1");
  EXPECT_GT(w.app.rate_limits.sign_in_wait("another", "192.0.2.1"), 0s);
}

TEST(SignIns, OneWhoseOutcomeStaysUnknownIsNotCounted) {
  server_fixture w;
  for (int i = 0; i < 1000; ++i) {
    ASSERT_EQ(w.app.rate_limits.sign_in_wait("li", "192.0.2.1"), 0s) << i;
    w.app.rate_limits.begin_sign_in("li", "192.0.2.1");
    w.app.rate_limits.cancel_sign_in("li", "192.0.2.1");
  }
  // Only one is taken back: earlier failures still count.
  for (int i = 0; i < 9; ++i) w.app.rate_limits.begin_sign_in("li", "192.0.2.1");
  w.app.rate_limits.begin_sign_in("li", "192.0.2.1");
  w.app.rate_limits.cancel_sign_in("li", "192.0.2.1");
  EXPECT_EQ(w.app.rate_limits.sign_in_wait("li", "192.0.2.1"), 0s);
  w.app.rate_limits.begin_sign_in("li", "192.0.2.1");
  EXPECT_GT(w.app.rate_limits.sign_in_wait("li", "192.0.2.1"), 0s);
}

bool count_as_one(const std::string& a, const std::string& b) {
  server_fixture w;
  for (int i = 0; i < 100; ++i) w.app.rate_limits.begin_sign_in("user" + std::to_string(i), a);
  EXPECT_GT(w.app.rate_limits.sign_in_wait("another", a), 0s) << a;
  return w.app.rate_limits.sign_in_wait("another", b) > 0s;
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
  server_fixture w;
  for (int i = 0; i < 2000; ++i) ASSERT_EQ(w.app.rate_limits.take_message(1), 0s) << i;
  EXPECT_EQ(w.app.rate_limits.take_message(1), 1s);
  w.advance(1s);
  for (int i = 0; i < 200; ++i) ASSERT_EQ(w.app.rate_limits.take_message(1), 0s) << i;
  EXPECT_EQ(w.app.rate_limits.take_message(1), 1s);
}

TEST(Allowance, DoesNotGrowBeyondTheBurst) {
  server_fixture w;
  ASSERT_EQ(w.app.rate_limits.take_message(1), 0s);
  w.advance(24h);
  for (int i = 0; i < 2000; ++i) ASSERT_EQ(w.app.rate_limits.take_message(1), 0s) << i;
  EXPECT_GT(w.app.rate_limits.take_message(1), 0s);
}

TEST(Allowance, ARefusalTakesNothing) {
  limits bounds;
  bounds.send_burst = 1;
  bounds.send_per_second = 1;
  server_fixture w(bounds);
  ASSERT_EQ(w.app.rate_limits.take_message(1), 0s);
  for (int i = 0; i < 9; ++i) {
    w.advance(100ms);
    EXPECT_EQ(w.app.rate_limits.take_message(1), 1s) << i;
  }
  w.advance(101ms);
  EXPECT_EQ(w.app.rate_limits.take_message(1), 0s);
}

TEST(Allowance, SaysHowLongToWaitAtASlowRate) {
  limits bounds;
  bounds.change_burst = 1;
  bounds.change_per_second = 0.1;
  server_fixture w(bounds);
  ASSERT_EQ(w.app.rate_limits.take_change(1), 0s);
  EXPECT_EQ(w.app.rate_limits.take_change(1), 10s);
  w.advance(4500ms);
  EXPECT_EQ(w.app.rate_limits.take_change(1), 6s);
}

TEST(Allowance, EachUserAndEachKindHasItsOwn) {
  limits bounds;
  bounds.send_burst = 1;
  bounds.change_burst = 2;
  server_fixture w(bounds);
  EXPECT_EQ(w.app.rate_limits.take_message(7), 0s);
  EXPECT_GT(w.app.rate_limits.take_message(7), 0s);
  EXPECT_EQ(w.app.rate_limits.take_message(3), 0s);
  EXPECT_EQ(w.app.rate_limits.take_message(8), 0s);
  EXPECT_EQ(w.app.rate_limits.take_change(7), 0s);
  EXPECT_EQ(w.app.rate_limits.take_change(7), 0s);
  EXPECT_GT(w.app.rate_limits.take_change(7), 0s);
}

}  // namespace
}  // namespace lingerd::http_tests
