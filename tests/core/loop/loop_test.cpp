#include "core/loop/loop.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace lingerd {
namespace {

using namespace std::chrono_literals;

class time_by_hand : public clock {
 public:
  instant now() override { return time; }
  wall_ms wall() override { return 0; }
  bool wall_is_synced() override { return true; }
  instant time{};
};

// A driver that remembers what it was told.
class told_loop final : public loop {
 public:
  using loop::loop;
  int turns_asked = 0;
  std::vector<instant> deadlines;

 private:
  void on_deferred() override { ++turns_asked; }
  void on_earlier_deadline(instant when) override { deadlines.push_back(when); }
};

struct piece : ready_node {
  piece(std::string name, std::vector<std::string>& ran)
      : ready_node([](ready_node& n) { static_cast<piece&>(n).run(); }),
        name(std::move(name)),
        ran(ran) {}
  void run() {
    ran.push_back(name);
    if (continuation) continuation();
  }
  std::string name;
  std::vector<std::string>& ran;
  std::function<void()> continuation;
};

struct alarm_clock : timer {
  explicit alarm_clock(std::function<void()> action)
      : timer([](timer& t) { static_cast<alarm_clock&>(t).continuation(); }),
        continuation(std::move(action)) {}
  std::function<void()> continuation;
};

class Loop : public ::testing::Test {
 protected:
  using names = std::vector<std::string>;
  names ran;
  time_by_hand time;
  told_loop loop{time};
  piece a{"a", ran}, b{"b", ran}, c{"c", ran};
};

TEST_F(Loop, WhatWasReadyFirstRunsFirst) {
  loop.make_ready(b);
  loop.make_ready(a);
  loop.make_ready(c);
  EXPECT_TRUE(ran.empty()) << "nothing runs inside make_ready";
  EXPECT_FALSE(loop.is_idle());
  loop.run_ready();
  EXPECT_EQ(ran, (names{"b", "a", "c"}));
  EXPECT_TRUE(loop.is_idle());
}

TEST_F(Loop, WhatIsReadyTwiceRunsOnce) {
  loop.make_ready(a);
  loop.make_ready(a);
  loop.run_ready();
  EXPECT_EQ(ran, names{"a"});
  loop.make_ready(a);
  loop.run_ready();
  EXPECT_EQ(ran, (names{"a", "a"})) << "it can be made ready again afterwards";
}

TEST_F(Loop, WhatIsMadeReadyMeanwhileRunsInTheSameGo) {
  a.continuation = [&] {
    loop.make_ready(c);
    EXPECT_EQ(ran, names{"a"}) << "and not inside make_ready";
  };
  loop.make_ready(a);
  loop.make_ready(b);
  loop.run_ready();
  EXPECT_EQ(ran, (names{"a", "b", "c"}));
}

TEST_F(Loop, OneThatIsDestroyedDoesNotRun) {
  auto gone = std::make_unique<piece>("gone", ran);
  loop.make_ready(a);
  loop.make_ready(*gone);
  a.continuation = [&] { gone.reset(); };
  loop.run_ready();
  EXPECT_EQ(ran, names{"a"});
}

TEST_F(Loop, ADeferredOneThatIsDestroyedDoesNotRun) {
  auto gone = std::make_unique<piece>("gone", ran);
  loop.defer(a);
  loop.defer(*gone);
  a.continuation = [&] { gone.reset(); };
  loop.end_turn();
  EXPECT_EQ(ran, names{"a"});
}

TEST_F(Loop, WhatIsDeferredRunsAfterAllThatIsReady) {
  loop.defer(a);
  loop.make_ready(b);
  b.continuation = [&] { loop.make_ready(c); };
  loop.run_ready();
  EXPECT_EQ(ran, (names{"b", "c"})) << "deferred to the turn's end";
  EXPECT_FALSE(loop.is_idle());
  loop.end_turn();
  EXPECT_EQ(ran, (names{"b", "c", "a"}));
  EXPECT_TRUE(loop.is_idle());
}

TEST_F(Loop, WhatADeferredOneMakesReadyRunsInTheSameTurn) {
  a.continuation = [&] { loop.make_ready(b); };
  loop.defer(a);
  loop.end_turn();
  EXPECT_EQ(ran, (names{"a", "b"}));
}

TEST_F(Loop, WhatIsDeferredByADeferredOneBelongsToTheNextTurn) {
  a.continuation = [&] { loop.defer(a); };
  loop.defer(a);
  loop.end_turn();
  EXPECT_EQ(ran, names{"a"});
  EXPECT_EQ(loop.turns_asked, 2) << "the driver is asked for another turn";
  loop.end_turn();
  EXPECT_EQ(ran, (names{"a", "a"}));
}

TEST_F(Loop, TheDriverIsAskedOnceForATurn) {
  loop.defer(a);
  loop.defer(b);
  loop.defer(a);
  EXPECT_EQ(loop.turns_asked, 1);
  loop.end_turn();
  EXPECT_EQ(ran, (names{"a", "b"}));
  loop.defer(c);
  EXPECT_EQ(loop.turns_asked, 2);
}

TEST_F(Loop, TheDriverIsToldOfEarlierDeadlinesOnly) {
  alarm_clock one([] {}), two([] {}), three([] {});
  loop.set_timer(one, 10s);
  loop.set_timer(two, 20s);
  loop.set_timer(three, 5s);
  EXPECT_EQ(loop.deadlines, (std::vector<instant>{10s, 5s}));
  EXPECT_EQ(loop.next_deadline(), instant(5s));
}

TEST_F(Loop, FiringRunsWhatBecomesReady) {
  alarm_clock one([&] { loop.make_ready(a); });
  loop.set_timer(one, 10s);
  time.time = 9s;
  loop.fire_timers();
  EXPECT_TRUE(ran.empty());
  time.time = 10s;
  loop.fire_timers();
  EXPECT_EQ(ran, names{"a"});
  EXPECT_EQ(loop.next_deadline(), std::nullopt);
}

}  // namespace
}  // namespace lingerd
