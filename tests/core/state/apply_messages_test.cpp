#include <gtest/gtest.h>

#include "tests/core/state/core_fixtures.hpp"

namespace lingerd {
namespace {

using namespace core_tests;  // NOLINT

class ApplyMessages : public ::testing::Test {
 protected:
  ApplyMessages() {
    li = fixture.user("li");
    han = fixture.user("han");
    wei = fixture.user("wei");
    fixture.befriend(li, han);
  }
  change at_time(wall_ms t, const std::string& text) {
    send_message c = std::get<send_message>(message_to(li, han, text));
    c.timestamp = t;
    return c;
  }
  directory_fixture fixture;
  user_id li = 0, han = 0, wei = 0;
};

TEST_F(ApplyMessages, AMessageIsKeptAsItWasSent) {
  send_message c = std::get<send_message>(message_to(li, han, "你好", "k1"));
  c.unsynced = true;
  const applied a = fixture.commit(c);
  ASSERT_FALSE(a.refused);
  ASSERT_TRUE(a.message);
  EXPECT_EQ(a.message->text, "你好");
  EXPECT_EQ(a.message->cid, "k1");
  EXPECT_EQ(a.message->conversation, conversation::single(li, han));
  EXPECT_EQ(a.message->head.sender, li);
  EXPECT_EQ(a.message->head.id, a.id);
  EXPECT_EQ(a.message->timestamp, noon);
  EXPECT_EQ(a.timestamp, noon);
  EXPECT_TRUE(a.message->unsynced);
  EXPECT_FALSE(a.repeated);
}

TEST_F(ApplyMessages, IdsRiseWithEveryMessage) {
  const change_id first = fixture.say(li, han, "1");
  const change_id second = fixture.say(han, li, "2");
  const change_id third = fixture.say(li, han, "3");
  EXPECT_LT(first, second);
  EXPECT_LT(second, third);
}

TEST_F(ApplyMessages, MessagesAreCountedInTheConversationAndForTheirSender) {
  fixture.say(li, han, "1");
  fixture.say(han, li, "2");
  const applied third = fixture.commit(message_to(li, han, "3"));
  EXPECT_EQ(third.message->head.number, 3U);
  EXPECT_EQ(third.message->head.number_from, 2U);
  const applied fourth = fixture.commit(message_to(han, li, "4"));
  EXPECT_EQ(fourth.message->head.number, 4U);
  EXPECT_EQ(fourth.message->head.number_from, 2U);
}

TEST_F(ApplyMessages, TimestampsNeverRunBackward) {
  fixture.commit(at_time(noon + 5'000, "later"));
  EXPECT_EQ(fixture.commit(at_time(noon, "the clock went back")).timestamp, noon + 5'000);
  EXPECT_EQ(fixture.commit(at_time(noon + 5'001, "and on")).timestamp, noon + 5'001);
}

TEST_F(ApplyMessages, AClockThatWasFarAheadDoesNotPinWhatFollows) {
  constexpr wall_ms year = 365LL * 24 * 60 * 60 * 1000;
  fixture.commit(at_time(noon, "right"));
  EXPECT_EQ(fixture.commit(at_time(noon + year, "wrong")).timestamp, noon + year);
  EXPECT_EQ(fixture.commit(at_time(noon + 10, "right again")).timestamp, noon + 10);
  EXPECT_EQ(fixture.commit(at_time(noon + 5, "and in order again")).timestamp, noon + 10);
}

TEST_F(ApplyMessages, AnUntrustedClockFarAheadDoesNotCountForOthers) {
  constexpr wall_ms year = 365LL * 24 * 60 * 60 * 1000;
  fixture.commit(at_time(noon, "right"));
  send_message wrong = std::get<send_message>(at_time(noon + year, "not trusted"));
  wrong.unsynced = true;
  EXPECT_EQ(fixture.commit(wrong).timestamp, noon + year) << "as it was proposed";
  EXPECT_EQ(fixture.commit(at_time(noon + 10, "trusted")).timestamp, noon + 10);
}

TEST_F(ApplyMessages, AnUntrustedClockThatLeaptDoesNotRunBackwardEither) {
  constexpr wall_ms year = 365LL * 24 * 60 * 60 * 1000;
  const auto untrusted = [this](wall_ms t, const char* text) {
    send_message m = std::get<send_message>(at_time(t, text));
    m.unsynced = true;
    return m;
  };
  fixture.commit(at_time(noon, "right"));
  EXPECT_EQ(fixture.commit(untrusted(noon + year, "it leaps")).timestamp, noon + year);
  EXPECT_EQ(fixture.commit(untrusted(noon + year - 60'000, "and steps back")).timestamp,
            noon + year);
  EXPECT_EQ(fixture.commit(untrusted(noon + 10, "and is set")).timestamp, noon + 10)
      << "it was never trusted";
  EXPECT_EQ(fixture.commit(at_time(noon + 5, "trusted")).timestamp, noon + 10);
}

TEST_F(ApplyMessages, AnUntrustedClockFarBehindDoesNotRunBackward) {
  fixture.commit(at_time(noon, "right"));
  send_message early = std::get<send_message>(at_time(1'000, "a board without a battery"));
  early.unsynced = true;
  EXPECT_EQ(fixture.commit(early).timestamp, noon);
}

TEST_F(ApplyMessages, OnlyFriendsAreWrittenTo) {
  EXPECT_EQ(fixture.refused(message_to(li, wei, "hello")), error::not_friends);
  EXPECT_EQ(fixture.refused(message_to(li, 99, "hello")), error::not_found);
  fixture.commit(ask_friend{li, wei, noon});
  EXPECT_EQ(fixture.refused(message_to(li, wei, "hello")), error::not_friends) << "only asked";
  fixture.commit(end_friendship{han, li, noon});
  EXPECT_EQ(fixture.refused(message_to(li, han, "hello")), error::not_friends);
  EXPECT_EQ(fixture.refused(message_to(han, li, "hello")), error::not_friends);
  fixture.commit(remove_user{wei});
  EXPECT_EQ(fixture.refused(message_to(li, wei, "hello")), error::not_found);
}

TEST_F(ApplyMessages, ARefusedMessageLeavesNothing) {
  const change_id before = fixture.stored().meta.last_id;
  const applied a = fixture.commit(message_to(li, wei, "hello", "k1"));
  EXPECT_EQ(a.id, 0U);
  EXPECT_TRUE(a.rows.empty());
  EXPECT_FALSE(a.message);
  EXPECT_EQ(fixture.stored().meta.last_id, before);
  EXPECT_EQ(fixture.stored().directory.conversation_count(), 0U);
  fixture.befriend(li, wei);
  EXPECT_FALSE(fixture.commit(message_to(li, wei, "another text", "k1")).repeated)
      << "the cid is free";
}

TEST_F(ApplyMessages, ARepeatedCidGetsTheFirstAnswer) {
  const applied first = fixture.commit(message_to(li, han, "hello", "k1"));
  fixture.commit(message_to(li, han, "between"));
  send_message again = std::get<send_message>(message_to(li, han, "hello", "k1"));
  again.timestamp = noon + 60'000;
  const applied second = fixture.commit(again);
  EXPECT_FALSE(second.refused);
  EXPECT_TRUE(second.repeated);
  EXPECT_EQ(second.id, first.id);
  EXPECT_EQ(second.timestamp, first.timestamp);
  EXPECT_FALSE(second.message);
  EXPECT_TRUE(second.rows.empty());
  EXPECT_EQ(fixture.directory.newest(conversation::single(li, han))->number, 2U);
}

TEST_F(ApplyMessages, ARepetitionIsAnsweredAlsoWhenTheFriendshipHasEnded) {
  const change_id first = fixture.commit(message_to(li, han, "hello", "k1")).id;
  fixture.commit(end_friendship{han, li, noon});
  const applied again = fixture.commit(message_to(li, han, "hello", "k1"));
  EXPECT_FALSE(again.refused);
  EXPECT_EQ(again.id, first);
}

TEST_F(ApplyMessages, ACidOfAnotherMessageIsAConflict) {
  fixture.befriend(li, wei);
  const group_id lab = fixture.group(li, {han});
  fixture.commit(message_to(li, han, "hello", "k1"));
  EXPECT_EQ(fixture.refused(message_to(li, han, "other text", "k1")), error::cid_conflict);
  EXPECT_EQ(fixture.refused(message_to(li, wei, "hello", "k1")), error::cid_conflict);
  EXPECT_EQ(fixture.refused(fixture.to_group(li, lab, "hello", "k1")), error::cid_conflict);
}

TEST_F(ApplyMessages, ACidBelongsToItsSender) {
  const applied mine = fixture.commit(message_to(li, han, "hello", "k1"));
  const applied message_id = fixture.commit(message_to(han, li, "hello", "k1"));
  EXPECT_FALSE(message_id.refused);
  EXPECT_FALSE(message_id.repeated);
  EXPECT_NE(message_id.id, mine.id);
}

TEST_F(ApplyMessages, MessagesWithoutACidAreNeverTheSame) {
  const change_id first = fixture.say(li, han, "hello");
  const applied second = fixture.commit(message_to(li, han, "hello"));
  EXPECT_FALSE(second.repeated);
  EXPECT_GT(second.id, first);
}

TEST_F(ApplyMessages, SendingReadsWhatCameBeforeWithAnIdOfItsOwn) {
  const change_id message_id = fixture.say(han, li, "hello");
  const applied mine = fixture.commit(message_to(li, han, "hello yourself"));
  const auto marks = rows_of<read_row>(mine);
  ASSERT_EQ(marks.size(), 1U);
  EXPECT_EQ(marks[0].user, li);
  EXPECT_EQ(marks[0].up_to, message_id);
  EXPECT_EQ(marks[0].others, 1U);
  EXPECT_GT(marks[0].changed, message_id);
  EXPECT_LT(marks[0].changed, mine.id);
}

TEST_F(ApplyMessages, SendingMovesNoMarkWhereNothingWasUnread) {
  EXPECT_TRUE(rows_of<read_row>(fixture.commit(message_to(li, han, "1"))).empty());
  EXPECT_TRUE(rows_of<read_row>(fixture.commit(message_to(li, han, "2"))).empty());
  const change_id message_id = fixture.say(han, li, "3");
  fixture.read(li, conversation::single(li, han), message_id);
  EXPECT_TRUE(rows_of<read_row>(fixture.commit(message_to(li, han, "4"))).empty());
}

TEST_F(ApplyMessages, OnlyMembersWriteToAGroup) {
  const group_id lab = fixture.group(li, {han});
  EXPECT_EQ(fixture.refused(fixture.to_group(han, lab, "hello")), std::nullopt);
  EXPECT_EQ(fixture.refused(fixture.to_group(wei, lab, "hello")), error::not_member);
  EXPECT_EQ(fixture.refused(fixture.to_group(li, 99, "hello")), error::not_found);
  fixture.commit(remove_member{han, lab, han});
  EXPECT_EQ(fixture.refused(fixture.to_group(han, lab, "hello")), error::not_member)
      << "the user has left";
  fixture.commit(remove_group{li, lab});
  EXPECT_EQ(fixture.refused(fixture.to_group(li, lab, "hello")), error::not_found);
}

TEST_F(ApplyMessages, MembersOfAGroupNeedNotBeFriends) {
  const group_id lab = fixture.group(li, {wei, han});
  EXPECT_EQ(fixture.refused(fixture.to_group(wei, lab, "hello")), std::nullopt);
}

TEST_F(ApplyMessages, AReadMarkGoesUpOnly) {
  const conversation conversation = conversation::single(li, han);
  const change_id first = fixture.say(han, li, "1");
  const change_id second = fixture.say(han, li, "2");
  fixture.read(li, conversation, second);
  const applied lower = fixture.commit(mark_read{li, conversation, first});
  EXPECT_FALSE(lower.refused);
  EXPECT_EQ(lower.id, 0U);
  EXPECT_TRUE(lower.rows.empty());
  EXPECT_EQ(fixture.commit(mark_read{li, conversation, second}).id, 0U)
      << "the same again is no change";
  EXPECT_EQ(fixture.directory.read_mark_of(li, conversation)->up_to, second);
}

TEST_F(ApplyMessages, ReadingBeyondTheNewestReadsTheNewest) {
  const conversation conversation = conversation::single(li, han);
  const change_id message_id = fixture.say(han, li, "1");
  fixture.read(li, conversation, message_id + 1'000);
  EXPECT_EQ(fixture.directory.read_mark_of(li, conversation)->up_to, message_id);
  fixture.say(han, li, "2");
  EXPECT_EQ(fixture.directory.unread(li, conversation), 1U);
}

TEST_F(ApplyMessages, ReadingUpToBetweenMessagesReadsTheOneBelow) {
  const conversation conversation = conversation::single(li, han);
  const change_id first = fixture.say(han, li, "1");
  fixture.user("other");
  const change_id gap = fixture.stored().meta.last_id;
  const change_id second = fixture.say(han, li, "2");
  ASSERT_GT(gap, first);
  ASSERT_LT(gap, second);
  fixture.read(li, conversation, gap);
  EXPECT_EQ(fixture.directory.read_mark_of(li, conversation)->up_to, first);
  EXPECT_EQ(fixture.directory.unread(li, conversation), 1U);
}

TEST_F(ApplyMessages, ReadingAnEmptyConversationIsNoChange) {
  const applied a = fixture.commit(mark_read{li, conversation::single(li, han), 1'000});
  EXPECT_FALSE(a.refused);
  EXPECT_EQ(a.id, 0U);
}

TEST_F(ApplyMessages, AMarkHasAnIdForTheStreams) {
  const change_id message_id = fixture.say(han, li, "1");
  const applied a = fixture.commit(mark_read{li, conversation::single(li, han), message_id});
  EXPECT_GT(a.id, message_id);
  ASSERT_EQ(rows_of<read_row>(a).size(), 1U);
  EXPECT_EQ(rows_of<read_row>(a)[0].changed, a.id);
}

TEST_F(ApplyMessages, AGroupIsReadByThoseWhoWereInIt) {
  const group_id lab = fixture.group(li, {han});
  const conversation conversation = conversation::group(lab);
  fixture.say_to_group(li, lab, "1");
  EXPECT_EQ(fixture.refused(mark_read{wei, conversation, change_id_max}), error::not_member);
  fixture.commit(remove_member{han, lab, han});
  const change_id after_him = fixture.say_to_group(li, lab, "2");
  fixture.read(han, conversation, change_id_max);
  ASSERT_TRUE(fixture.directory.read_mark_of(han, conversation));
  EXPECT_LT(fixture.directory.read_mark_of(han, conversation)->up_to, after_him)
      << "the user never saw that one";
  EXPECT_EQ(fixture.directory.unread(han, conversation), 0U);
}

TEST_F(ApplyMessages, TheSameChangesMakeTheSameAnswers) {
  directory_fixture other;
  other.user("li");
  other.user("han");
  other.user("wei");
  other.befriend(li, han);
  for (directory_fixture* one : {&fixture, &other}) {
    one->say(li, han, "1");
    one->say(han, li, "2");
  }
  EXPECT_EQ(fixture.stored().meta.last_id, other.stored().meta.last_id);
  EXPECT_EQ(fixture.commit(message_to(li, han, "3")).id, other.commit(message_to(li, han, "3")).id);
}

}  // namespace
}  // namespace lingerd
