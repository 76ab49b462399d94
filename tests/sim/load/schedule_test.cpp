#include <gtest/gtest.h>

#include <algorithm>

#include "sim/load/schedule.hpp"

namespace lingerd::sim {
namespace {

using namespace std::chrono_literals;

std::vector<room> two_pairs_and_a_group() {
  return {{false, 0, {0, 1}}, {false, 0, {2, 3}}, {true, 9, {0, 2, 3}}};
}

TEST(SimSchedule, IsTheSameForTheSameSeed) {
  const auto rooms = two_pairs_and_a_group();
  const auto a = make_schedule(7, rooms, 10s, 123);
  const auto b = make_schedule(7, rooms, 10s, 123);
  ASSERT_EQ(a.size(), 1230U);
  ASSERT_EQ(b.size(), a.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].at, b[i].at);
    EXPECT_EQ(a[i].sender, b[i].sender);
    EXPECT_EQ(a[i].room, b[i].room);
  }
}

// Written down once: another machine, another compiler, the same schedule.
TEST(SimSchedule, IsTheSameEverywhere) {
  const auto all = make_schedule(1, two_pairs_and_a_group(), 1s, 3);
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].at, 0x910a2dec89025cc1 % 333333333 * 1ns);
  EXPECT_EQ(all[0].room, 0xbeeb8da1658eec67 % 3);
}

TEST(SimSchedule, AnotherSeedIsAnotherSchedule) {
  const auto rooms = two_pairs_and_a_group();
  const auto a = make_schedule(7, rooms, 10s, 100);
  const auto b = make_schedule(8, rooms, 10s, 100);
  ASSERT_EQ(a.size(), b.size());
  bool differs = false;
  for (std::size_t i = 0; i < a.size(); ++i) differs = differs || a[i].at != b[i].at;
  EXPECT_TRUE(differs);
}

TEST(SimSchedule, AscendsWithinTheDurationAndKeepsToItsRooms) {
  const auto rooms = two_pairs_and_a_group();
  const auto all = make_schedule(3, rooms, 7s, 1000.0 / 7);
  ASSERT_EQ(all.size(), 1000U);
  constexpr std::chrono::nanoseconds part = 7ms;
  std::chrono::nanoseconds before{};
  for (std::size_t i = 0; i < all.size(); ++i) {
    EXPECT_GE(all[i].at, before);
    EXPECT_LT(all[i].at, 7s);
    // Each in its own part of the time, so that the rate is even.
    EXPECT_GE(all[i].at, part * static_cast<int>(i));
    EXPECT_LT(all[i].at, part * static_cast<int>(i + 1));
    before = all[i].at;
    const auto& members = rooms[all[i].room].members;
    EXPECT_NE(std::find(members.begin(), members.end(), all[i].sender), members.end());
  }
}

TEST(SimSchedule, IsEmptyWithoutRoomsOrRate) {
  EXPECT_TRUE(make_schedule(1, {}, 10s, 100).empty());
  EXPECT_TRUE(make_schedule(1, two_pairs_and_a_group(), 10s, 0).empty());
}

TEST(SimSchedule, CountsTheReadMarksThatSendingBrings) {
  const auto rooms = two_pairs_and_a_group();
  const std::vector<planned_message> plan{
      {1ms, 0, 0},               // nothing came before
      {2ms, 0, 0},               // only his own
      {3ms, 1, 0},               // two of the other's: both hear of it
      {4ms, 0, 2}, {5ms, 2, 2},  // in a group he alone
      {6ms, 2, 2}, {7ms, 2, 1},
  };
  EXPECT_EQ(read_marks_heard(plan, rooms), 3U);
}

}  // namespace
}  // namespace lingerd::sim
