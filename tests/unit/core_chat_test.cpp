#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>

#include "core/chat.hpp"
#include "tests/unit/core_world.hpp"

namespace lingerd {
namespace {

using namespace core_tests;  // NOLINT
using namespace std::chrono_literals;
using ids = std::vector<change_id>;

boost::json::array parsed(const batch& b) {
  return boost::json::parse("[" + b.events + "]").as_array();
}
change_id id_of(const boost::json::value& event) { return event.at("id").to_number<change_id>(); }
std::string kind_of(const boost::json::value& event) {
  return std::string(std::string_view(event.at("event").as_string()));
}
ids ids_in(const batch& b) {
  ids all;
  for (const boost::json::value& e : parsed(b)) all.push_back(id_of(e));
  return all;
}
ids messages_in(const batch& b) {
  ids all;
  for (const boost::json::value& e : parsed(b)) {
    if (kind_of(e) == "message") all.push_back(id_of(e));
  }
  return all;
}
std::vector<std::string> kinds_in(const batch& b) {
  std::vector<std::string> all;
  for (const boost::json::value& e : parsed(b)) all.push_back(kind_of(e));
  return all;
}

class Chat : public ::testing::Test {
 protected:
  explicit Chat(limits bounds = {}) : world(bounds) {
    li = world.user("li");
    han = world.user("han");
    wei = world.user("wei");
    world.befriend(li, han);
    two = conversation::single(li, han);
  }
  std::optional<error> refused(const result<chat::sent>& r) {
    return r ? std::nullopt : std::optional(r.error().code);
  }
  std::optional<error> refused(const result<void>& r) {
    return r ? std::nullopt : std::optional(r.error().code);
  }
  chat& talk() { return world.talk(); }

