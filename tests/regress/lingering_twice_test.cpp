#include <gtest/gtest.h>

#include "core/chat/presence.hpp"
#include "tests/core/state/core_fixtures.hpp"

// Who was seen again in the very moment in which his time to linger was over, before the gathering
// of that moment, stood in the queue of those who linger twice; the second place was carried on for
// as long as he kept coming back, and each such moment added one. Found when the sum of what a
// server holds was written down container by container.
namespace lingerd {
namespace {

using namespace core_tests;  // NOLINT
using namespace std::chrono_literals;

struct town_clock {
  manual_loop on;
  limits bounds;
  lingerd::directory directory;
  lingerd::fanout fanout{directory, bounds};
  presence here{on, directory, fanout, bounds};
};

struct at_a_moment : timer {
  explicit at_a_moment(presence& p)
      : timer([](timer& t) { static_cast<at_a_moment&>(t).here.touch(1); }), here(p) {}
  presence& here;
};

TEST(Lingering, WhoComesBackInTheLastMomentLingersOnce) {
  town_clock t;
  user_row han;
  han.id = 1;
  han.name = "han";
  t.directory.absorb(han);
  t.here.start_at(1'000);
  for (int i = 0; i < 5; ++i) {
    at_a_moment again(t.here);
    t.on.set_timer(again, t.on.now() + t.bounds.presence_linger);
    t.here.touch(1);
    t.on.advance(t.bounds.presence_gather);
    t.on.advance(t.bounds.presence_linger - t.bounds.presence_gather);
    EXPECT_LE(t.here.lingering(), 1u) << i;
  }
  t.on.advance(2 * t.bounds.presence_linger);
  EXPECT_EQ(t.here.lingering(), 0u);
}

}  // namespace
}  // namespace lingerd
