#include "core/loop/wall_clock.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace lingerd {
namespace {

using namespace std::chrono_literals;

constexpr wall_ms day = 24 * 60 * 60 * 1000;
constexpr wall_ms today = 1'700'000'000'000;

class kernel : public clock {
 public:
  instant now() override { return time; }
  wall_ms wall() override { return shows; }
  bool wall_is_synced() override {
    ++asked;
    return synced;
  }
  void pass(std::chrono::seconds by) {
    time += by;
    shows += std::chrono::milliseconds(by).count();
  }
  instant time{};
  wall_ms shows = today;
  bool synced = false;
  int asked = 0;
};

class WallClock : public ::testing::Test {
 protected:
  kernel of;
  wall_clock wall{of};
};

TEST_F(WallClock, ASyncedClockIsBelievedWhateverItShows) {
  of.synced = true;
  EXPECT_EQ(wall.read().now, today);
  EXPECT_TRUE(wall.read().synced);
  of.shows = today + 1'000 * day;
  EXPECT_EQ(wall.read().now, today + 1'000 * day);
  of.shows = 5;
  EXPECT_EQ(wall.read().now, 5);
}

TEST_F(WallClock, TheFirstReadingIsTakenAsItIsAndSaysThatItIsNotTrusted) {
  of.shows = 12'345;
  const wall_clock::reading r = wall.read();
  EXPECT_EQ(r.now, 12'345);
  EXPECT_FALSE(r.synced);
}

TEST_F(WallClock, AnUnsyncedClockGoesOnWithTime) {
  wall.read();
  of.pass(90s);
  EXPECT_EQ(wall.read().now, today + 90'000);
}

TEST_F(WallClock, AnUnsyncedLeapOfMoreThanADayIsNotFollowed) {
  wall.read();
  of.pass(5s);
  of.shows += 300 * day;
  EXPECT_EQ(wall.read().now, today + 5'000);
  of.pass(5s);
  EXPECT_EQ(wall.read().now, today + 10'000) << "nor is it followed later";
}

TEST_F(WallClock, AnUnsyncedLeapBackwardIsNotFollowedEither) {
  wall.read();
  of.pass(5s);
  of.shows -= 300 * day;
  EXPECT_EQ(wall.read().now, today + 5'000);
}

TEST_F(WallClock, ASmallStepIsFollowed) {
  wall.read();
  of.shows += day;
  EXPECT_EQ(wall.read().now, today + day);
  of.shows -= day / 2;
  EXPECT_EQ(wall.read().now, today + day / 2);
}

TEST_F(WallClock, ALeapToTheRightTimeIsFollowedOnceTheKernelBelievesIt) {
  of.shows = 1'000;
  wall.read();
  of.pass(60s);
  of.shows = today;
  of.synced = true;
  const wall_clock::reading r = wall.read();
  EXPECT_EQ(r.now, today);
  EXPECT_TRUE(r.synced);
}

TEST_F(WallClock, TheKernelIsNotAskedAtEveryReading) {
  for (int i = 0; i < 100; ++i) wall.read();
  EXPECT_EQ(of.asked, 1);
  of.pass(9s);
  wall.read();
  EXPECT_EQ(of.asked, 1);
  of.synced = true;
  of.pass(1s);
  EXPECT_TRUE(wall.read().synced);
  EXPECT_EQ(of.asked, 2);
}

TEST_F(WallClock, LosingTheSyncIsTold) {
  of.synced = true;
  wall.read();
  of.synced = false;
  of.pass(10s);
  EXPECT_FALSE(wall.read().synced);
}

}  // namespace
}  // namespace lingerd