  chat_world world;
  user_id li = 0, han = 0, wei = 0;
  conversation two;
};

// Sending.

TEST_F(Chat, NobodySeesAMessageBeforeItIsOnDisk) {
  const change_id before = talk().horizon();
  waiter sleeper(world.on);
  held_stream held(sleeper, false);
  talk().streams().wait(han, held);
  std::optional<result<chat::sent>> answer;
  world.begin(talk().send(li, two, "hello", ""), answer);
  world.on.turn();
  ASSERT_EQ(world.storage.waiting(), 1U) << "it is on its way";
  EXPECT_FALSE(answer) << "the sender is not told";
  EXPECT_EQ(talk().horizon(), before);
  EXPECT_EQ(world.at_hand(han, before)->events, "");
  EXPECT_EQ(sleeper.reasons(), 0);
  world.settle();
  ASSERT_TRUE(answer && answer->has_value());
  EXPECT_EQ((*answer)->id, talk().horizon());
  EXPECT_EQ((*answer)->timestamp, noon);
  EXPECT_FALSE((*answer)->repeated);
  EXPECT_TRUE(has(sleeper.reasons(), wake::news));
  EXPECT_EQ(messages_in(*world.at_hand(han, before)), ids{(*answer)->id});
}

TEST_F(Chat, MessagesOfOneTurnAreOneBatchInTheirOrder) {
  std::optional<result<chat::sent>> first, second, third;
  world.begin(talk().send(li, two, "1", ""), first);
  world.begin(talk().send(han, two, "2", ""), second);
  world.begin(talk().send(li, two, "3", ""), third);
  world.on.turn();
  EXPECT_EQ(world.storage.waiting(), 1U);
  world.settle();
  EXPECT_LT((*first)->id, (*second)->id);
  EXPECT_LT((*second)->id, (*third)->id);
}

TEST_F(Chat, ARepeatedCidIsAnsweredAsBeforeAndToldToNobody) {
  const auto first = world.send(li, two, "hello", "k1");
  const change_id after = talk().horizon();
  const auto again = world.send(li, two, "hello", "k1");
  ASSERT_TRUE(first && again);
  EXPECT_FALSE(first->repeated);
  EXPECT_TRUE(again->repeated);
  EXPECT_EQ(again->id, first->id);
  EXPECT_EQ(again->timestamp, first->timestamp);
  EXPECT_EQ(talk().horizon(), after);
  EXPECT_EQ(world.at_hand(han, after)->events, "");
}

TEST_F(Chat, ACidAgainInTheSameTurnIsARepetitionToo) {
  std::optional<result<chat::sent>> first, again;
  world.begin(talk().send(li, two, "hello", "k1"), first);
  world.begin(talk().send(li, two, "hello", "k1"), again);
  world.settle();
  EXPECT_EQ((*first)->id, (*again)->id);
  EXPECT_TRUE((*again)->repeated);
}

TEST_F(Chat, ACidIsRememberedOverARestart) {
  const change_id first = world.send(li, two, "hello", "k1")->id;
  world.restart();
  const auto again = world.send(li, two, "hello", "k1");
  EXPECT_EQ(again->id, first);
  EXPECT_TRUE(again->repeated);
  EXPECT_EQ(refused(world.send(li, two, "other", "k1")), error::cid_conflict);
}

TEST_F(Chat, ARepetitionIsAnsweredAlsoAfterTheFriendshipHasEnded) {
  const change_id first = world.send(li, two, "hello", "k1")->id;
  world.did(end_friendship{han, li, noon});
  EXPECT_EQ(world.send(li, two, "hello", "k1")->id, first);
  EXPECT_EQ(refused(world.send(li, two, "hello", "k2")), error::not_friends);
  EXPECT_EQ(refused(world.send(li, two, "hello")), error::not_friends);
}

TEST_F(Chat, WhatIsClearlyForbiddenCostsNoDisk) {
  std::optional<result<chat::sent>> answer;
  world.begin(talk().send(li, conversation::single(li, wei), "hello", ""), answer);
  ASSERT_TRUE(answer) << "at once";
  EXPECT_EQ(refused(*answer), error::not_friends);
  EXPECT_EQ(talk().pending(), 0U);
}

TEST_F(Chat, WhatWasDecidedMeanwhileCounts) {
  std::optional<result<applied>> ended;
  std::optional<result<chat::sent>> answer;
  world.begin(talk().commit(end_friendship{han, li, noon}), ended);
  world.begin(talk().send(li, two, "hello", ""), answer);
  world.settle();
  EXPECT_EQ(refused(*answer), error::not_friends) << "the verdict falls in the log's order";
}

TEST_F(Chat, AMessageOfOneWhoHungUpIsKept) {
  const change_id before = talk().horizon();
  std::optional<result<chat::sent>> answer;
  world.begin(talk().send(li, two, "hello", ""), answer);
  world.on.turn();
  world.roots.clear();
  world.settle();
  EXPECT_FALSE(answer);
  EXPECT_EQ(messages_in(*world.at_hand(han, before)).size(), 1U);
  EXPECT_TRUE(world.send(li, two, "and on", "").has_value()) << "the queue is whole";
}

task<void> send_and_forget(chat& talk, user_id from, conversation to) {
  std::string text = "2", cid;
  co_await talk.send(from, to, std::move(text), std::move(cid));
}

TEST_F(Chat, OneWhoHangsUpBetweenOthersDisturbsNobody) {
  std::optional<result<chat::sent>> first, third;
  const change_id before = talk().horizon();
  world.begin(talk().send(li, two, "1", ""), first);
  {
    nursery short_lived;
    short_lived.spawn(send_and_forget(talk(), li, two));
    world.begin(talk().send(li, two, "3", ""), third);
  }
  world.settle();
  ASSERT_TRUE(first && third);
  EXPECT_TRUE(first->has_value());
  EXPECT_TRUE(third->has_value());
  EXPECT_EQ(messages_in(*world.at_hand(han, before)).size(), 3U);
}

TEST_F(Chat, ManyChangesAreAnsweredInTheirOrder) {
  std::vector<change> all;
  all.push_back(message_to(li, han, "1"));
  all.push_back(message_to(li, wei, "refused"));
  all.push_back(message_to(han, li, "2"));
  const auto done = world.finish(talk().commit_all(std::move(all)));
  ASSERT_EQ(done.size(), 3U);
  EXPECT_TRUE(done[0].has_value());
  EXPECT_EQ(done[1].error().code, error::not_friends);
  EXPECT_TRUE(done[2].has_value());
  EXPECT_LT(done[0]->id, done[2]->id);
}

TEST_F(Chat, ChangesThatNobodyWaitsForAreDone) {
  talk().commit_unwatched(set_display{li, "李雷"});
  EXPECT_EQ(talk().people().user(li)->display, "li");
  world.settle();
  EXPECT_EQ(talk().people().user(li)->display, "李雷");
}

class CrowdedChat : public Chat {
 protected:
  static limits few() {
    limits b;
    b.append_queue = 2;
    return b;
  }
  CrowdedChat() : Chat(few()) {}
};

TEST_F(CrowdedChat, TooManyWhoWaitForTheDiskAreRefused) {
  std::optional<result<chat::sent>> first, second, third;
  world.begin(talk().send(li, two, "1", ""), first);
  world.begin(talk().send(li, two, "2", ""), second);
  world.begin(talk().send(li, two, "3", ""), third);
  ASSERT_TRUE(third);
  EXPECT_EQ(refused(*third), error::overloaded);
  world.settle();
  EXPECT_TRUE(first->has_value() && second->has_value());
  EXPECT_TRUE(world.send(li, two, "4").has_value());
}

// Reading.

TEST_F(Chat, AReadMarkIsGatheredBeforeItIsWritten) {
  const change_id his = world.say(han, li, "hello");
  const change_id before = talk().horizon();
  EXPECT_EQ(refused(talk().mark_read(li, two, his)), std::nullopt);
  world.settle();
  EXPECT_EQ(talk().horizon(), before) << "not yet";
  world.pass(2s);
  EXPECT_GT(talk().horizon(), before) << "2 s at most";
  EXPECT_EQ(talk().people().unread(li, two), 0U);
  const std::string told = world.at_hand(han, before)->events;
  EXPECT_EQ(told, R"({"event":"read","id":)" + std::to_string(talk().horizon()) +
                      R"(,"user":1,"type":"single","with":2,"up_to":)" + std::to_string(his) + "}");
  EXPECT_EQ(world.at_hand(li, before)->events, told) << "his other tabs are told, too";
}

TEST_F(Chat, MarksOfOneConversationAreOneChange) {
  const change_id first = world.say(han, li, "1");
  const change_id second = world.say(han, li, "2");
  const change_id before = talk().horizon();
  talk().mark_read(li, two, first);
  talk().mark_read(li, two, second);
  talk().mark_read(li, two, first);
  world.pass(2s);
  EXPECT_EQ(talk().horizon(), before + 1);
  EXPECT_EQ(talk().people().read_mark_of(li, two)->up_to, second);
}

TEST_F(Chat, ALowerMarkChangesNothing) {
  const change_id first = world.say(han, li, "1");
  const change_id second = world.say(han, li, "2");
  world.read(li, two, second);
  const change_id before = talk().horizon();
  EXPECT_EQ(refused(talk().mark_read(li, two, first)), std::nullopt);
  EXPECT_EQ(refused(talk().mark_read(li, two, second)), std::nullopt);
  world.pass(5s);
  EXPECT_EQ(talk().horizon(), before);
}

TEST_F(Chat, BeyondTheNewestIsTheNewestOfThen) {
  world.say(han, li, "1");
  talk().mark_read(li, two, change_id_max);
  const change_id later = world.say(han, li, "2");
  world.pass(2s);
  EXPECT_LT(talk().people().read_mark_of(li, two)->up_to, later);
  EXPECT_EQ(talk().people().unread(li, two), 1U) << "he has not seen that one";
}

TEST_F(Chat, MarksOfManyPeopleAreWrittenTogether) {
  const group_id lab = world.group(li, {han, wei});
  const change_id said = world.say_to_group(li, lab, "hello");
  const change_id his = world.say(li, han, "hello");
  for (const user_id u : {han, wei}) talk().mark_read(u, conversation::group(lab), said);
  talk().mark_read(han, two, his);
  world.pass(2s);
  EXPECT_EQ(talk().people().unread(han, conversation::group(lab)), 0U);
  EXPECT_EQ(talk().people().unread(wei, conversation::group(lab)), 0U);
  EXPECT_EQ(talk().people().unread(han, two), 0U);
}

TEST_F(Chat, OnlyWhatOneMaySeeIsRead) {
  const group_id lab = world.group(li, {han});
  world.say_to_group(li, lab, "hello");
  EXPECT_EQ(refused(talk().mark_read(wei, conversation::group(lab), 1)), error::not_member);
  EXPECT_EQ(refused(talk().mark_read(li, conversation::group(99), 1)), error::not_found);
  EXPECT_EQ(refused(talk().mark_read(li, conversation::single(li, 99), 1)), error::not_found);
  EXPECT_EQ(refused(talk().mark_read(li, conversation::single(li, wei), 1)), std::nullopt)
      << "an empty one";
  world.pass(5s);
  EXPECT_EQ(talk().pending(), 0U);
}

TEST_F(Chat, TypingIsForThoseOneMayWriteTo) {
  EXPECT_EQ(refused(talk().typing(li, two)), std::nullopt);
  EXPECT_EQ(refused(talk().typing(li, conversation::single(li, wei))), error::not_friends);
  EXPECT_EQ(refused(talk().typing(li, conversation::group(99))), error::not_found);
}

TEST_F(Chat, TypingReachesTheOther) {
  talk().online().hold(han);
  world.pass(1s);
  const std::uint64_t before = talk().online().revision();
  talk().typing(li, two);
  std::string out;
  talk().online().append_typing(out, han, before);
  EXPECT_EQ(out, R"({"event":"typing","user":1,"type":"single","to":2})");
}

TEST_F(Chat, NewFriendsSeeThatTheOtherIsOnline) {
  talk().online().hold(li);
  talk().online().hold(wei);
  world.pass(2s);
  const std::uint64_t known = talk().online().revision();
  world.befriend(li, wei);
  world.pass(2s);
  EXPECT_TRUE(talk().online().is_newer(li, known))
      << "\"online\" is [3] now, and he knows it as []: no poll tells him until somebody moves";
}

// Streams.

TEST_F(Chat, ACursorBelongsToThisLifeAndLiesAtOrBelowTheHorizon) {
  EXPECT_EQ(refused(talk().check_cursor(talk().epoch(), talk().horizon())), std::nullopt);
  EXPECT_EQ(refused(talk().check_cursor(talk().epoch(), 0)), std::nullopt);
  EXPECT_EQ(refused(talk().check_cursor(talk().epoch(), talk().horizon() + 1)),
            error::cursor_expired);
  EXPECT_EQ(refused(talk().check_cursor("", 0)), error::cursor_expired);
  EXPECT_EQ(refused(talk().check_cursor(talk().epoch() + "0", 0)), error::cursor_expired);
}

TEST_F(Chat, ACursorOutlivesARestart) {
  const std::string epoch = talk().epoch();
  const change_id cursor = talk().horizon();
  EXPECT_EQ(epoch.size(), 16U);
  world.restart();
  EXPECT_EQ(talk().epoch(), epoch);
  EXPECT_EQ(talk().horizon(), cursor);
  EXPECT_EQ(refused(talk().check_cursor(epoch, cursor)), std::nullopt);
}

TEST_F(Chat, AnEmptyAnswerMovesTheCursorToTheHorizon) {
  const change_id before = talk().horizon();
  world.user("jim");
  ASSERT_GT(talk().horizon(), before);
  const auto b = world.at_hand(li, before);
  ASSERT_TRUE(b);
  EXPECT_EQ(b->events, "");
  EXPECT_EQ(b->next, talk().horizon());
  EXPECT_FALSE(b->more);
}

TEST_F(Chat, TheCidIsForTheSendersStreamsAlone) {
  const change_id before = talk().horizon();
  world.send(li, two, "hello", "k1");
  const std::string his = world.at_hand(han, before)->events;
  const std::string mine = world.at_hand(li, before)->events;
  EXPECT_EQ(his.find("cid"), std::string::npos);
  EXPECT_NE(mine.find(R"("cid":"k1")"), std::string::npos) << "his other tabs need it";
  EXPECT_EQ(world.from_store(han, before).events, his);
  EXPECT_EQ(world.from_store(li, before).events, mine);
}

TEST_F(Chat, AfterTheRingTheStoreGivesTheSame) {
  const change_id before = talk().horizon();
  const group_id lab = world.group(li, {han});
  world.send(li, two, "hello \"you\"", "k1");
  world.send(han, conversation::group(lab), "hello all", "k1");
  world.say_to_group(li, lab, "你好");
  const batch ring = *world.at_hand(han, before);
  world.restart();
  EXPECT_FALSE(world.at_hand(han, before)) << "the ring is empty after a start";
  const batch stored = world.from_store(han, before);
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
  const change_id before = talk().horizon();
  world.say(li, han, "1");
  world.restart();
  const change_id cursor = talk().horizon();
  const change_id second = world.say(li, han, "2");
  ASSERT_TRUE(world.at_hand(han, cursor));
  EXPECT_EQ(ids_in(*world.at_hand(han, cursor)), ids{second});
  EXPECT_FALSE(world.at_hand(han, before));
  EXPECT_EQ(messages_in(world.from_store(han, before)).size(), 2U);
}

TEST_F(Chat, OneWhoWasAwayGetsEachStateOnceAndNewest) {
  const change_id before = talk().horizon();
  world.did(set_display{li, "one"});
  world.did(set_display{li, "two"});
  world.did(ask_friend{wei, han, noon});
  world.did(ask_friend{han, wei, noon});
  world.did(end_friendship{wei, han, noon});
  const batch b = world.from_store(han, before);
  EXPECT_EQ(kinds_in(b), (std::vector<std::string>{"profile", "friend"}));
  EXPECT_NE(b.events.find(R"("display":"two")"), std::string::npos);
  EXPECT_EQ(b.events.find(R"("display":"one")"), std::string::npos);
  EXPECT_NE(b.events.find(R"("state":"none")"), std::string::npos);
  EXPECT_EQ(world.at_hand(han, before)->events, b.events) << "from the ring as from the store";
}

TEST_F(Chat, OneWhoWasAwayHearsWhatHeReadInAGroupThatHeCameBackTo) {
  const group_id lab = world.group(li, {han});
  const conversation in = conversation::group(lab);
  const change_id said = world.say_to_group(li, lab, "hello");
  const change_id before = talk().horizon();
  world.read(han, in, said);
  world.did(remove_member{han, lab, han});
  world.did(add_member{li, lab, han});
  const auto has_read = [](const batch& b) {
    const auto kinds = kinds_in(b);
    return std::count(kinds.begin(), kinds.end(), "read") == 1;
  };
  EXPECT_TRUE(has_read(*world.at_hand(han, before)));
  EXPECT_TRUE(has_read(world.from_store(han, before)))
      << "his other tab shows \"hello\" as unread for ever";
}

TEST_F(Chat, ANewMemberIsToldOfTheGroupOnce) {
  const group_id lab = world.group(li, {});
  const change_id before = talk().horizon();
  const change_id joined = world.did(add_member{li, lab, han}).id;
  for (const user_id u : {li, han}) {
    const batch b = *world.at_hand(u, before);
    EXPECT_EQ(ids_in(b), ids{joined}) << u;
    EXPECT_EQ(kinds_in(b), std::vector<std::string>{"group"}) << u;
    EXPECT_NE(b.events.find(R"("members":[1,2])"), std::string::npos) << b.events;
    EXPECT_EQ(world.from_store(u, before).events, b.events) << u;
  }
}

TEST_F(Chat, OneWhoIsRemovedIsToldSoAfterWhatHeHadNotFetched) {
  const group_id lab = world.group(li, {han});
  const change_id before = talk().horizon();
  const change_id said = world.say_to_group(li, lab, "hello");
  const change_id left = world.did(remove_member{li, lab, han}).id;
  world.say_to_group(li, lab, "he is gone");
  const batch b = *world.at_hand(han, before);
  EXPECT_EQ(ids_in(b), (ids{said, left}));
  EXPECT_NE(b.events.find(R"("group":{"id":)" + std::to_string(lab) + R"(},"left":true)"),
            std::string::npos);
  EXPECT_EQ(world.from_store(han, before).events, b.events);
}

TEST_F(Chat, ARemovedGroupIsLeftByAllMembers) {
  const group_id lab = world.group(li, {han});
  const change_id before = talk().horizon();
  world.did(remove_group{li, lab});
  for (const user_id u : {li, han}) {
    const batch b = *world.at_hand(u, before);
    EXPECT_EQ(kinds_in(b), std::vector<std::string>{"group"});
    EXPECT_NE(b.events.find(R"("left":true)"), std::string::npos);
    EXPECT_EQ(world.from_store(u, before).events, b.events);
  }
}

TEST(ChatOfMany, AGroupOfManyIsFoundedAndEndedWithAFewEvents) {
  limits bounds;
  bounds.ring_entries = 8;
  chat_world world(bounds);
  const user_id li = world.user("li");
  const change_id before = world.talk().horizon();
  std::vector<user_id> others;
  for (int i = 0; i < 20; ++i) {
    others.push_back(world.user("user" + std::to_string(i)));
    world.befriend(li, others.back());
  }
  const change_id known = world.talk().horizon();
  const group_id lab = world.group(li, others);
  const auto told_from_the_ring = [&](change_id after) {
    for (const user_id u : others) {
      const auto b = world.at_hand(u, after);
      ASSERT_TRUE(b) << "the ring is too short for " << u;
      EXPECT_EQ(kinds_in(*b), std::vector<std::string>{"group"});
      EXPECT_EQ(world.from_store(u, after).events, b->events);
    }
  };
  told_from_the_ring(known);
  EXPECT_FALSE(world.at_hand(li, before)) << "the ring is as short as was asked for";
  const change_id founded = world.talk().horizon();
  world.did(remove_group{li, lab});
  told_from_the_ring(founded);
}

TEST_F(Chat, ARemovedUserIsToldToThoseWhoKnewHim) {
  const group_id lab = world.group(han, {li, wei});
  world.say(li, han, "hello");
  const change_id before = talk().horizon();
  world.did(remove_user{li});
  const ids seen = ids_in(*world.at_hand(han, before));
  EXPECT_TRUE(std::adjacent_find(seen.begin(), seen.end(), std::greater_equal<>()) == seen.end());
  const auto kinds = kinds_in(*world.at_hand(han, before));
  EXPECT_TRUE(std::count(kinds.begin(), kinds.end(), "group") == 1);
  EXPECT_TRUE(std::count(kinds.begin(), kinds.end(), "friend") == 1);
  EXPECT_EQ(kinds_in(*world.at_hand(wei, before)), std::vector<std::string>{"group"});
  EXPECT_FALSE(talk().people().is_member(lab, li));
}

TEST_F(Chat, SessionsFollowTheirChanges) {
  const change_id id = world.did(open_session{li, token(1), noon, {}}).id;
  ASSERT_TRUE(talk().signed_in().find(token(1)));
  EXPECT_EQ(talk().signed_in().find(token(1))->row.id, id);
  world.restart();
  ASSERT_TRUE(talk().signed_in().find(token(1)));
  waiter sleeper(world.on);
  held_stream held(sleeper, false);
  talk().signed_in().hold(token(1), held);
  world.did(set_disabled{li, true});
  EXPECT_FALSE(talk().signed_in().find(token(1)));
  EXPECT_TRUE(has(sleeper.reasons(), wake::signed_out));
}

TEST_F(Chat, APasswordsHashIsInTheStoreOnly) {
  EXPECT_EQ(world.finish(talk().password_hash(li)).value(), "hash of li");
  EXPECT_EQ(world.finish(talk().password_hash(99)).value(), "");
}

class PagedChat : public Chat {
 protected:
  static limits pages_of_three() {
    limits b;
    b.batch_events = 3;
    return b;
  }
  PagedChat() : Chat(pages_of_three()) {}
  // Reads page after page as a client does.
  template <class Page>
  ids follow(change_id after, Page page) {
    ids all;
    for (int i = 0; i < 100; ++i) {
      const batch b = page(after);
      const ids some = ids_in(b);
      EXPECT_LE(some.size(), 3U);
      for (const change_id id : some) {
        EXPECT_GT(id, after);
        EXPECT_LE(id, b.next);
      }
      all.insert(all.end(), some.begin(), some.end());
      if (b.more) {
        EXPECT_EQ(b.next, some.back());
      }
      after = b.next;
      if (!b.more) break;
    }
    EXPECT_EQ(after, talk().horizon());
    EXPECT_TRUE(std::adjacent_find(all.begin(), all.end(), std::greater_equal<>()) == all.end())
        << "each once, in order";
    return all;
  }
};

TEST_F(PagedChat, ALongAbsenceIsReadPageByPage) {
  const change_id before = talk().horizon();
  ids said;
  for (int i = 0; i < 8; ++i) said.push_back(world.say(li, han, std::to_string(i)));
  EXPECT_EQ(follow(before, [&](change_id after) { return *world.at_hand(han, after); }), said);
  EXPECT_EQ(follow(before, [&](change_id after) { return world.from_store(han, after); }), said);
}

TEST_F(PagedChat, ExactlyAPageIsNotMore) {
  const change_id before = talk().horizon();
  for (int i = 0; i < 3; ++i) world.say(li, han, std::to_string(i));
  EXPECT_FALSE(world.at_hand(han, before)->more);
  EXPECT_EQ(world.at_hand(han, before)->next, talk().horizon());
  EXPECT_FALSE(world.from_store(han, before).more);
}

TEST_F(PagedChat, StatesComeInTheirPlaceBetweenThePages) {
  const change_id before = talk().horizon();
  for (int i = 0; i < 2; ++i) world.say(li, han, "a");
  world.did(set_display{li, "李雷"});
  const group_id lab = world.group(li, {han, wei});
  for (int i = 0; i < 4; ++i) world.say_to_group(wei, lab, "b");
  world.did(ask_friend{wei, han, noon});
  world.did(set_display{han, "韩"});
  for (int i = 0; i < 2; ++i) world.say(li, han, "c");
  const ids ring = follow(before, [&](change_id after) { return *world.at_hand(han, after); });
  const ids disk = follow(before, [&](change_id after) { return world.from_store(han, after); });
  EXPECT_EQ(ring, disk);
  EXPECT_EQ(ring.size(), 12U);
}

TEST_F(PagedChat, ManyStatesWithoutMessagesArePagedToo) {
  const change_id before = talk().horizon();
  for (int i = 0; i < 7; ++i) {
    const user_id u = world.user("u" + std::to_string(i));
    world.did(ask_friend{u, han, noon});
  }
  const batch first = world.from_store(han, before);
  EXPECT_TRUE(first.more);
  const ids all = follow(before, [&](change_id after) { return world.from_store(han, after); });
  EXPECT_GE(all.size(), 7U);
}

class HeavyChat : public Chat {
 protected:
  static limits small_answers() {
    limits b;
    b.batch_bytes = 1'000;
    return b;
  }
  HeavyChat() : Chat(small_answers()) {}
};

TEST_F(HeavyChat, AnAnswerIsBoundedInBytesButNeverStuck) {
  const change_id before = talk().horizon();
  for (int i = 0; i < 5; ++i) world.say(li, han, std::string(2'000, 'x'));
  change_id ring = before, disk = before;
  for (int i = 0; i < 5; ++i) {
    const batch a = *world.at_hand(han, ring);
    const batch b = world.from_store(han, disk);
    EXPECT_EQ(ids_in(a).size(), 1U);
    EXPECT_EQ(ids_in(b).size(), 1U);
    EXPECT_EQ(a.more, i < 4);
    EXPECT_EQ(b.more, i < 4);
    ring = a.next;
    disk = b.next;
  }
  EXPECT_EQ(ring, talk().horizon());
  EXPECT_EQ(disk, talk().horizon());
}

TEST_F(HeavyChat, StatesAreBoundedInBytesToo) {
  const change_id before = talk().horizon();
  constexpr std::size_t groups = 6;
  for (std::size_t i = 0; i < groups; ++i) {
    add_group c;
    c.owner = han;
    c.name = "lab";
    c.brief = std::string(1'000, 'x');
    world.did(c);
  }
  std::size_t seen = 0;
  change_id after = before;
  for (std::size_t i = 0; i < 20; ++i) {
    const batch b = world.from_store(han, after);
    EXPECT_LE(b.events.size(), 2U * (world.bounds.batch_bytes + 500)) << "one answer's memory";
    seen += ids_in(b).size();
    after = b.next;
    if (!b.more) break;
  }
  EXPECT_EQ(seen, groups);
}

TEST_F(HeavyChat, StatesWaitForTheAnswerThatReachesThem) {
  const change_id before = talk().horizon();
  const change_id first = world.say(li, han, std::string(2'000, 'x'));
  world.did(set_display{li, "between"});
  const change_id second = world.say(li, han, std::string(2'000, 'x'));
  world.did(ask_friend{wei, han, noon});
  const batch one = world.from_store(han, before);
  EXPECT_EQ(ids_in(one), ids{first});
  EXPECT_EQ(one.next, first);
  std::vector<std::string> rest;
  batch b = one;
  for (int i = 0; i < 5 && b.more; ++i) {
    const change_id after = b.next;
    b = world.from_store(han, after);
    for (const change_id id : ids_in(b)) {
      EXPECT_GT(id, after);
      EXPECT_LE(id, b.next);
    }
    for (const std::string& kind : kinds_in(b)) rest.push_back(kind);
  }
  EXPECT_EQ(rest, (std::vector<std::string>{"profile", "message", "friend"}));
  EXPECT_EQ(b.next, talk().horizon());
  EXPECT_LT(first, second);
}

// The tutorial's page.

TEST_F(Chat, TheClassicViewHasMessagesOfOthersOnly) {
  const change_id before = talk().horizon();
  world.say(li, han, "mine");
  world.send(han, two, "his", "k1");
  world.did(set_display{han, "韩"});
  const change_id his = messages_in(*world.at_hand(li, before)).back();
  const std::string expected =
      R"({"id":)" + std::to_string(his) +
      R"(,"timestamp":"2023-11-14T22:13:20.000Z","from":2,"to":1,"type":"single","msg":"his"})";
  const batch ring = *world.at_hand(li, before, chat::view::classic);
  const batch disk = world.from_store(li, before, chat::view::classic);
  EXPECT_EQ(ring.events, expected);
  EXPECT_EQ(disk.events, expected);
  EXPECT_EQ(ring.next, talk().horizon());
  EXPECT_EQ(disk.next, talk().horizon());
}

TEST_F(PagedChat, TheClassicViewPassesOverManyOfOnesOwn) {
  const change_id before = talk().horizon();
  for (int i = 0; i < 10; ++i) world.say(li, han, "mine");
  world.say(han, li, "his");
  for (const bool from_disk : {false, true}) {
    change_id after = before;
    std::string all;
    for (int i = 0; i < 20; ++i) {
      const batch b = from_disk ? world.from_store(li, after, chat::view::classic)
                                : *world.at_hand(li, after, chat::view::classic);
      EXPECT_GT(b.next, after) << "it moves even where nothing is shown";
      all += b.events;
      after = b.next;
      if (!b.more) break;
    }
    EXPECT_EQ(after, talk().horizon());
    EXPECT_NE(all.find(R"("msg":"his")"), std::string::npos);
    EXPECT_EQ(all.find("mine"), std::string::npos);
  }
}

// History.

TEST_F(Chat, HistoryGoesBackwardPageByPage) {
  ids said;
  for (int i = 0; i < 5; ++i) said.push_back(world.say(i % 2 ? han : li, i % 2 ? li : han, "x"));
  const auto page = [&](change_id before, std::size_t limit) {
    const auto r = world.finish(talk().history(li, two, before, limit));
    return boost::json::parse(*r).as_object();
  };
  const auto listed = [](const boost::json::object& o) {
    ids all;
    for (const boost::json::value& m : o.at("messages").as_array()) all.push_back(id_of(m));
    return all;
  };
  EXPECT_EQ(listed(page(change_id_max, 2)), (ids{said[3], said[4]}));
  EXPECT_TRUE(page(change_id_max, 2).at("more").as_bool());
  EXPECT_EQ(listed(page(said[3], 2)), (ids{said[1], said[2]})) << "exclusive";
  EXPECT_EQ(listed(page(said[1], 2)), ids{said[0]});
  EXPECT_FALSE(page(said[1], 2).at("more").as_bool());
  EXPECT_EQ(listed(page(change_id_max, 5)), said);
  EXPECT_FALSE(page(change_id_max, 5).at("more").as_bool());
  EXPECT_EQ(listed(page(said[0], 5)), ids{});
}

TEST_F(Chat, HistoryShowsAGroupFromTheJoiningUntilTheLeaving) {
  const group_id lab = world.group(li, {});
  const conversation in = conversation::group(lab);
  world.say_to_group(li, lab, "before");
  world.did(add_member{li, lab, han});
  world.say_to_group(li, lab, "during");
  world.did(remove_member{han, lab, han});
  world.say_to_group(li, lab, "after");
  const std::string his = world.finish(talk().history(han, in, change_id_max, 50)).value();
  EXPECT_NE(his.find("during"), std::string::npos);
  EXPECT_EQ(his.find("before"), std::string::npos);
  EXPECT_EQ(his.find("after"), std::string::npos);
  EXPECT_NE(his.find(R"("more":false)"), std::string::npos);
  const auto stranger = world.finish(talk().history(wei, in, change_id_max, 50));
  ASSERT_FALSE(stranger);
  EXPECT_EQ(stranger.error().code, error::not_member);
}

TEST_F(Chat, HistoryOfAnEndedFriendshipIsReadable) {
  world.send(li, two, "hello", "k1");
  world.did(end_friendship{han, li, noon});
  const std::string mine = world.finish(talk().history(li, two, change_id_max, 50)).value();
  const std::string his = world.finish(talk().history(han, two, change_id_max, 50)).value();
  EXPECT_NE(mine.find(R"("cid":"k1")"), std::string::npos);
  EXPECT_EQ(his.find("cid"), std::string::npos);
  EXPECT_NE(his.find("hello"), std::string::npos);
}

// The start.

TEST_F(Chat, TheStartIsTheWholeStateAtOneCursor) {
  const user_id jim = world.user("jim");
  const user_id lucy = world.user("lucy");
  world.did(ask_friend{wei, li, noon});
  world.did(ask_friend{li, jim, noon});
  const group_id lab = world.group(lucy, {li});
  const change_id first = world.send(li, two, "hello", "k1")->id;
  const change_id second = world.say(han, li, "hello yourself");
  const change_id third = world.say_to_group(lucy, lab, "hello all");
  const auto text = world.finish(talk().start(li));
  ASSERT_TRUE(text);
  const auto n = [](std::uint64_t x) { return std::to_string(x); };
  const std::string at = R"("timestamp":"2023-11-14T22:13:20.000Z")";
  EXPECT_EQ(
      *text + "}",
      R"({"epoch":")" + talk().epoch() + R"(","cursor":)" + n(talk().horizon()) +
          R"(,"me":{"id":1,"name":"li","display":"li","admin":false},)"
          R"("users":[{"id":2,"name":"han","display":"han"},{"id":3,"name":"wei","display":"wei"},)"
          R"({"id":4,"name":"jim","display":"jim"},{"id":5,"name":"lucy","display":"lucy"}],)"
          R"("friends":[2],"requests":[{"user":3,"at":"2023-11-14T22:13:20.000Z"}],"asked":[4],)"
          R"("groups":[{"id":6,"name":"lab","brief":"","owner":5,"admins":[5],"members":[1,5],)"
          R"("max_members":200}],)"
          R"("conversations":[{"type":"single","with":2,"last":{"event":"message","id":)" +
          n(second) + "," + at +
          R"(,"from":2,"to":1,"type":"single","msg":"hello yourself"},"unread":1,"read":0,"seen":)" +
          n(first) +
          R"(},)"
          R"({"type":"group","with":6,"last":{"event":"message","id":)" +
          n(third) + "," + at +
          R"(,"from":5,"to":6,"type":"group","msg":"hello all"},"unread":1,"read":0}],)"
          R"("presence":{"rev":)" +
          n(talk().online().revision()) + R"(,"online":[]}})");
  EXPECT_EQ(jim, 4U);
  EXPECT_LT(first, second);
}

TEST_F(Chat, TheStartSaysWhatTheOtherHasRead) {
  const change_id mine = world.say(li, han, "hello");
  const auto shown = [&](user_id reader) {
    return boost::json::parse(world.finish(talk().start(reader)).value() + "}")
        .at("conversations")
        .at(0);
  };
  const boost::json::value before = shown(li);
  const boost::json::value* seen = before.as_object().if_contains("seen");
  EXPECT_TRUE(!seen || seen->to_number<change_id>() == 0);
  world.read(han, two, mine);
  EXPECT_EQ(shown(li).at("seen").to_number<change_id>(), mine);
  EXPECT_EQ(shown(li).at("read").to_number<change_id>(), 0U) << "he himself had nothing to read";
}

TEST_F(Chat, TheStartCountsWhatWasJustRead) {
  const change_id his = world.say(han, li, "hello");
  talk().mark_read(li, two, his);
  const std::string text = world.finish(talk().start(li)).value() + "}";
  const auto shown = boost::json::parse(text).at("conversations").at(0);
  EXPECT_EQ(shown.at("unread").to_number<int>(), 0);
  EXPECT_EQ(shown.at("read").to_number<change_id>(), his);
  EXPECT_EQ(boost::json::parse(text).at("cursor").to_number<change_id>(), talk().horizon());
}

TEST_F(Chat, TheStartIsTheSameAfterARestart) {
  const group_id lab = world.group(han, {li});
  world.say(li, han, "1");
  world.say(han, li, "2");
  world.say_to_group(han, lab, "3");
  world.did(remove_member{li, lab, li});
  const auto but_presence = [](std::string text) {
    return text.substr(0, text.rfind(R"("presence")"));
  };
  const std::string before = but_presence(world.finish(talk().start(li)).value());
  world.restart();
  EXPECT_EQ(but_presence(world.finish(talk().start(li)).value()), before);
}

TEST_F(Chat, TheStartShowsAGroupThatWasLeft) {
  const group_id lab = world.group(han, {li});
  const change_id seen = world.say_to_group(han, lab, "seen");
  world.did(remove_member{li, lab, li});
  world.say_to_group(han, lab, "never seen");
  const auto v = boost::json::parse(world.finish(talk().start(li)).value() + "}");
  EXPECT_TRUE(v.at("groups").as_array().empty());
  const auto& shown = v.at("conversations").at(0);
  EXPECT_TRUE(shown.at("left").as_bool());
  EXPECT_EQ(shown.at("name").as_string(), "lab");
  EXPECT_EQ(id_of(shown.at("last")), seen);
  EXPECT_EQ(shown.at("unread").to_number<int>(), 1);
}

TEST_F(Chat, TheStartHidesWhatWasSaidBeforeTheJoining) {
  const group_id lab = world.group(han, {});
  world.say_to_group(han, lab, "before");
  world.did(add_member{0, lab, li});
  const auto v = boost::json::parse(world.finish(talk().start(li)).value() + "}");
  EXPECT_EQ(v.at("groups").as_array().size(), 1U);
  EXPECT_TRUE(v.at("conversations").as_array().empty());
}

TEST_F(Chat, WhatComesWhileTheStartIsReadLiesAboveItsCursor) {
  world.say(han, li, "before");
  std::optional<result<std::string>> text;
  world.begin(talk().start(li), text);
  ASSERT_FALSE(text);
  ASSERT_EQ(world.reader.waiting(), 1U) << "its last messages are being read";
  std::optional<result<chat::sent>> sent;
  world.begin(talk().send(han, two, "meanwhile", ""), sent);
  world.on.turn();
  world.storage.run_all();
  world.on.turn();
  ASSERT_TRUE(sent && sent->has_value());
  world.settle();
  ASSERT_TRUE(text && text->has_value());
  const auto v = boost::json::parse(**text + "}");
  const auto cursor = v.at("cursor").to_number<change_id>();
  EXPECT_LT(cursor, (*sent)->id);
  EXPECT_EQ((*text)->find("meanwhile"), std::string::npos);
  EXPECT_EQ(messages_in(*world.at_hand(li, cursor)), ids{(*sent)->id});
}

TEST_F(Chat, ThereIsNoStartForNobody) {
  const auto r = world.finish(talk().start(99));
  ASSERT_FALSE(r);
  EXPECT_EQ(r.error().code, error::not_found);
}

}  // namespace
}  // namespace lingerd
