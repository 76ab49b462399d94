#include <gtest/gtest.h>

#include "tests/core/state/core_fixtures.hpp"

// Regression: the queue of changes for the disk is bounded, but read marks, which no request waits
// for, entered it every second even if it was full. While the disk stalled, a client that marked
// the same conversation again and again made the queue grow without bound. So did each request on a
// session that had been unused for too long. Found by the bounds checker in worlds with short
// queues.
namespace lingerd {
namespace {

using namespace core_tests;  // NOLINT
using namespace std::chrono_literals;

class ShortQueue : public ::testing::Test {
 protected:
  ShortQueue() {
    li = fixture.user("li");
    han = fixture.user("han");
    fixture.befriend(li, han);
    two = conversation::single(li, han);
    for (int i = 0; i < 8; ++i) message_ids.push_back(fixture.say(han, li, std::to_string(i)));
  }
  static limits few() {
    limits b;
    b.append_queue = 2;
    return b;
  }
  // A second passes without progress of the disk.
  void pass_stalled_second() {
    fixture.loop.advance(1s);
    fixture.loop.turn();
  }
  lingerd::chat& chat() { return fixture.chat(); }

  chat_fixture fixture{few()};
  user_id li = 0, han = 0;
  conversation two;
  std::vector<change_id> message_ids;
};

TEST_F(ShortQueue, ReadMarksWaitForRoomToo) {
  for (const change_id id : message_ids) {
    EXPECT_TRUE(chat().mark_read(li, two, id).has_value());
    pass_stalled_second();
    EXPECT_LE(chat().pending(), 2u);
    EXPECT_LE(chat().reads().gathered(), 1u);
  }
  for (int i = 0; i < 4; ++i) fixture.pass(1s);
  EXPECT_EQ(chat().directory().unread(li, two), 0u) << "no read mark is lost";
  EXPECT_EQ(chat().pending() + chat().reads().gathered() + chat().reads().in_flight(), 0u);
}

}  // namespace
}  // namespace lingerd
