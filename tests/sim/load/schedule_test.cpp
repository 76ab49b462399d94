#include "sim/load/schedule.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace lingerd::sim {
namespace {

using namespace std::chrono_literals;

std::vector<audience> two_pairs_and_a_group() {
  return {{false, 0, {0, 1}}, {false, 0, {2, 3}}, {true, 9, {0, 2, 3}}};
}

TEST(SimSchedule, IsTheSameForTheSameSeed) {
  const auto audiences = two_pairs_and_a_group();
  const auto a = make_schedule(7, audiences, 10s, 123);
  const auto b = make_schedule(7, audiences, 10s, 123);
  ASSERT_EQ(a.size(), 1230U);
  ASSERT_EQ(b.size(), a.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].due, b[i].due);
    EXPECT_EQ(a[i].sender, b[i].sender);
    EXPECT_EQ(a[i].audience, b[i].audience);
  }
}

// Fixed values: every machine and compiler must give the same schedule.
TEST(SimSchedule, IsTheSameEverywhere) {
  const auto all = make_schedule(1, two_pairs_and_a_group(), 1s, 3);
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].due, 0x910a2dec89025cc1 % 333333333 * 1ns);
  EXPECT_EQ(all[0].audience, 0xbeeb8da1658eec67 % 3);
}

TEST(SimSchedule, AnotherSeedIsAnotherSchedule) {
  const auto audiences = two_pairs_and_a_group();
  const auto a = make_schedule(7, audiences, 10s, 100);
  const auto b = make_schedule(8, audiences, 10s, 100);
  ASSERT_EQ(a.size(), b.size());
  bool differs = false;
  for (std::size_t i = 0; i < a.size(); ++i) differs = differs || a[i].due != b[i].due;
  EXPECT_TRUE(differs);
}

TEST(SimSchedule, AscendsWithinTheDurationAndUsesItsAudiences) {
  const auto audiences = two_pairs_and_a_group();
  const auto all = make_schedule(3, audiences, 7s, 1000.0 / 7);
  ASSERT_EQ(all.size(), 1000U);
  constexpr std::chrono::nanoseconds part = 7ms;
  std::chrono::nanoseconds previous{};
  for (std::size_t i = 0; i < all.size(); ++i) {
    EXPECT_GE(all[i].due, previous);
    EXPECT_LT(all[i].due, 7s);
    // Each within its own part of the time, so that the rate is even.
    EXPECT_GE(all[i].due, part * static_cast<int>(i));
    EXPECT_LT(all[i].due, part * static_cast<int>(i + 1));
    previous = all[i].due;
    const auto& members = audiences[all[i].audience].members;
    EXPECT_NE(std::find(members.begin(), members.end(), all[i].sender), members.end());
  }
}

TEST(SimSchedule, IsEmptyWithoutAudiencesOrRate) {
  EXPECT_TRUE(make_schedule(1, {}, 10s, 100).empty());
  EXPECT_TRUE(make_schedule(1, two_pairs_and_a_group(), 10s, 0).empty());
}

TEST(SimSchedule, CountsTheReadMarksThatSendingBrings) {
  const auto audiences = two_pairs_and_a_group();
  const std::vector<planned_message> plan{
      {1ms, 0, 0},               // nothing to read
      {2ms, 0, 0},               // only the sender's own message
      {3ms, 1, 0},               // reads two messages: both friends receive the mark
      {4ms, 0, 2}, {5ms, 2, 2},  // in a group only the sender receives it
      {6ms, 2, 2}, {7ms, 2, 1},
  };
  EXPECT_EQ(count_read_marks(plan, audiences), 3U);
}

}  // namespace
}  // namespace lingerd::sim
