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
    ++asked_count;
    return synced;
  }
  void pass(std::chrono::seconds step) {
    time += step;
    shows += std::chrono::milliseconds(step).count();
  }
  instant time{};
  wall_ms shows = today;
  bool synced = false;
  int asked_count = 0;
};

class WallClock : public ::testing::Test {
 protected:
  kernel clock;
  wall_clock wall{clock};
};

TEST_F(WallClock, ASyncedClockIsBelievedWhateverItShows) {
  clock.synced = true;
  EXPECT_EQ(wall.read().now, today);
  EXPECT_TRUE(wall.read().synced);
  clock.shows = today + 1'000 * day;
  EXPECT_EQ(wall.read().now, today + 1'000 * day);
  clock.shows = 5;
  EXPECT_EQ(wall.read().now, 5);
}

TEST_F(WallClock, TheFirstReadingIsTakenAsItIsAndSaysThatItIsNotTrusted) {
  clock.shows = 12'345;
  const wall_clock::reading r = wall.read();
  EXPECT_EQ(r.now, 12'345);
  EXPECT_FALSE(r.synced);
}

TEST_F(WallClock, AnUnsyncedClockGoesOnWithTime) {
  wall.read();
  clock.pass(90s);
  EXPECT_EQ(wall.read().now, today + 90'000);
}

TEST_F(WallClock, AnUnsyncedLeapOfMoreThanADayIsNotFollowed) {
  wall.read();
  clock.pass(5s);
  clock.shows += 300 * day;
  EXPECT_EQ(wall.read().now, today + 5'000);
  clock.pass(5s);
  EXPECT_EQ(wall.read().now, today + 10'000) << "nor is it followed later";
}

TEST_F(WallClock, AnUnsyncedLeapBackwardIsNotFollowedEither) {
  wall.read();
  clock.pass(5s);
  clock.shows -= 300 * day;
  EXPECT_EQ(wall.read().now, today + 5'000);
}

TEST_F(WallClock, ASmallStepIsFollowed) {
  wall.read();
  clock.shows += day;
  EXPECT_EQ(wall.read().now, today + day);
  clock.shows -= day / 2;
  EXPECT_EQ(wall.read().now, today + day / 2);
}

TEST_F(WallClock, ALeapToTheRightTimeIsFollowedOnceTheKernelBelievesIt) {
  clock.shows = 1'000;
  wall.read();
  clock.pass(60s);
  clock.shows = today;
  clock.synced = true;
  const wall_clock::reading r = wall.read();
  EXPECT_EQ(r.now, today);
  EXPECT_TRUE(r.synced);
}

TEST_F(WallClock, TheKernelIsNotAskedAtEveryReading) {
  for (int i = 0; i < 100; ++i) wall.read();
  EXPECT_EQ(clock.asked_count, 1);
  clock.pass(9s);
  wall.read();
  EXPECT_EQ(clock.asked_count, 1);
  clock.synced = true;
  clock.pass(1s);
  EXPECT_TRUE(wall.read().synced);
  EXPECT_EQ(clock.asked_count, 2);
}

TEST_F(WallClock, LosingTheSyncIsTold) {
  clock.synced = true;
  wall.read();
  clock.synced = false;
  clock.pass(10s);
  EXPECT_FALSE(wall.read().synced);
}

}  // namespace
}  // namespace lingerd
