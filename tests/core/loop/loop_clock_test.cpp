#include <gtest/gtest.h>

#include "core/loop/loop.hpp"
#include "core/loop/loop_clock.hpp"
#include "tests/core/state/core_fixtures.hpp"

namespace lingerd {
namespace {

using namespace std::chrono_literals;

struct running_clock final : clock {
  instant now() override { return ++asked * 1s; }
  wall_ms wall() override { return ++asked; }
  bool wall_is_synced() override { return synced; }
  int asked = 0;
  bool synced = true;
};

TEST(TurnClock, StandsStillForATurn) {
  running_clock kernel;
  turn_clock here(kernel);
  EXPECT_EQ(here.now(), 1s);
  EXPECT_EQ(here.now(), 1s);
  EXPECT_EQ(here.wall(), 2);
  EXPECT_EQ(here.wall(), 2);
  here.turn_is_over();
  EXPECT_EQ(here.wall(), 3);
  EXPECT_EQ(here.now(), 4s);
  kernel.synced = false;
  EXPECT_FALSE(here.wall_is_synced());
}

struct driven_loop final : loop {
  using loop::loop;
  void on_deferred() override {}
  void on_earlier_deadline(instant) override {}
};

TEST(TurnClock, ATurnIsOverWhenNothingIsReady) {
  running_clock kernel;
  turn_clock here(kernel);
  driven_loop on(here);
  struct node : ready_node {
    explicit node(driven_loop& on)
        : ready_node([](ready_node& n) {
            auto& self = static_cast<node&>(n);
            self.saw = self.on.now();
          }),
          on(on) {}
    driven_loop& on;
    instant saw{};
  } first(on), second(on);
  on.make_ready(first);
  on.make_ready(second);
  on.run_ready();
  EXPECT_EQ(first.saw, second.saw);
  on.make_ready(second);
  on.run_ready();
  EXPECT_LT(first.saw, second.saw);
}

}  // namespace
}  // namespace lingerd
