#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/loop/loop.hpp"

namespace lingerd {
namespace {

using namespace std::chrono_literals;

class time_by_hand : public clock {
 public:
  instant now() override { return at; }
  wall_ms wall() override { return 0; }
  bool wall_is_synced() override { return true; }
  instant at{};
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
    if (then) then();
  }
  std::string name;
  std::vector<std::string>& ran;
  std::function<void()> then;
};

struct alarm_clock : timer {
  explicit alarm_clock(std::function<void()> then)
      : timer([](timer& t) { static_cast<alarm_clock&>(t).then(); }), then(std::move(then)) {}
  std::function<void()> then;
};

class Loop : public ::testing::Test {
 protected:
  using names = std::vector<std::string>;
  names ran;
  time_by_hand time;
  told_loop on{time};
  piece a{"a", ran}, b{"b", ran}, c{"c", ran};
};

TEST_F(Loop, WhatWasReadyFirstRunsFirst) {
  on.make_ready(b);
  on.make_ready(a);
  on.make_ready(c);
  EXPECT_TRUE(ran.empty()) << "nothing runs inside make_ready";
  EXPECT_FALSE(on.is_idle());
  on.run_ready();
  EXPECT_EQ(ran, (names{"b", "a", "c"}));
  EXPECT_TRUE(on.is_idle());
}

TEST_F(Loop, WhatIsReadyTwiceRunsOnce) {
  on.make_ready(a);
  on.make_ready(a);
  on.run_ready();
  EXPECT_EQ(ran, names{"a"});
  on.make_ready(a);
  on.run_ready();
  EXPECT_EQ(ran, (names{"a", "a"})) << "it can be made ready again afterwards";
}

TEST_F(Loop, WhatIsMadeReadyMeanwhileRunsInTheSameGo) {
  a.then = [&] {
    on.make_ready(c);
    EXPECT_EQ(ran, names{"a"}) << "and not inside make_ready";
  };
  on.make_ready(a);
  on.make_ready(b);
  on.run_ready();
  EXPECT_EQ(ran, (names{"a", "b", "c"}));
}

TEST_F(Loop, OneThatIsDestroyedDoesNotRun) {
  auto gone = std::make_unique<piece>("gone", ran);
  on.make_ready(a);
  on.make_ready(*gone);
  a.then = [&] { gone.reset(); };
  on.run_ready();
  EXPECT_EQ(ran, names{"a"});
}

TEST_F(Loop, ADeferredOneThatIsDestroyedDoesNotRun) {
  auto gone = std::make_unique<piece>("gone", ran);
  on.defer(a);
  on.defer(*gone);
  a.then = [&] { gone.reset(); };
  on.end_turn();
  EXPECT_EQ(ran, names{"a"});
}

TEST_F(Loop, WhatIsDeferredRunsAfterAllThatIsReady) {
  on.defer(a);
  on.make_ready(b);
  b.then = [&] { on.make_ready(c); };
  on.run_ready();
  EXPECT_EQ(ran, (names{"b", "c"})) << "deferred to the turn's end";
  EXPECT_FALSE(on.is_idle());
  on.end_turn();
  EXPECT_EQ(ran, (names{"b", "c", "a"}));
  EXPECT_TRUE(on.is_idle());
}

TEST_F(Loop, WhatADeferredOneMakesReadyRunsInTheSameTurn) {
  a.then = [&] { on.make_ready(b); };
  on.defer(a);
  on.end_turn();
  EXPECT_EQ(ran, (names{"a", "b"}));
}

TEST_F(Loop, WhatIsDeferredByADeferredOneBelongsToTheNextTurn) {
  a.then = [&] { on.defer(a); };
  on.defer(a);
  on.end_turn();
  EXPECT_EQ(ran, names{"a"});
  EXPECT_EQ(on.turns_asked, 2) << "the driver is asked for another turn";
  on.end_turn();
  EXPECT_EQ(ran, (names{"a", "a"}));
}

TEST_F(Loop, TheDriverIsAskedOnceForATurn) {
  on.defer(a);
  on.defer(b);
  on.defer(a);
  EXPECT_EQ(on.turns_asked, 1);
  on.end_turn();
  EXPECT_EQ(ran, (names{"a", "b"}));
  on.defer(c);
  EXPECT_EQ(on.turns_asked, 2);
}

TEST_F(Loop, TheDriverIsToldOfEarlierDeadlinesOnly) {
  alarm_clock one([] {}), two([] {}), three([] {});
  on.set_timer(one, 10s);
  on.set_timer(two, 20s);
  on.set_timer(three, 5s);
  EXPECT_EQ(on.deadlines, (std::vector<instant>{10s, 5s}));
  EXPECT_EQ(on.next_deadline(), instant(5s));
}

TEST_F(Loop, FiringRunsWhatBecomesReady) {
  alarm_clock one([&] { on.make_ready(a); });
  on.set_timer(one, 10s);
  time.at = 9s;
  on.fire_timers();
  EXPECT_TRUE(ran.empty());
  time.at = 10s;
  on.fire_timers();
  EXPECT_EQ(ran, names{"a"});
  EXPECT_EQ(on.next_deadline(), std::nullopt);
}

}  // namespace
}  // namespace lingerd
