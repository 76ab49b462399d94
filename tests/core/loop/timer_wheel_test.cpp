#include "core/loop/timer_wheel.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <functional>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace lingerd {
namespace {

using namespace std::chrono_literals;

// Writes its name down when it fires, and may do something else.
struct alarm_clock : timer {
  alarm_clock(std::string name, std::vector<std::string>& fired)
      : timer([](timer& t) { static_cast<alarm_clock&>(t).ring(); }),
        name(std::move(name)),
        fired(fired) {}
  void ring() {
    fired.push_back(name);
    was_set = is_set();
    if (continuation) continuation();
  }
  std::string name;
  std::vector<std::string>& fired;
  std::function<void()> continuation;
  bool was_set = false;
};

class Timers : public ::testing::Test {
 protected:
  using names = std::vector<std::string>;
  names fired;
  timer_wheel queue;
  alarm_clock a{"a", fired}, b{"b", fired}, c{"c", fired};
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
  EXPECT_EQ(fired, (names{"b", "a"}));
  EXPECT_EQ(queue.next(), instant(9s));
}

TEST_F(Timers, EqualDeadlinesFireInTheOrderTheyWereSet) {
  queue.set(b, 5s);
  queue.set(c, 5s);
  queue.set(a, 5s);
  queue.fire(5s);
  EXPECT_EQ(fired, (names{"b", "c", "a"}));
}

TEST_F(Timers, SettingAgainMovesAndGoesToTheEndOfItsEquals) {
  queue.set(a, 5s);
  queue.set(b, 5s);
  queue.set(a, 5s);
  queue.set(c, 1s);
  queue.set(c, 8s);
  EXPECT_EQ(queue.next(), instant(5s));
  EXPECT_EQ(queue.fire(10s), 3U);
  EXPECT_EQ(fired, (names{"b", "a", "c"}));
}

TEST_F(Timers, ATimerFiresOnce) {
  queue.set(a, 1s);
  queue.fire(1s);
  EXPECT_FALSE(a.is_set());
  EXPECT_FALSE(a.was_set) << "it was out of the queue when it fired";
  EXPECT_EQ(queue.fire(100s), 0U);
  EXPECT_EQ(fired, names{"a"});
}

TEST_F(Timers, ACancelledTimerIsSilent) {
  queue.set(a, 1s);
  queue.set(b, 2s);
  a.cancel();
  a.cancel();
  EXPECT_FALSE(a.is_set());
  EXPECT_EQ(queue.next(), instant(2s));
  queue.fire(5s);
  EXPECT_EQ(fired, names{"b"});
}

TEST_F(Timers, ADestroyedTimerIsSilent) {
  {
    alarm_clock gone("gone", fired);
    queue.set(gone, 1s);
  }
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.fire(5s), 0U);
}

TEST_F(Timers, AFiringTimerMayCancelTheNext) {
  a.continuation = [&] { b.cancel(); };
  queue.set(a, 1s);
  queue.set(b, 1s);
  EXPECT_EQ(queue.fire(1s), 1U);
  EXPECT_EQ(fired, names{"a"});
}

TEST_F(Timers, AFiringTimerMaySetItselfForLater) {
  a.continuation = [&] { queue.set(a, 3s); };
  queue.set(a, 1s);
  EXPECT_EQ(queue.fire(2s), 1U);
  EXPECT_EQ(queue.next(), instant(3s));
}

TEST_F(Timers, WhatBecomesDueMeanwhileFiresToo) {
  a.continuation = [&] { queue.set(c, 1s); };
  queue.set(a, 1s);
  queue.set(b, 2s);
  EXPECT_EQ(queue.fire(2s), 3U);
  EXPECT_EQ(fired, (names{"a", "c", "b"}));
}

TEST_F(Timers, AFiringTimerMayDestroyAnother) {
  auto other = std::make_unique<alarm_clock>("other", fired);
  queue.set(a, 1s);
  queue.set(*other, 1s);
  queue.set(b, 1s);
  a.continuation = [&] { other.reset(); };
  queue.fire(1s);
  EXPECT_EQ(fired, (names{"a", "b"}));
}

TEST(TimersInDisorder, FireInOrder) {
  std::mt19937 entropy(7);
  std::vector<std::string> fired;
  std::deque<alarm_clock> all;
  timer_wheel queue;
  std::vector<std::pair<int, int>> expected;  // deadline, order of setting
  for (int i = 0; i < 500; ++i) {
    const int deadline = static_cast<int>(entropy() % 50);
    expected.emplace_back(deadline, i);
    queue.set(all.emplace_back(std::to_string(i), fired), std::chrono::seconds(deadline));
  }
  for (int now = 0; now < 50; now += 7) queue.fire(std::chrono::seconds(now));
  queue.fire(50s);
  std::sort(expected.begin(), expected.end());
  ASSERT_EQ(fired.size(), expected.size());
  for (std::size_t i = 0; i < fired.size(); ++i) {
    ASSERT_EQ(fired[i], std::to_string(expected[i].second)) << i;
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
    due deadline;
  };
  std::mt19937_64 entropy(11);
  const auto distance = [&] {
    const instant longest = std::vector<instant>{1us, 300ms, 100s, 400s}[entropy() % 4];
    const instant some(static_cast<std::int64_t>(entropy() % (longest.count() + 1)));
    return entropy() % 3 == 0 ? longest : some;
  };
  timer_wheel queue;
  std::set<due> wanted;
  std::deque<numbered> all;
  instant now = 3h;
  int set_so_far = 0;
  int fired = 0;
  const auto set = [&](numbered& n) {
    wanted.erase(n.deadline);
    n.deadline = {now + distance(), ++set_so_far};
    wanted.insert(n.deadline);
    queue.set(n, n.deadline.first);
  };
  for (int i = 0; i < 300; ++i) {
    numbered& n = all.emplace_back(nullptr);
    n.rings = [&] {
      ASSERT_FALSE(wanted.empty());
      ASSERT_EQ(*wanted.begin(), n.deadline);
      ASSERT_LE(n.deadline.first, now);
      wanted.erase(wanted.begin());
      ++fired;
      if (entropy() % 4 == 0) set(n);
    };
  }
  for (int step = 0; step < 20'000; ++step) {
    numbered& n = all[entropy() % all.size()];
    if (entropy() % 8 == 0) queue.move_on(now);
    if (entropy() % 4 > 0) {
      set(n);
    } else {
      n.cancel();
      wanted.erase(n.deadline);
    }
    if (entropy() % 2 == 0) {
      const auto next = queue.next();
      ASSERT_EQ(next.has_value(), !wanted.empty());
      if (next) {
        ASSERT_EQ(*next, wanted.begin()->first);
      }
    }
    if (entropy() % 3 > 0) continue;
    now += entropy() % 50 > 0 ? distance() / 100 : distance();
    queue.fire(now);
    ASSERT_TRUE(wanted.empty() || wanted.begin()->first > now);
  }
  EXPECT_GT(fired, 5000);
}

}  // namespace
}  // namespace lingerd
