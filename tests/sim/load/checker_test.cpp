#include "sim/load/checker.hpp"

#include <gtest/gtest.h>

namespace lingerd::sim {
namespace {

using namespace std::chrono_literals;

// Clients 0, 1, 2 are users 11, 12, 13. Audiences: friends 0 and 1; group 20 with all three.
struct checker_fixture {
  std::vector<audience> audiences{{false, 0, {0, 1}}, {true, 20, {0, 1, 2}}};
  std::vector<planned_message> plan{{1ms, 0, 0}, {2ms, 1, 0}, {3ms, 2, 1}, {4ms, 0, 0}};
  std::vector<user_id> users{11, 12, 13};
  message_tag tag{42};
  checker check;

  explicit checker_fixture(bool is_only_writer = true)
      : check(checked_run{plan, audiences, users, &tag, 50, is_only_writer}) {}

  parsed_message message(std::uint32_t number, change_id id) {
    const planned_message& m = plan[number];
    const audience& r = audiences[m.audience];
    text = tag.text(number, 50);
    const user_id other = users[r.members[0] == m.sender ? r.members[1] : r.members[0]];
    return {id, users[m.sender], r.is_group ? r.group : other, r.is_group, false, text};
  }
  void send(std::uint32_t number, change_id id) {
    check.attempted(number);
    check.acknowledged(number, id);
  }
  auto deliver(std::uint32_t client, std::uint32_t number, change_id id) {
    return check.delivered(client, message(number, id));
  }
  std::string text;
};

TEST(SimChecker, FindsNothingInACorrectRun) {
  checker_fixture c;
  c.send(0, 100);
  EXPECT_EQ(c.check.still_due(), 1U);
  EXPECT_EQ(c.deliver(1, 0, 100), 0U);
  EXPECT_EQ(c.deliver(0, 0, 100), std::nullopt);  // the sender's own
  c.send(2, 101);
  EXPECT_EQ(c.deliver(0, 2, 101), 2U);
  EXPECT_EQ(c.deliver(1, 2, 101), 2U);
  EXPECT_TRUE(c.check.is_all_delivered());
  const message_counts n = c.check.counts();
  EXPECT_TRUE(n.is_clean());
  EXPECT_EQ(n.attempted, 2U);
  EXPECT_EQ(n.acknowledged, 2U);
  EXPECT_EQ(n.expected, 3U);
  EXPECT_EQ(n.delivered, 3U);
  EXPECT_EQ(c.check.first_case(), "");
}

TEST(SimChecker, CountsALostMessage) {
  checker_fixture c;
  c.send(2, 101);
  c.deliver(0, 2, 101);
  EXPECT_FALSE(c.check.is_all_delivered());
  EXPECT_EQ(c.check.counts().lost, 1U);
  EXPECT_EQ(c.check.first_case(), "client 1 (user 12) never received message " + c.tag.tag_of(2) +
                                      " (id 101), which was acknowledged");
}

TEST(SimChecker, CountsADuplicate) {
  checker_fixture c;
  c.send(0, 100);
  c.deliver(1, 0, 100);
  EXPECT_EQ(c.deliver(1, 0, 100), std::nullopt);
  EXPECT_EQ(c.check.counts().duplicated, 1U);
  EXPECT_EQ(c.check.counts().delivered, 1U);
  EXPECT_EQ(c.check.first_case(),
            "client 1 (user 12) received message " + c.tag.tag_of(0) + " (id 100) twice");
}

TEST(SimChecker, CountsADuplicateToTheSender) {
  checker_fixture c;
  c.send(0, 100);
  c.deliver(0, 0, 100);
  c.deliver(0, 0, 100);
  EXPECT_EQ(c.check.counts().duplicated, 1U);
}

TEST(SimChecker, CountsAMessageOutOfOrder) {
  checker_fixture c;
  c.send(0, 100);
  c.send(3, 101);
  c.deliver(1, 3, 101);
  EXPECT_EQ(c.deliver(1, 0, 100), 0U);  // delivered, but late
  const message_counts n = c.check.counts();
  EXPECT_EQ(n.out_of_order, 1U);
  EXPECT_EQ(n.delivered, 2U);
  EXPECT_EQ(n.lost, 0U);
  EXPECT_NE(c.check.first_case().find("after id 101"), std::string::npos);
}

TEST(SimChecker, CountsUnexpectedMessages) {
  checker_fixture c;
  c.send(0, 100);
  c.deliver(2, 0, 100);  // not for this client
  EXPECT_EQ(c.check.counts().unexpected, 1U);
  EXPECT_NE(c.check.first_case().find("client 2 (user 13)"), std::string::npos);
  c.deliver(1, 1, 101);  // not sent yet
  EXPECT_EQ(c.check.counts().unexpected, 2U);
  parsed_message wrong = c.message(0, 100);
  wrong.sender = 13;  // by another sender
  c.check.delivered(1, wrong);
  EXPECT_EQ(c.check.counts().unexpected, 3U);
  wrong = c.message(0, 100);
  wrong.text = wrong.text.substr(0, 49);  // cut
  c.check.delivered(1, wrong);
  EXPECT_EQ(c.check.counts().unexpected, 4U);
  c.deliver(1, 0, 105);  // acknowledged as 100
  EXPECT_EQ(c.check.counts().unexpected, 5U);
}

TEST(SimChecker, ForeignMessagesAreUnexpectedOnlyOnAServerOfItsOwn) {
  parsed_message hello{7, 99, 12, false, false, "hello"};
  checker_fixture alone(true);
  alone.check.delivered(1, hello);
  EXPECT_EQ(alone.check.counts().unexpected, 1U);
  checker_fixture among_others(false);
  among_others.check.delivered(1, hello);
  EXPECT_EQ(among_others.check.counts().unexpected, 0U);
}

TEST(SimChecker, ADeliveryBeforeTheAcknowledgementIsExpectedOnce) {
  checker_fixture c;
  c.check.attempted(2);
  c.deliver(0, 2, 101);
  EXPECT_EQ(c.check.counts().expected, 1U);  // stored, although its answer is missing
  c.check.acknowledged(2, 101);
  EXPECT_EQ(c.check.still_due(), 1U);
  c.deliver(1, 2, 101);
  EXPECT_TRUE(c.check.is_all_delivered());
  EXPECT_EQ(c.check.counts().expected, 2U);
  EXPECT_EQ(c.check.counts().delivered, 2U);
}

TEST(SimChecker, CountsARefusedMessage) {
  checker_fixture c;
  c.check.attempted(0);
  c.check.refused(0, "status 503");
  EXPECT_EQ(c.check.counts().refused, 1U);
  EXPECT_TRUE(c.check.is_all_delivered());
  EXPECT_EQ(c.check.first_case(), "message " + c.tag.tag_of(0) + " was refused: status 503");
}

}  // namespace
}  // namespace lingerd::sim
