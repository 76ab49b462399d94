#include "core/base/log_state.hpp"

#include <gtest/gtest.h>

namespace lingerd {
namespace {

using namespace std::chrono_literals;

TEST(LogState, BeginsOnceHoweverOftenItShows) {
  log_state full;
  EXPECT_TRUE(full.show(1s));
  for (instant now = 1s; now < 9s; now += 70ms) EXPECT_FALSE(full.show(now));
  EXPECT_TRUE(full.is_under_way());
}

TEST(LogState, EndsOnceAfterAQuietTime) {
  log_state full;
  EXPECT_FALSE(full.pass(0s)) << "it has not begun";
  full.show(1s);
  EXPECT_FALSE(full.pass(2s));
  EXPECT_FALSE(full.pass(full.end() - 1ns));
  EXPECT_TRUE(full.pass(1s + log_state::quiet));
  EXPECT_FALSE(full.pass(100s));
  EXPECT_TRUE(full.show(101s)) << "the next time is a new condition";
}

// On a disk that is nearly full small batches fit, and large ones do not.
TEST(LogState, ConditionThatComesAndGoesIsSaidTwice) {
  log_state full;
  int lines = 0;
  instant now = 0s;
  for (; now < 60s; now += 35ms) {
    lines += full.show(now) ? 1 : 0;
    lines += full.pass(now + 10ms) ? 1 : 0;
  }
  for (; now < 90s; now += 35ms) lines += full.pass(now) ? 1 : 0;
  EXPECT_EQ(lines, 2);
}

}  // namespace
}  // namespace lingerd
