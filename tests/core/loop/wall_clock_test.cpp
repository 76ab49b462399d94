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

TEST_F(WallClock, ATrustedClockIsSteadyAfterTenMinutesWithoutALeap) {
  clock.synced = true;
  EXPECT_FALSE(wall.read().steady) << "it may have started in a leap";
  clock.pass(599s);
  EXPECT_FALSE(wall.read().steady);
  clock.pass(1s);
  EXPECT_TRUE(wall.read().steady);
  EXPECT_FALSE(wall.read().in_leap);
  clock.shows += 3650 * day;
  EXPECT_FALSE(wall.read().steady);
  EXPECT_TRUE(wall.read().in_leap);
  clock.pass(2s);
  clock.shows -= 3650 * day;
  EXPECT_FALSE(wall.read().steady) << "the way back is a leap, too";
  clock.pass(600s);
  EXPECT_TRUE(wall.read().steady);
  EXPECT_FALSE(wall.read().in_leap);
}

TEST_F(WallClock, AStepOfADayIsNoLeap) {
  clock.synced = true;
  wall.read();
  clock.pass(600s);
  clock.shows += day;
  EXPECT_TRUE(wall.read().steady);
}

TEST_F(WallClock, AnUnsyncedClockIsNeverSteady) {
  wall.read();
  clock.pass(6000s);
  EXPECT_FALSE(wall.read().steady);
}

TEST_F(WallClock, APersonAcceptsTheTimeThatTheKernelShows) {
  clock.shows = 1'000;
  wall.read();
  clock.pass(5s);
  clock.shows = today;
  EXPECT_EQ(wall.read().now, 6'000);
  wall.accept();
  EXPECT_EQ(wall.read().now, today);
  EXPECT_TRUE(wall.read().synced);
  EXPECT_TRUE(wall.read().accepted);
  EXPECT_FALSE(wall.read().steady);
  clock.pass(600s);
  EXPECT_TRUE(wall.read().steady);
  clock.shows += 300 * day;
  EXPECT_EQ(wall.read().now, today + 600'000) << "the next leap needs a person again";
}

TEST_F(WallClock, AnAcceptanceEndsWhenATimeServiceAnswers) {
  wall.read();
  wall.accept();
  clock.synced = true;
  clock.pass(10s);
  EXPECT_TRUE(wall.read().synced);
  EXPECT_FALSE(wall.read().accepted);
  clock.synced = false;
  clock.pass(10s);
  EXPECT_FALSE(wall.read().synced) << "it does not come back";
}

TEST_F(WallClock, AnAcceptanceOfASyncedClockChangesNothing) {
  clock.synced = true;
  wall.accept();
  EXPECT_TRUE(wall.read().synced);
  EXPECT_FALSE(wall.read().accepted);
}

}  // namespace
}  // namespace lingerd
