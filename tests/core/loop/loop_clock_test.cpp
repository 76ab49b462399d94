#include "core/loop/loop_clock.hpp"

#include <gtest/gtest.h>

#include "core/loop/loop.hpp"
#include "tests/core/state/core_fixtures.hpp"

namespace lingerd {
namespace {

using namespace std::chrono_literals;

struct running_clock final : clock {
  instant now() override { return ++asked_count * 1s; }
  wall_ms wall() override { return ++asked_count; }
  bool wall_is_synced() override { return synced; }
  int asked_count = 0;
  bool synced = true;
};

TEST(TurnClock, StandsStillForATurn) {
  running_clock kernel;
  loop_clock place(kernel);
  EXPECT_EQ(place.now(), 1s);
  EXPECT_EQ(place.now(), 1s);
  EXPECT_EQ(place.wall(), 2);
  EXPECT_EQ(place.wall(), 2);
  place.on_turn_end();
  EXPECT_EQ(place.wall(), 3);
  EXPECT_EQ(place.now(), 4s);
  kernel.synced = false;
  EXPECT_FALSE(place.wall_is_synced());
}

struct driven_loop final : loop {
  using loop::loop;
  void on_deferred() override {}
  void on_earlier_deadline(instant) override {}
};

TEST(TurnClock, ATurnIsOverWhenNothingIsReady) {
  running_clock kernel;
  loop_clock time(kernel);
  driven_loop loop(time);
  struct node : ready_node {
    explicit node(driven_loop& loop)
        : ready_node([](ready_node& n) {
            auto& self = static_cast<node&>(n);
            self.saw = self.loop.now();
          }),
          loop(loop) {}
    driven_loop& loop;
    instant saw{};
  } first(loop), second(loop);
  loop.make_ready(first);
  loop.make_ready(second);
  loop.run_ready();
  EXPECT_EQ(first.saw, second.saw);
  loop.make_ready(second);
  loop.run_ready();
  EXPECT_LT(first.saw, second.saw);
}

}  // namespace
}  // namespace lingerd
