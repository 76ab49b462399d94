#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <functional>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "core/loop/timer_wheel.hpp"

namespace lingerd {
namespace {

using namespace std::chrono_literals;

// Writes its name down when it fires, and may do something else.
struct alarm_clock : timer {
  alarm_clock(std::string name, std::vector<std::string>& heard)
      : timer([](timer& t) { static_cast<alarm_clock&>(t).ring(); }),
        name(std::move(name)),
        heard(heard) {}
  void ring() {
    heard.push_back(name);
    was_set = is_set();
    if (then) then();
  }
  std::string name;
  std::vector<std::string>& heard;
  std::function<void()> then;
  bool was_set = false;
};

class Timers : public ::testing::Test {
 protected:
  using names = std::vector<std::string>;
  names heard;
  timers queue;
  alarm_clock a{"a", heard}, b{"b", heard}, c{"c", heard};
};

TEST_F(Timers, TheEarliestIsNext) {
  EXPECT_EQ(queue.next(), std::nullopt);
  EXPECT_TRUE(queue.empty());
  queue.set(a, 5s);
  queue.set(b, 3s);
  queue.set(c, 9s);
  EXPECT_EQ(queue.next(), instant(3s));
  EXPECT_FALSE(queue.empty());
}

TEST_F(Timers, WhatIsDueFiresInTheOrderOfDeadlines) {
  queue.set(a, 5s);
  queue.set(b, 3s);
  queue.set(c, 9s);
  EXPECT_EQ(queue.fire(2s), 0U);
  EXPECT_EQ(queue.fire(5s), 2U) << "a deadline that has just come is due";
  EXPECT_EQ(heard, (names{"b", "a"}));
  EXPECT_EQ(queue.next(), instant(9s));
}

TEST_F(Timers, EqualDeadlinesFireInTheOrderTheyWereSet) {
  queue.set(b, 5s);
  queue.set(c, 5s);
  queue.set(a, 5s);
  queue.fire(5s);
  EXPECT_EQ(heard, (names{"b", "c", "a"}));
}

TEST_F(Timers, SettingAgainMovesAndGoesToTheEndOfItsEquals) {
  queue.set(a, 5s);
  queue.set(b, 5s);
  queue.set(a, 5s);
  queue.set(c, 1s);
  queue.set(c, 8s);
  EXPECT_EQ(queue.next(), instant(5s));
  EXPECT_EQ(queue.fire(10s), 3U);
  EXPECT_EQ(heard, (names{"b", "a", "c"}));
}

TEST_F(Timers, ATimerFiresOnce) {
  queue.set(a, 1s);
  queue.fire(1s);
  EXPECT_FALSE(a.is_set());
  EXPECT_FALSE(a.was_set) << "it was out of the queue when it fired";
  EXPECT_EQ(queue.fire(100s), 0U);
  EXPECT_EQ(heard, names{"a"});
}

TEST_F(Timers, ACancelledTimerIsSilent) {
  queue.set(a, 1s);
  queue.set(b, 2s);
  a.cancel();
  a.cancel();
  EXPECT_FALSE(a.is_set());
  EXPECT_EQ(queue.next(), instant(2s));
  queue.fire(5s);
  EXPECT_EQ(heard, names{"b"});
}

TEST_F(Timers, ADestroyedTimerIsSilent) {
  {
    alarm_clock gone("gone", heard);
    queue.set(gone, 1s);
  }
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.fire(5s), 0U);
}

TEST_F(Timers, AFiringTimerMayCancelTheNext) {
  a.then = [&] { b.cancel(); };
  queue.set(a, 1s);
  queue.set(b, 1s);
  EXPECT_EQ(queue.fire(1s), 1U);
  EXPECT_EQ(heard, names{"a"});
}

TEST_F(Timers, AFiringTimerMaySetItselfForLater) {
  a.then = [&] { queue.set(a, 3s); };
  queue.set(a, 1s);
  EXPECT_EQ(queue.fire(2s), 1U);
  EXPECT_EQ(queue.next(), instant(3s));
}

TEST_F(Timers, WhatBecomesDueMeanwhileFiresToo) {
  a.then = [&] { queue.set(c, 1s); };
  queue.set(a, 1s);
  queue.set(b, 2s);
  EXPECT_EQ(queue.fire(2s), 3U);
  EXPECT_EQ(heard, (names{"a", "c", "b"}));
}

TEST_F(Timers, AFiringTimerMayDestroyAnother) {
  auto other = std::make_unique<alarm_clock>("other", heard);
  queue.set(a, 1s);
  queue.set(*other, 1s);
  queue.set(b, 1s);
  a.then = [&] { other.reset(); };
  queue.fire(1s);
  EXPECT_EQ(heard, (names{"a", "b"}));
}

TEST(TimersInDisorder, FireInOrder) {
  std::mt19937 chance(7);
  std::vector<std::string> heard;
  std::deque<alarm_clock> all;
  timers queue;
  std::vector<std::pair<int, int>> expected;  // deadline, order of setting
  for (int i = 0; i < 500; ++i) {
    const int at = static_cast<int>(chance() % 50);
    expected.emplace_back(at, i);
    queue.set(all.emplace_back(std::to_string(i), heard), std::chrono::seconds(at));
  }
  for (int now = 0; now < 50; now += 7) queue.fire(std::chrono::seconds(now));
  queue.fire(50s);
  std::sort(expected.begin(), expected.end());
  ASSERT_EQ(heard.size(), expected.size());
  for (std::size_t i = 0; i < heard.size(); ++i) {
    ASSERT_EQ(heard[i], std::to_string(expected[i].second)) << i;
  }
}

// Deadlines of all distances, as short as a wire's and longer than the slots reach; half of them
// are moved or cancelled before they come, and time goes on by steps of all lengths.
TEST(TimersInDisorder, NearAndFarOnesFireAsAMapHasThem) {
  using due = std::pair<instant, int>;  // deadline, order of setting
  struct numbered : timer {
    explicit numbered(std::function<void()> ring)
        : timer([](timer& t) { static_cast<numbered&>(t).rings(); }), rings(std::move(ring)) {}
    std::function<void()> rings;
    due at;
  };
  std::mt19937_64 chance(11);
  const auto distance = [&] {
    const instant longest = std::vector<instant>{1us, 300ms, 100s, 400s}[chance() % 4];
    const instant some(static_cast<std::int64_t>(chance() % (longest.count() + 1)));
    return chance() % 3 == 0 ? longest : some;
  };
  timers queue;
  std::set<due> wanted;
  std::deque<numbered> all;
  instant now = 3h;
  int set_so_far = 0;
  int fired = 0;
  const auto set = [&](numbered& n) {
    wanted.erase(n.at);
    n.at = {now + distance(), ++set_so_far};
    wanted.insert(n.at);
    queue.set(n, n.at.first);
  };
  for (int i = 0; i < 300; ++i) {
    numbered& n = all.emplace_back(nullptr);
    n.rings = [&] {
      ASSERT_FALSE(wanted.empty());
      ASSERT_EQ(*wanted.begin(), n.at);
      ASSERT_LE(n.at.first, now);
      wanted.erase(wanted.begin());
      ++fired;
      if (chance() % 4 == 0) set(n);
    };
  }
  for (int step = 0; step < 20'000; ++step) {
    numbered& n = all[chance() % all.size()];
    if (chance() % 8 == 0) queue.move_on(now);
    if (chance() % 4 > 0) {
      set(n);
    } else {
      n.cancel();
      wanted.erase(n.at);
    }
    if (chance() % 2 == 0) {
      const auto next = queue.next();
      ASSERT_EQ(next.has_value(), !wanted.empty());
      if (next) {
        ASSERT_EQ(*next, wanted.begin()->first);
      }
    }
    if (chance() % 3 > 0) continue;
    now += chance() % 50 > 0 ? distance() / 100 : distance();
    queue.fire(now);
    ASSERT_TRUE(wanted.empty() || wanted.begin()->first > now);
  }
  EXPECT_GT(fired, 5000);
}

}  // namespace
}  // namespace lingerd
