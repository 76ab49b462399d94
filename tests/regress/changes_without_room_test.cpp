#include <gtest/gtest.h>

#include "tests/core/state/core_fixtures.hpp"

// The queue of changes that wait for the disk is bounded, but read marks, which nobody waits for,
// were put into it each second whether there was room or not: while a disk stood still, a client
// that marked the same conversation again and again made it grow without end. So did each request
// on a session that had been unused for too long. Found when the bound was watched in worlds whose
// queues are short.
namespace lingerd {
namespace {

using namespace core_tests;  // NOLINT
using namespace std::chrono_literals;

class ShortQueue : public ::testing::Test {
 protected:
  ShortQueue() {
    li = world.user("li");
    han = world.user("han");
    world.befriend(li, han);
    two = conversation::single(li, han);
    for (int i = 0; i < 8; ++i) said.push_back(world.say(han, li, std::to_string(i)));
  }
  static limits few() {
    limits b;
    b.append_queue = 2;
    return b;
  }
  // A second passes, in which the disk gets nothing done.
  void stand_still() {
    world.on.advance(1s);
    world.on.turn();
  }
  lingerd::chat& chat() { return world.chat(); }

  chat_world world{few()};
  user_id li = 0, han = 0;
  conversation two;
  std::vector<change_id> said;
};

TEST_F(ShortQueue, ReadMarksWaitForRoomToo) {
  for (const change_id id : said) {
    EXPECT_TRUE(chat().mark_read(li, two, id).has_value());
    stand_still();
    EXPECT_LE(chat().pending(), 2u);
    EXPECT_LE(chat().reads().gathered(), 1u);
  }
  for (int i = 0; i < 4; ++i) world.pass(1s);
  EXPECT_EQ(chat().directory().unread(li, two), 0u) << "none of them is forgotten";
  EXPECT_EQ(chat().pending() + chat().reads().gathered() + chat().reads().in_flight(), 0u);
}

}  // namespace
}  // namespace lingerd
