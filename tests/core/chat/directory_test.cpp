#include "core/chat/directory.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace lingerd {
namespace {

user_row user(user_id id, const std::string& name) {
  user_row r;
  r.id = id;
  r.name = name;
  r.display = "display of " + name;
  r.changed = id;
  return r;
}
friend_row friends(user_id a, user_id b, friendship state) { return {a, b, state, 1000, 7}; }
group_row group_of(group_id id, user_id owner) {
  group_row r;
  r.id = id;
  r.name = "lab";
  r.owner = owner;
  return r;
}
member_row member(group_id g, user_id u, std::vector<interval> stays) {
  member_row r;
  r.group = g;
  r.user = u;
  r.stays = std::move(stays);
  return r;
}

class Directory : public ::testing::Test {
 protected:
  lingerd::directory directory;
};

TEST_F(Directory, NobodyIsThereAtFirst) {
  EXPECT_EQ(directory.user(0), nullptr);
  EXPECT_EQ(directory.user(1), nullptr);
  EXPECT_EQ(directory.user(4'000'000'000), nullptr);
  EXPECT_EQ(directory.group(1), nullptr);
  EXPECT_EQ(directory.user_named("li"), nullptr);
  EXPECT_EQ(directory.newest(conversation::single(1, 2)), nullptr);
  EXPECT_EQ(directory.user_count(), 0U);
  EXPECT_FALSE(directory.are_friends(1, 2));
  EXPECT_FALSE(directory.is_member(1, 1));
  EXPECT_EQ(directory.unread(1, conversation::single(1, 2)), 0U);
}

TEST_F(Directory, AUserIsFoundByNumberAndByNameInAnyCase) {
  user_row li = user(3, "Li");
  li.admin = true;
  li.password_hash = "hash";
  directory.absorb(li);
  const person* p = directory.user(3);
  ASSERT_TRUE(p);
  EXPECT_EQ(p->name, "Li");
  EXPECT_EQ(p->display, "display of Li");
  EXPECT_TRUE(p->admin);
  EXPECT_TRUE(p->has_password);
  EXPECT_FALSE(p->removed);
  EXPECT_EQ(directory.user_named("li"), p);
  EXPECT_EQ(directory.user_named("LI"), p);
  EXPECT_EQ(directory.user_named("l"), nullptr);
  EXPECT_EQ(directory.user(2), nullptr) << "a number of nobody";
  EXPECT_EQ(directory.user_count(), 1U);
}

TEST_F(Directory, TheNewestRowCounts) {
  directory.absorb(user(3, "li"));
  user_row again = user(3, "li");
  again.display = "李雷";
  again.disabled = true;
  again.changed = 50;
  directory.absorb(again);
  EXPECT_EQ(directory.user(3)->display, "李雷");
  EXPECT_TRUE(directory.user(3)->disabled);
  EXPECT_EQ(directory.user(3)->changed, 50U);
  EXPECT_EQ(directory.user_count(), 1U);
}

TEST_F(Directory, ARemovedUserIsFoundByNumberOnly) {
  directory.absorb(user(3, "li"));
  user_row gone = user(3, "li");
  gone.removed = true;
  directory.absorb(gone);
  EXPECT_EQ(directory.user_named("li"), nullptr);
  ASSERT_TRUE(directory.user(3));
  EXPECT_TRUE(directory.user(3)->removed);
  EXPECT_EQ(directory.user(3)->name, "li");
  EXPECT_EQ(directory.user_count(), 0U);
}

TEST_F(Directory, ANameThatWasFreedBelongsToTheNewOneInAnyOrderOfReading) {
  user_row gone = user(3, "li");
  gone.removed = true;
  directory.absorb(gone);
  directory.absorb(user(9, "li"));
  EXPECT_EQ(directory.user_named("li")->id, 9U);
  lingerd::directory reversed;
  reversed.absorb(user(9, "li"));
  reversed.absorb(gone);
  EXPECT_EQ(reversed.user_named("li")->id, 9U);
  EXPECT_EQ(reversed.user_count(), 1U);
}

TEST_F(Directory, PointersToPeopleHoldWhileOthersCome) {
  directory.absorb(user(1, "li"));
  const person* li = directory.user(1);
  for (user_id u = 2; u < 500; ++u) directory.absorb(user(u, "user" + std::to_string(u)));
  EXPECT_EQ(directory.user(1), li);
  EXPECT_EQ(directory.user_count(), 499U);
}

TEST_F(Directory, FriendsAreThoseWhoAgreed) {
  for (const friendship state : {friendship::none, friendship::asked, friendship::asked_me}) {
    directory.absorb(friends(1, 2, state));
    directory.absorb(friends(2, 1, state));
    EXPECT_FALSE(directory.are_friends(1, 2));
    EXPECT_EQ(directory.friendship_of(1, 2)->state, state);
  }
  directory.absorb(friends(1, 2, friendship::agreed));
  directory.absorb(friends(2, 1, friendship::agreed));
  EXPECT_TRUE(directory.are_friends(1, 2));
  EXPECT_TRUE(directory.are_friends(2, 1));
  EXPECT_EQ(directory.friendship_of(1, 2)->changed, 7U);
  EXPECT_EQ(directory.friendship_of(1, 3), nullptr);
  EXPECT_EQ(directory.user(1)->friends.size(), 1U) << "one row for one friend";
}

TEST_F(Directory, FriendsAscendWhateverOrderTheyCameIn) {
  for (const user_id other : {9U, 2U, 5U}) directory.absorb(friends(1, other, friendship::agreed));
  std::vector<user_id> order;
  for (const friend_link& f : directory.user(1)->friends) order.push_back(f.other);
  EXPECT_EQ(order, (std::vector<user_id>{2, 5, 9}));
}

TEST_F(Directory, AMemberIsInWhileHisLastStayIsOpen) {
  directory.absorb(group_of(10, 1));
  directory.absorb(member(10, 1, {{5, 0}}));
  EXPECT_TRUE(directory.is_member(10, 1));
  directory.absorb(member(10, 1, {{5, 9}}));
  EXPECT_FALSE(directory.is_member(10, 1));
  EXPECT_TRUE(directory.group(10)->member(1)) << "the user is still known";
  directory.absorb(member(10, 1, {{5, 9}, {12, 0}}));
  EXPECT_TRUE(directory.is_member(10, 1));
  EXPECT_EQ(directory.user(1)->groups, std::vector<group_id>{10});
}

TEST_F(Directory, NobodyIsAMemberOfARemovedGroup) {
  group_row gone = group_of(10, 1);
  gone.removed = true;
  directory.absorb(gone);
  directory.absorb(member(10, 1, {{5, 0}}));
  EXPECT_FALSE(directory.is_member(10, 1));
  EXPECT_TRUE(directory.group(10)) << "messages still name it";
}

TEST_F(Directory, AStaySeesBetweenItsEndsExclusively) {
  directory.absorb(member(10, 1, {{5, 9}, {12, 0}}));
  const member_link* m = directory.group(10)->member(1);
  for (const change_id message_id : {6, 8, 13, 1'000'000})
    EXPECT_TRUE(m->sees(message_id)) << message_id;
  for (const change_id hidden : {1, 5, 9, 10, 12}) EXPECT_FALSE(m->sees(hidden)) << hidden;
}

TEST_F(Directory, UnreadIsWhatOthersWroteLessWhatWasRead) {
  const conversation conversation = conversation::single(1, 2);
  directory.absorb(
      conversation,
      message_head{100, 10, 4, 2});  // ten messages; four are by 2, including the newest
  EXPECT_EQ(directory.unread(1, conversation), 4U);
  EXPECT_EQ(directory.unread(2, conversation), 6U);
  directory.absorb(read_row{1, conversation, 90, 3, 91});
  EXPECT_EQ(directory.unread(1, conversation), 1U);
  EXPECT_EQ(directory.read_mark_of(1, conversation)->up_to, 90U);
  EXPECT_EQ(directory.read_mark_of(2, conversation), nullptr);
  directory.absorb(read_row{1, conversation, 100, 4, 101});
  EXPECT_EQ(directory.unread(1, conversation), 0U);
  EXPECT_EQ(directory.user(1)->reads.size(), 1U);
}

TEST_F(Directory, TheNewestMessageOfEachConversationIsKept) {
  const conversation conversation = conversation::single(1, 2);
  directory.absorb(conversation, message_head{5, 1, 1, 1});
  directory.absorb(conversation, message_head{9, 2, 1, 2});
  directory.absorb(conversation::group(10), message_head{7, 1, 1, 1});
  EXPECT_EQ(directory.newest(conversation)->id, 9U);
  EXPECT_EQ(directory.newest(conversation::group(10))->id, 7U);
  EXPECT_EQ(directory.conversation_count(), 2U);
}

TEST(Conversation, IsTheSameFromBothSides) {
  EXPECT_EQ(conversation::single(3, 8), conversation::single(8, 3));
  EXPECT_NE(conversation::single(3, 8), conversation::single(3, 9));
  const conversation conversation = conversation::single(8, 3);
  EXPECT_EQ(conversation.other_than(3), 8U);
  EXPECT_EQ(conversation.other_than(8), 3U);
  EXPECT_FALSE(conversation.is_group());
}

TEST(Conversation, OfAGroupIsNoneOfTwo) {
  const conversation target = conversation::group(0xffffffff);
  EXPECT_TRUE(target.is_group());
  EXPECT_EQ(target.group(), 0xffffffffU);
  EXPECT_FALSE(conversation::single(1, 0xffffffff).is_group());
}

}  // namespace
}  // namespace lingerd
