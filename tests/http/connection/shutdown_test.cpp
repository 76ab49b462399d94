#include "http/connection/shutdown.hpp"

#include <gtest/gtest.h>

#include "tests/http/api/server_fixture.hpp"

namespace lingerd::http_tests {
namespace {

using namespace std::chrono_literals;

// A server that goes down while its disk is slow: the storage thread runs when the test says so.
class Shutdown : public ::testing::Test {
 protected:
  // Time passes on the loop alone.
  void pass(std::chrono::milliseconds duration) {
    for (; duration > 0ms; duration -= 100ms) {
      world.time.now_ += 100ms;
      world.loop.fire_timers();
      world.loop.end_turn();
    }
  }
  void append_change() {
    world.chat.commit_unwatched(change(add_user_named("li")));
    world.loop.end_turn();
  }
  static add_user add_user_named(std::string name) {
    add_user add;
    add.name = name;
    add.display = std::move(name);
    return add;
  }

  server_fixture world;
  int done_count = 0;
  lingerd::shutdown shutdown{world.chat, {&world.server.connections()}, [this] { ++done_count; }};
};

TEST_F(Shutdown, WithNothingToDoEndsAtOnce) {
  shutdown.begin();
  pass(100ms);
  EXPECT_EQ(done_count, 1);
}

// Before, the loop ended after five seconds: what the disk then stored was never acknowledged.
TEST_F(Shutdown, WaitsForASyncOfHalfAMinute) {
  append_change();
  ASSERT_GT(world.chat.pending(), 0u);
  shutdown.begin();
  pass(30s);
  EXPECT_EQ(done_count, 0);
  world.settle();
  ASSERT_EQ(world.chat.pending(), 0u);
  pass(100ms);
  EXPECT_EQ(done_count, 1);
  EXPECT_NE(world.chat.directory().user_named("li"), nullptr);
}

}  // namespace
}  // namespace lingerd::http_tests
