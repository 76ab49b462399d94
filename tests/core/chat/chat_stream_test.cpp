#include "tests/core/chat/chat_fixtures.hpp"

// What each stream is told of.
namespace lingerd {
namespace {

using namespace chat_tests;  // NOLINT
using namespace std::chrono_literals;

TEST_F(Chat, ACursorBelongsToThisLifeAndLiesAtOrBelowTheHorizon) {
  EXPECT_EQ(refused(chat().check_cursor(chat().epoch(), chat().horizon())), std::nullopt);
  EXPECT_EQ(refused(chat().check_cursor(chat().epoch(), 0)), std::nullopt);
  EXPECT_EQ(refused(chat().check_cursor(chat().epoch(), chat().horizon() + 1)),
            error::cursor_expired);
  EXPECT_EQ(refused(chat().check_cursor("", 0)), error::cursor_expired);
  EXPECT_EQ(refused(chat().check_cursor(chat().epoch() + "0", 0)), error::cursor_expired);
}

TEST_F(Chat, ACursorOutlivesARestart) {
  const std::string epoch = chat().epoch();
  const change_id cursor = chat().horizon();
  EXPECT_EQ(epoch.size(), 16U);
  fixture.restart();
  EXPECT_EQ(chat().epoch(), epoch);
  EXPECT_EQ(chat().horizon(), cursor);
  EXPECT_EQ(refused(chat().check_cursor(epoch, cursor)), std::nullopt);
}

TEST_F(Chat, AnEmptyAnswerMovesTheCursorToTheHorizon) {
  const change_id before = chat().horizon();
  fixture.user("jim");
  ASSERT_GT(chat().horizon(), before);
  const auto b = fixture.at_hand(li, before);
  ASSERT_TRUE(b);
  EXPECT_EQ(b->events, "");
  EXPECT_EQ(b->next, chat().horizon());
  EXPECT_FALSE(b->more);
}

TEST_F(Chat, TheCidIsForTheSendersStreamsAlone) {
  const change_id before = chat().horizon();
  fixture.send(li, two, "hello", "k1");
  const std::string text = fixture.at_hand(han, before)->events;
  const std::string mine = fixture.at_hand(li, before)->events;
  EXPECT_EQ(text.find("cid"), std::string::npos);
  EXPECT_NE(mine.find(R"("cid":"k1")"), std::string::npos) << "the user's other tabs need it";
  EXPECT_EQ(fixture.from_store(han, before).events, text);
  EXPECT_EQ(fixture.from_store(li, before).events, mine);
}

TEST_F(Chat, AfterTheRingTheStoreGivesTheSame) {
  const change_id before = chat().horizon();
  const group_id lab = fixture.group(li, {han});
  fixture.send(li, two, "hello \"you\"", "k1");
  fixture.send(han, conversation::group(lab), "hello all", "k1");
  fixture.say_to_group(li, lab, "你好");
  const batch_read ring = *fixture.at_hand(han, before);
  fixture.restart();
  EXPECT_FALSE(fixture.at_hand(han, before)) << "the ring is empty after a start";
  const batch_read stored = fixture.from_store(han, before);
  EXPECT_EQ(stored.next, ring.next);
  ids from_ring = ids_in(ring), from_disk = ids_in(stored);
  EXPECT_EQ(messages_in(stored), messages_in(ring));
  EXPECT_TRUE(std::is_sorted(from_disk.begin(), from_disk.end()));
  for (const boost::json::value& e : parsed(ring)) {
    if (kind_of(e) != "message") continue;
    const std::string bytes = boost::json::serialize(e);
    EXPECT_NE(("," + stored.events + ",").find("," + bytes + ","), std::string::npos) << bytes;
  }
}

TEST_F(Chat, ANewerEventIsInTheRingAgainAfterAStart) {
  const change_id before = chat().horizon();
  fixture.say(li, han, "1");
  fixture.restart();
  const change_id cursor = chat().horizon();
  const change_id second = fixture.say(li, han, "2");
  ASSERT_TRUE(fixture.at_hand(han, cursor));
  EXPECT_EQ(ids_in(*fixture.at_hand(han, cursor)), ids{second});
  EXPECT_FALSE(fixture.at_hand(han, before));
  EXPECT_EQ(messages_in(fixture.from_store(han, before)).size(), 2U);
}

TEST_F(Chat, OneWhoWasAwayGetsEachStateOnceAndNewest) {
  const change_id before = chat().horizon();
  fixture.commit(set_display{li, "one"});
  fixture.commit(set_display{li, "two"});
  fixture.commit(ask_friend{wei, han, noon});
  fixture.commit(ask_friend{han, wei, noon});
  fixture.commit(end_friendship{wei, han, noon});
  const batch_read b = fixture.from_store(han, before);
  EXPECT_EQ(kinds_in(b), (std::vector<std::string>{"profile", "friend"}));
  EXPECT_NE(b.events.find(R"("display":"two")"), std::string::npos);
  EXPECT_EQ(b.events.find(R"("display":"one")"), std::string::npos);
  EXPECT_NE(b.events.find(R"("state":"none")"), std::string::npos);
  EXPECT_EQ(fixture.at_hand(han, before)->events, b.events) << "from the ring as from the store";
}

TEST_F(Chat, OneWhoWasAwayHearsWhatHeReadInAGroupThatHeCameBackTo) {
  const group_id lab = fixture.group(li, {han});
  const conversation conversation = conversation::group(lab);
  const change_id message_id = fixture.say_to_group(li, lab, "hello");
  const change_id before = chat().horizon();
  fixture.read(han, conversation, message_id);
  fixture.commit(remove_member{han, lab, han});
  fixture.commit(add_member{li, lab, han});
  const auto has_read = [](const batch_read& b) {
    const auto kinds = kinds_in(b);
    return std::count(kinds.begin(), kinds.end(), "read") == 1;
  };
  EXPECT_TRUE(has_read(*fixture.at_hand(han, before)));
  EXPECT_TRUE(has_read(fixture.from_store(han, before)))
      << "the user's other tab shows \"hello\" as unread for ever";
}

TEST_F(Chat, ANewMemberIsToldOfTheGroupOnce) {
  const group_id lab = fixture.group(li, {});
  const change_id before = chat().horizon();
  const change_id joined = fixture.commit(add_member{li, lab, han}).id;
  for (const user_id u : {li, han}) {
    const batch_read b = *fixture.at_hand(u, before);
    EXPECT_EQ(ids_in(b), ids{joined}) << u;
    EXPECT_EQ(kinds_in(b), std::vector<std::string>{"group"}) << u;
    EXPECT_NE(b.events.find(R"("members":[1,2])"), std::string::npos) << b.events;
    EXPECT_EQ(fixture.from_store(u, before).events, b.events) << u;
  }
}

TEST_F(Chat, OneWhoIsRemovedIsToldSoAfterWhatHeHadNotFetched) {
  const group_id lab = fixture.group(li, {han});
  const change_id before = chat().horizon();
  const change_id message_id = fixture.say_to_group(li, lab, "hello");
  const change_id left = fixture.commit(remove_member{li, lab, han}).id;
  fixture.say_to_group(li, lab, "he is gone");
  const batch_read b = *fixture.at_hand(han, before);
  EXPECT_EQ(ids_in(b), (ids{message_id, left}));
  EXPECT_NE(b.events.find(R"("group":{"id":)" + std::to_string(lab) + R"(},"left":true)"),
            std::string::npos);
  EXPECT_EQ(fixture.from_store(han, before).events, b.events);
}

TEST_F(Chat, ARemovedGroupIsLeftByAllMembers) {
  const group_id lab = fixture.group(li, {han});
  const change_id before = chat().horizon();
  fixture.commit(remove_group{li, lab});
  for (const user_id u : {li, han}) {
    const batch_read b = *fixture.at_hand(u, before);
    EXPECT_EQ(kinds_in(b), std::vector<std::string>{"group"});
    EXPECT_NE(b.events.find(R"("left":true)"), std::string::npos);
    EXPECT_EQ(fixture.from_store(u, before).events, b.events);
  }
}

TEST(ChatOfMany, AGroupOfManyIsFoundedAndEndedWithAFewEvents) {
  limits bounds;
  bounds.ring_entries = 8;
  chat_fixture fixture(bounds);
  const user_id li = fixture.user("li");
  const change_id before = fixture.chat().horizon();
  std::vector<user_id> others;
  for (int i = 0; i < 20; ++i) {
    others.push_back(fixture.user("user" + std::to_string(i)));
    fixture.befriend(li, others.back());
  }
  const change_id message_id = fixture.chat().horizon();
  const group_id lab = fixture.group(li, others);
  const auto told_from_the_ring = [&](change_id after) {
    for (const user_id u : others) {
      const auto b = fixture.at_hand(u, after);
      ASSERT_TRUE(b) << "the ring is too short for " << u;
      EXPECT_EQ(kinds_in(*b), std::vector<std::string>{"group"});
      EXPECT_EQ(fixture.from_store(u, after).events, b->events);
    }
  };
  told_from_the_ring(message_id);
  EXPECT_FALSE(fixture.at_hand(li, before)) << "the ring is as short as was asked for";
  const change_id founded = fixture.chat().horizon();
  fixture.commit(remove_group{li, lab});
  told_from_the_ring(founded);
}

TEST_F(Chat, ARemovedUserIsToldToThoseWhoKnewHim) {
  const group_id lab = fixture.group(han, {li, wei});
  fixture.say(li, han, "hello");
  const change_id before = chat().horizon();
  fixture.commit(remove_user{li});
  const ids received = ids_in(*fixture.at_hand(han, before));
  EXPECT_TRUE(std::adjacent_find(received.begin(), received.end(), std::greater_equal<>()) ==
              received.end());
  const auto kinds = kinds_in(*fixture.at_hand(han, before));
  EXPECT_TRUE(std::count(kinds.begin(), kinds.end(), "group") == 1);
  EXPECT_TRUE(std::count(kinds.begin(), kinds.end(), "friend") == 1);
  EXPECT_EQ(kinds_in(*fixture.at_hand(wei, before)), std::vector<std::string>{"group"});
  EXPECT_FALSE(chat().directory().is_member(lab, li));
}

TEST_F(Chat, SessionsFollowTheirChanges) {
  const change_id id = fixture.commit(open_session{li, token(1), noon, {}, {}}).id;
  ASSERT_TRUE(chat().sessions().find(token(1)));
  EXPECT_EQ(chat().sessions().find(token(1))->row.id, id);
  fixture.restart();
  ASSERT_TRUE(chat().sessions().find(token(1)));
  waiter sleeper(fixture.loop);
  subscriber held(sleeper, false);
  chat().sessions().hold(token(1), held);
  fixture.commit(set_disabled{li, true});
  EXPECT_FALSE(chat().sessions().find(token(1)));
  EXPECT_TRUE(has(sleeper.reasons(), wake::signed_out));
}

TEST_F(Chat, APasswordsHashIsInTheStoreOnly) {
  EXPECT_EQ(fixture.finish(chat().password_hash(li)).value(), "hash of li");
  EXPECT_EQ(fixture.finish(chat().password_hash(99)).value(), "");
}

}  // namespace
}  // namespace lingerd
