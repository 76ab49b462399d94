#include <gtest/gtest.h>

#include "core/chat/presence.hpp"
#include "tests/core/state/core_fixtures.hpp"

// Regression: a user seen again at the very moment at which the linger time ended, before the
// gathering of that moment, entered presence's queue a second time. The second entry stayed as long
// as the user kept coming back, and each such moment added one more. Found when all containers of a
// server were summed up.
namespace lingerd {
namespace {

using namespace core_tests;  // NOLINT
using namespace std::chrono_literals;

struct presence_fixture {
  manual_loop loop;
  limits bounds;
  lingerd::directory directory;
  lingerd::fanout fanout{directory, bounds};
  lingerd::presence presence{loop, directory, fanout, bounds};
};

struct touch_timer : timer {
  explicit touch_timer(lingerd::presence& p)
      : timer([](timer& t) { static_cast<touch_timer&>(t).presence.touch(1); }), presence(p) {}
  lingerd::presence& presence;
};

TEST(Lingering, ReturnAtTheLastMomentIsQueuedOnce) {
  presence_fixture t;
  user_row han;
  han.id = 1;
  han.name = "han";
  t.directory.absorb(han);
  t.presence.start_at(1'000);
  for (int i = 0; i < 5; ++i) {
    touch_timer again(t.presence);
    t.loop.set_timer(again, t.loop.now() + t.bounds.presence_linger);
    t.presence.touch(1);
    t.loop.advance(t.bounds.presence_gather);
    t.loop.advance(t.bounds.presence_linger - t.bounds.presence_gather);
    EXPECT_LE(t.presence.lingering(), 1u) << i;
  }
  t.loop.advance(2 * t.bounds.presence_linger);
  EXPECT_EQ(t.presence.lingering(), 0u);
}

}  // namespace
}  // namespace lingerd
