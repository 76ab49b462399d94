#include "tests/core/chat/chat_fixtures.hpp"

// Sending, and changes on their way to the disk.
namespace lingerd {
namespace {

using namespace chat_tests;  // NOLINT
using namespace std::chrono_literals;

TEST_F(Chat, NobodySeesAMessageBeforeItIsOnDisk) {
  const change_id before = chat().horizon();
  waiter sleeper(fixture.loop);
  subscriber held(sleeper, false);
  chat().fanout().wait(han, held);
  std::optional<result<chat::sent>> answer;
  fixture.begin(chat().send(li, two, "hello", ""), answer);
  fixture.loop.turn();
  ASSERT_EQ(fixture.storage.waiting(), 1U) << "it is on its way";
  EXPECT_FALSE(answer) << "the sender is not told";
  EXPECT_EQ(chat().horizon(), before);
  EXPECT_EQ(fixture.at_hand(han, before)->events, "");
  EXPECT_EQ(sleeper.reasons(), 0);
  fixture.settle();
  ASSERT_TRUE(answer && answer->has_value());
  EXPECT_EQ((*answer)->id, chat().horizon());
  EXPECT_EQ((*answer)->timestamp, noon);
  EXPECT_FALSE((*answer)->repeated);
  EXPECT_TRUE(has(sleeper.reasons(), wake::news));
  EXPECT_EQ(messages_in(*fixture.at_hand(han, before)), ids{(*answer)->id});
}

TEST_F(Chat, MessagesOfOneTurnAreOneBatchInTheirOrder) {
  std::optional<result<chat::sent>> first, second, third;
  fixture.begin(chat().send(li, two, "1", ""), first);
  fixture.begin(chat().send(han, two, "2", ""), second);
  fixture.begin(chat().send(li, two, "3", ""), third);
  fixture.loop.turn();
  EXPECT_EQ(fixture.storage.waiting(), 1U);
  fixture.settle();
  EXPECT_LT((*first)->id, (*second)->id);
  EXPECT_LT((*second)->id, (*third)->id);
}

TEST_F(Chat, ARepeatedCidIsAnsweredAsBeforeAndToldToNobody) {
  const auto first = fixture.send(li, two, "hello", "k1");
  const change_id after = chat().horizon();
  const auto again = fixture.send(li, two, "hello", "k1");
  ASSERT_TRUE(first && again);
  EXPECT_FALSE(first->repeated);
  EXPECT_TRUE(again->repeated);
  EXPECT_EQ(again->id, first->id);
  EXPECT_EQ(again->timestamp, first->timestamp);
  EXPECT_EQ(chat().horizon(), after);
  EXPECT_EQ(fixture.at_hand(han, after)->events, "");
}

TEST_F(Chat, ACidAgainInTheSameTurnIsARepetitionToo) {
  std::optional<result<chat::sent>> first, again;
  fixture.begin(chat().send(li, two, "hello", "k1"), first);
  fixture.begin(chat().send(li, two, "hello", "k1"), again);
  fixture.settle();
  EXPECT_EQ((*first)->id, (*again)->id);
  EXPECT_TRUE((*again)->repeated);
}

TEST_F(Chat, ACidIsRememberedOverARestart) {
  const change_id first = fixture.send(li, two, "hello", "k1")->id;
  fixture.restart();
  const auto again = fixture.send(li, two, "hello", "k1");
  EXPECT_EQ(again->id, first);
  EXPECT_TRUE(again->repeated);
  EXPECT_EQ(refused(fixture.send(li, two, "other", "k1")), error::cid_conflict);
}

TEST_F(Chat, ARepetitionIsAnsweredAlsoAfterTheFriendshipHasEnded) {
  const change_id first = fixture.send(li, two, "hello", "k1")->id;
  fixture.commit(end_friendship{han, li, noon});
  EXPECT_EQ(fixture.send(li, two, "hello", "k1")->id, first);
  EXPECT_EQ(refused(fixture.send(li, two, "hello", "k2")), error::not_friends);
  EXPECT_EQ(refused(fixture.send(li, two, "hello")), error::not_friends);
}

TEST_F(Chat, WhatIsClearlyForbiddenCostsNoDisk) {
  std::optional<result<chat::sent>> answer;
  fixture.begin(chat().send(li, conversation::single(li, wei), "hello", ""), answer);
  ASSERT_TRUE(answer) << "at once";
  EXPECT_EQ(refused(*answer), error::not_friends);
  EXPECT_EQ(chat().pending(), 0U);
}

TEST_F(Chat, WhatWasDecidedMeanwhileCounts) {
  std::optional<result<applied>> ended;
  std::optional<result<chat::sent>> answer;
  fixture.begin(chat().commit(end_friendship{han, li, noon}), ended);
  fixture.begin(chat().send(li, two, "hello", ""), answer);
  fixture.settle();
  EXPECT_EQ(refused(*answer), error::not_friends) << "the verdict falls in the log's order";
}

TEST_F(Chat, AMessageOfOneWhoHungUpIsKept) {
  const change_id before = chat().horizon();
  std::optional<result<chat::sent>> answer;
  fixture.begin(chat().send(li, two, "hello", ""), answer);
  fixture.loop.turn();
  fixture.roots.clear();
  fixture.settle();
  EXPECT_FALSE(answer);
  EXPECT_EQ(messages_in(*fixture.at_hand(han, before)).size(), 1U);
  EXPECT_TRUE(fixture.send(li, two, "and on", "").has_value()) << "the queue is whole";
}

task<void> send_and_forget(chat& chat, user_id sender, conversation target) {
  std::string text = "2", cid;
  co_await chat.send(sender, target, std::move(text), std::move(cid));
}

TEST_F(Chat, OneWhoHangsUpBetweenOthersDisturbsNobody) {
  std::optional<result<chat::sent>> first, third;
  const change_id before = chat().horizon();
  fixture.begin(chat().send(li, two, "1", ""), first);
  {
    nursery short_lived;
    short_lived.spawn(send_and_forget(chat(), li, two));
    fixture.begin(chat().send(li, two, "3", ""), third);
  }
  fixture.settle();
  ASSERT_TRUE(first && third);
  EXPECT_TRUE(first->has_value());
  EXPECT_TRUE(third->has_value());
  EXPECT_EQ(messages_in(*fixture.at_hand(han, before)).size(), 3U);
}

TEST_F(Chat, ManyChangesAreAnsweredInTheirOrder) {
  std::vector<change> all;
  all.push_back(message_to(li, han, "1"));
  all.push_back(message_to(li, wei, "refused"));
  all.push_back(message_to(han, li, "2"));
  const auto done = fixture.finish(chat().commit_all(std::move(all)));
  ASSERT_EQ(done.size(), 3U);
  EXPECT_TRUE(done[0].has_value());
  EXPECT_EQ(done[1].error().code, error::not_friends);
  EXPECT_TRUE(done[2].has_value());
  EXPECT_LT(done[0]->id, done[2]->id);
}

TEST_F(Chat, ChangesThatNobodyWaitsForAreDone) {
  chat().commit_unwatched(set_display{li, "李雷"});
  EXPECT_EQ(chat().directory().user(li)->display, "li");
  fixture.settle();
  EXPECT_EQ(chat().directory().user(li)->display, "李雷");
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
  fixture.begin(chat().send(li, two, "1", ""), first);
  fixture.begin(chat().send(li, two, "2", ""), second);
  fixture.begin(chat().send(li, two, "3", ""), third);
  ASSERT_TRUE(third);
  EXPECT_EQ(refused(*third), error::overloaded);
  fixture.settle();
  EXPECT_TRUE(first->has_value() && second->has_value());
  EXPECT_TRUE(fixture.send(li, two, "4").has_value());
}

}  // namespace
}  // namespace lingerd
