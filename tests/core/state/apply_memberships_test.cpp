#include "tests/core/state/groups_fixture.hpp"

// Memberships: leaving, removing, handing over, coming back.
namespace lingerd {
namespace {

using namespace core_tests;  // NOLINT

TEST_F(ApplyGroups, MembersMayLeave) {
  const group_id lab = fixture.group(li, {han});
  const applied a = fixture.commit(out(han, lab, han));
  ASSERT_FALSE(a.refused);
  EXPECT_EQ(members(lab), users{li});
  EXPECT_EQ(fixture.directory.group(lab)->changed, a.id) << "the others are told";
  EXPECT_EQ(fixture.directory.group(lab)->member(han)->stays.back().until, a.id);
  EXPECT_EQ(fixture.refused(out(han, lab, han)), error::not_member);
  expect_count(lab);
}

TEST_F(ApplyGroups, TheOwnerHandsOverFirst) {
  const group_id lab = fixture.group(li, {han, wei});
  EXPECT_EQ(fixture.refused(out(li, lab, li)), error::owner_must_stay);
  EXPECT_EQ(fixture.refused(hand_over(li, lab, jim)), error::not_member);
  EXPECT_EQ(fixture.refused(hand_over(li, lab, han)), std::nullopt);
  EXPECT_EQ(fixture.directory.group(lab)->owner, han);
  EXPECT_EQ(admins(lab), (users{li, han})) << "the new owner is an admin, the old one stays one";
  EXPECT_EQ(fixture.refused(out(li, lab, li)), std::nullopt);
  EXPECT_EQ(members(lab), (users{han, wei}));
}

TEST_F(ApplyGroups, OnlyTheOwnerHandsOver) {
  const group_id lab = fixture.group(li, {han, wei});
  EXPECT_EQ(fixture.refused(hand_over(han, lab, han)), error::forbidden);
  fixture.commit(promote(li, lab, han));
  EXPECT_EQ(fixture.refused(hand_over(han, lab, han)), error::forbidden)
      << "an admin is not enough";
  EXPECT_EQ(fixture.directory.group(lab)->owner, li);
  EXPECT_EQ(fixture.refused(hand_over(0, lab, wei)), std::nullopt);
  EXPECT_EQ(fixture.directory.group(lab)->owner, wei);
}

TEST_F(ApplyGroups, WhoMayRemoveWhom) {
  const group_id lab = fixture.group(li, {han, wei, jim});
  fixture.commit(promote(li, lab, han));
  EXPECT_EQ(fixture.refused(out(wei, lab, jim)), error::forbidden) << "a member nobody";
  EXPECT_EQ(fixture.refused(out(han, lab, li)), error::forbidden) << "nobody the owner";
  EXPECT_EQ(fixture.refused(out(han, lab, wei)), std::nullopt) << "an admin a member";
  EXPECT_EQ(fixture.refused(out(wei, lab, jim)), error::not_member)
      << "the user was just removed itself";
  fixture.commit(promote(li, lab, jim));
  EXPECT_EQ(fixture.refused(out(han, lab, jim)), error::forbidden) << "an admin no admin";
  EXPECT_EQ(fixture.refused(out(li, lab, jim)), std::nullopt) << "the owner an admin";
  EXPECT_EQ(fixture.refused(out(li, lab, jim)), error::not_found) << "not a member";
  EXPECT_EQ(fixture.refused(out(0, lab, li)), error::owner_must_stay) << "nor the administrator";
  EXPECT_EQ(members(lab), (users{li, han}));
  expect_count(lab);
}

TEST_F(ApplyGroups, OnlyTheOwnerMakesAdmins) {
  const group_id lab = fixture.group(li, {han, wei});
  fixture.commit(promote(li, lab, han));
  EXPECT_EQ(fixture.refused(promote(han, lab, wei)), error::forbidden);
  EXPECT_EQ(fixture.refused(promote(jim, lab, wei)), error::not_member);
  EXPECT_EQ(fixture.refused(promote(li, lab, jim)), error::not_found);
  EXPECT_EQ(fixture.commit(promote(li, lab, han)).id, 0U) << "the user is one already";
  EXPECT_EQ(fixture.refused(set_role{li, lab, li, role::member}), error::owner_must_stay);
  const applied a = fixture.commit(set_role{li, lab, han, role::member});
  EXPECT_EQ(admins(lab), users{li});
  EXPECT_EQ(fixture.directory.group(lab)->changed, a.id) << "the members are told";
}

TEST_F(ApplyGroups, OneWhoComesBackIsAMemberOnly) {
  const group_id lab = fixture.group(li, {han});
  fixture.commit(promote(li, lab, han));
  fixture.commit(out(li, lab, han));
  fixture.commit(add(li, lab, han));
  EXPECT_EQ(admins(lab), users{li});
}

TEST_F(ApplyGroups, WhoComesBackIsToldThatNothingIsUnread) {
  const group_id lab = fixture.group(li, {han});
  const auto conversation = conversation::group(lab);
  fixture.say_to_group(li, lab, "he has not read this");
  fixture.commit(out(han, lab, han));
  const change_id away = fixture.say_to_group(li, lab, "away");
  fixture.commit(add(li, lab, han));
  const read_mark* mark = fixture.directory.read_mark_of(han, conversation);
  ASSERT_TRUE(mark);
  EXPECT_EQ(mark->up_to, away);
  EXPECT_GT(mark->changed, away) << "a page that was open all the time has to hear of it";
  EXPECT_EQ(fixture.directory.unread(han, conversation), 0U);
}

TEST_F(ApplyGroups, AStaySeesWhatWasSaidWithinIt) {
  const group_id lab = fixture.group(li, {});
  const change_id before = fixture.say_to_group(li, lab, "before");
  fixture.commit(add(li, lab, han));
  const change_id during = fixture.say_to_group(li, lab, "during");
  fixture.commit(out(han, lab, han));
  const change_id away = fixture.say_to_group(li, lab, "away");
  fixture.commit(add(li, lab, han));
  const change_id again = fixture.say_to_group(li, lab, "again");
  const member_link* m = fixture.directory.group(lab)->member(han);
  EXPECT_FALSE(m->sees(before));
  EXPECT_TRUE(m->sees(during));
  EXPECT_FALSE(m->sees(away));
  EXPECT_TRUE(m->sees(again));
  EXPECT_EQ(m->stays.size(), 2U);
}

TEST_F(ApplyGroups, OneWhoComesAndGoesTooOftenIsRefused) {
  const group_id lab = fixture.group(li, {});
  std::optional<error> no;
  int times = 0;
  for (; times < 1'000 && !no; ++times) {
    no = fixture.refused(add(li, lab, han));
    if (!no) fixture.commit(out(han, lab, han));
  }
  EXPECT_EQ(no, error::limit_reached) << "a member's row must not grow without end";
  EXPECT_EQ(members(lab), users{li});
}

TEST_F(ApplyGroups, ARemovedGroupIsLeftByAll) {
  const group_id lab = fixture.group(li, {han, wei});
  EXPECT_EQ(fixture.refused(remove_group{han, lab}), error::forbidden);
  EXPECT_EQ(fixture.refused(remove_group{jim, lab}), error::not_member);
  const applied a = fixture.commit(remove_group{li, lab});
  ASSERT_FALSE(a.refused);
  EXPECT_TRUE(members(lab).empty());
  EXPECT_TRUE(fixture.directory.group(lab)->removed);
  EXPECT_EQ(rows_of<member_row>(a).size(), 3U) << "each is told";
  EXPECT_EQ(fixture.refused(remove_group{li, lab}), error::not_found);
  EXPECT_EQ(fixture.refused(add(0, lab, jim)), error::not_found);
  EXPECT_EQ(fixture.refused(rename(0, lab, "x")), error::not_found);
  EXPECT_EQ(fixture.refused(out(han, lab, han)), error::not_found);
  EXPECT_EQ(fixture.refused(promote(0, lab, han)), error::not_found);
}

TEST_F(ApplyGroups, ARemovedOwnersGroupGoesToAnAdmin) {
  const group_id lab = fixture.group(li, {han, wei, jim});
  fixture.commit(promote(li, lab, wei));
  fixture.commit(remove_user{li});
  EXPECT_EQ(fixture.directory.group(lab)->owner, wei);
  EXPECT_EQ(members(lab), (users{han, wei, jim}));
  expect_count(lab);
}

TEST_F(ApplyGroups, ARemovedOwnersGroupWithoutAdminsGoesToAMemberWhoBecomesOne) {
  const group_id lab = fixture.group(li, {han, wei});
  fixture.commit(out(han, lab, han));
  fixture.commit(remove_user{li});
  EXPECT_EQ(fixture.directory.group(lab)->owner, wei);
  EXPECT_EQ(admins(lab), users{wei});
}

TEST_F(ApplyGroups, ARemovedOwnersGroupWithoutMembersEnds) {
  const group_id lab = fixture.group(li, {han});
  fixture.commit(out(han, lab, han));
  fixture.commit(remove_user{li});
  EXPECT_TRUE(fixture.directory.group(lab)->removed);
  EXPECT_TRUE(members(lab).empty());
}

TEST_F(ApplyGroups, ARemovedMemberLeavesHisGroups) {
  const group_id lab = fixture.group(li, {han, wei});
  fixture.commit(remove_user{han});
  EXPECT_EQ(members(lab), (users{li, wei}));
  EXPECT_EQ(fixture.directory.group(lab)->owner, li);
  expect_count(lab);
}

// The directory follows the written rows; what a restart reads must say the same.
TEST_F(ApplyGroups, WhatIsToldIsWhatIsStored) {
  const group_id lab = fixture.group(li, {han, wei});
  fixture.commit(promote(li, lab, han));
  fixture.say_to_group(li, lab, "1");
  fixture.say_to_group(han, lab, "2");
  fixture.commit(out(wei, lab, wei));
  fixture.say_to_group(li, lab, "3");
  fixture.commit(add(li, lab, wei));
  fixture.read(li, conversation::group(lab), change_id_max);
  fixture.say(li, han, "hello");
  fixture.commit(hand_over(li, lab, han));
  fixture.commit(remove_user{li});
  const directory& stored = fixture.stored().directory;
  ASSERT_EQ(stored.user_count(), fixture.directory.user_count());
  ASSERT_EQ(stored.conversation_count(), fixture.directory.conversation_count());
  for (const user_id u : {li, han, wei, jim}) {
    const person* a = stored.user(u);
    const person* b = fixture.directory.user(u);
    EXPECT_EQ(a->removed, b->removed);
    EXPECT_EQ(a->changed, b->changed);
    EXPECT_EQ(a->has_password, b->has_password);
    EXPECT_EQ(a->groups, b->groups);
    ASSERT_EQ(a->friends.size(), b->friends.size());
    for (std::size_t i = 0; i < a->friends.size(); ++i) {
      EXPECT_EQ(a->friends[i].state, b->friends[i].state);
      EXPECT_EQ(a->friends[i].changed, b->friends[i].changed);
    }
    ASSERT_EQ(a->reads.size(), b->reads.size());
    for (std::size_t i = 0; i < a->reads.size(); ++i) {
      EXPECT_EQ(a->reads[i].conversation, b->reads[i].conversation);
      EXPECT_EQ(a->reads[i].up_to, b->reads[i].up_to);
      EXPECT_EQ(a->reads[i].others, b->reads[i].others);
    }
    EXPECT_EQ(stored.unread(u, conversation::group(lab)),
              fixture.directory.unread(u, conversation::group(lab)));
  }
  const group* a = stored.group(lab);
  const group* b = fixture.directory.group(lab);
  EXPECT_EQ(a->owner, b->owner);
  EXPECT_EQ(a->changed, b->changed);
  ASSERT_EQ(a->members.size(), b->members.size());
  for (std::size_t i = 0; i < a->members.size(); ++i) {
    EXPECT_EQ(a->members[i].user, b->members[i].user);
    EXPECT_EQ(a->members[i].rank, b->members[i].rank);
    EXPECT_EQ(a->members[i].sent, b->members[i].sent);
    EXPECT_EQ(a->members[i].last_number, b->members[i].last_number);
    EXPECT_EQ(a->members[i].stays.size(), b->members[i].stays.size());
  }
  expect_count(lab);
}

}  // namespace
}  // namespace lingerd
