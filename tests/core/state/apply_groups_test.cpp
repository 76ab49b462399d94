#include "tests/core/state/groups_fixture.hpp"

// Groups: founding, inviting, editing, their bounds.
namespace lingerd {
namespace {

using namespace core_tests;  // NOLINT

TEST_F(ApplyGroups, AGroupIsKeptAsItWasFounded) {
  add_group c;
  c.initiator = c.owner = li;
  c.name = "lab";
  c.brief = "the brief";
  c.max_members = 5;
  c.members = {wei, li, han, wei};
  const applied a = fixture.commit(c);
  ASSERT_FALSE(a.refused);
  const group* g = fixture.directory.group(a.party);
  EXPECT_EQ(g->name, "lab");
  EXPECT_EQ(g->brief, "the brief");
  EXPECT_EQ(g->owner, li);
  EXPECT_EQ(g->max_members, 5U);
  EXPECT_EQ(g->changed, a.id);
  EXPECT_EQ(members(a.party), (users{li, han, wei}));
  EXPECT_EQ(admins(a.party), users{li});
  expect_count(a.party);
}

TEST_F(ApplyGroups, AGroupWithoutAWishHasTheUsualRoom) {
  EXPECT_EQ(fixture.directory.group(fixture.group(li, {}))->max_members, 200U);
}

TEST_F(ApplyGroups, OnlyFriendsAreInvited) {
  EXPECT_EQ(fixture.refused(found(li, {han, jim})), error::not_friends);
  EXPECT_EQ(fixture.refused(found(li, {99})), error::not_found);
  const group_id lab = fixture.group(li, {han});
  EXPECT_EQ(fixture.refused(add(li, lab, jim)), error::not_friends);
  EXPECT_EQ(fixture.refused(add(li, lab, 99)), error::not_found);
  EXPECT_EQ(fixture.refused(add(li, lab, wei)), std::nullopt);
  EXPECT_EQ(fixture.refused(add(0, lab, jim)), std::nullopt)
      << "the administrator may invite anybody";
  EXPECT_EQ(members(lab), (users{li, han, wei, jim}));
}

TEST_F(ApplyGroups, ARefusedGroupLeavesNothing) {
  const meta_row before = fixture.stored().meta;
  fixture.commit(found(li, {han, jim}));
  EXPECT_EQ(fixture.stored().meta.last_id, before.last_id);
  EXPECT_EQ(fixture.stored().meta.last_party, before.last_party);
  EXPECT_TRUE(fixture.stored().groups.empty());
  EXPECT_TRUE(fixture.stored().members.empty());
}

TEST_F(ApplyGroups, AFullGroupTakesNobody) {
  EXPECT_EQ(fixture.refused(found(li, {han, wei}, 2)), error::group_full);
  const group_id lab = fixture.group(li, {han}, 2);
  EXPECT_EQ(fixture.refused(add(li, lab, wei)), error::group_full);
  fixture.commit(out(li, lab, han));
  EXPECT_EQ(fixture.refused(add(li, lab, wei)), std::nullopt) << "the user's place is free";
}

TEST_F(ApplyGroups, AGroupsRoomIsBounded) {
  const auto above = static_cast<std::uint32_t>(fixture.fixture.bounds.members_per_group + 1);
  EXPECT_EQ(fixture.refused(found(li, {}, above)), error::bad_request);
  const group_id lab = fixture.group(li, {han, wei});
  EXPECT_EQ(fixture.refused(resize(li, lab, above)), error::bad_request);
  EXPECT_EQ(fixture.refused(resize(li, lab, 0)), error::bad_request);
  EXPECT_EQ(fixture.refused(resize(li, lab, 2)), error::group_full) << "three are in";
  EXPECT_EQ(fixture.refused(resize(li, lab, 3)), std::nullopt);
  EXPECT_EQ(fixture.directory.group(lab)->max_members, 3U);
}

TEST_F(ApplyGroups, AUsersGroupsAreBounded) {
  limits small;
  small.groups_per_user = 2;
  directory_fixture b(small);
  b.user("a");
  b.user("b");
  b.group(1, {2});
  const group_id second = b.group(1, {2});
  EXPECT_EQ(b.directory.user(1)->groups.size(), 2U);
  add_group third;
  third.owner = 1;
  third.name = "third";
  EXPECT_EQ(b.refused(third), error::limit_reached);
  b.commit(remove_group{1, second});
  EXPECT_EQ(b.refused(third), std::nullopt) << "groups that have ended do not count";
}

TEST_F(ApplyGroups, InvitingAMemberIsNoChange) {
  const group_id lab = fixture.group(li, {han});
  const applied a = fixture.commit(add(li, lab, han));
  EXPECT_FALSE(a.refused);
  EXPECT_EQ(a.id, 0U);
  expect_count(lab);
}

TEST_F(ApplyGroups, OnlyTheOwnerAndAdminsInviteAndEdit) {
  fixture.befriend(han, jim);
  const group_id lab = fixture.group(li, {han});
  EXPECT_EQ(fixture.refused(add(han, lab, jim)), error::forbidden);
  EXPECT_EQ(fixture.refused(rename(han, lab, "mine")), error::forbidden);
  EXPECT_EQ(fixture.refused(add(wei, lab, li)), error::not_member);
  EXPECT_EQ(fixture.refused(rename(wei, lab, "mine")), error::not_member);
  fixture.commit(promote(li, lab, han));
  EXPECT_EQ(fixture.refused(rename(han, lab, "ours")), std::nullopt);
  EXPECT_EQ(fixture.directory.group(lab)->name, "ours");
  EXPECT_EQ(fixture.refused(add(han, lab, jim)), std::nullopt) << "the user's own friend";
  EXPECT_EQ(fixture.refused(add(han, lab, wei)), error::not_friends) << "only the owner's friend";
}

TEST_F(ApplyGroups, AnEditChangesWhatItNames) {
  add_group c;
  c.owner = li;
  c.name = "lab";
  c.brief = "brief";
  const group_id lab = fixture.commit(c).party;
  const applied a = fixture.commit(rename(li, lab, "new"));
  EXPECT_EQ(fixture.directory.group(lab)->name, "new");
  EXPECT_EQ(fixture.directory.group(lab)->brief, "brief");
  EXPECT_EQ(fixture.directory.group(lab)->owner, li);
  EXPECT_EQ(fixture.directory.group(lab)->max_members, 200U);
  EXPECT_EQ(fixture.directory.group(lab)->changed, a.id);
  edit_group brief;
  brief.initiator = li;
  brief.group = lab;
  brief.brief = "";
  fixture.commit(brief);
  EXPECT_EQ(fixture.directory.group(lab)->brief, "");
  EXPECT_EQ(fixture.directory.group(lab)->name, "new");
}

TEST_F(ApplyGroups, AnEditThatChangesNothingIsNoChange) {
  const group_id lab = fixture.group(li, {han});
  const change_id before = fixture.directory.group(lab)->changed;
  edit_group c;
  c.initiator = li;
  c.group = lab;
  c.name = "lab";
  c.brief = "";
  c.owner = li;
  c.max_members = 200;
  const applied a = fixture.commit(c);
  EXPECT_FALSE(a.refused);
  EXPECT_EQ(a.id, 0U);
  EXPECT_TRUE(a.rows.empty());
  c.brief = "new";
  EXPECT_GT(fixture.commit(c).id, before);
}

TEST_F(ApplyGroups, TheGroupsThatAUserEverWasInAreBounded) {
  limits small;
  small.groups_per_user = 2;
  small.groups_ever_per_user = 3;
  directory_fixture b(small);
  b.user("a");
  b.user("b");
  for (int i = 0; i < 3; ++i) {
    const group_id g = b.group(1, {});
    EXPECT_EQ(b.refused(add_member{0, g, 2}), std::nullopt) << i;
    EXPECT_EQ(b.refused(remove_member{2, g, 2}), std::nullopt) << i;
    EXPECT_EQ(b.refused(remove_group{1, g}), std::nullopt) << i;
  }
  add_group more;
  more.owner = 2;
  more.name = "more";
  EXPECT_EQ(b.refused(more), error::limit_reached);
}

TEST_F(ApplyGroups, ARefusedEditChangesNothing) {
  const group_id lab = fixture.group(li, {han, wei});
  edit_group c;
  c.initiator = li;
  c.group = lab;
  c.name = "new";
  c.owner = han;
  c.max_members = 1;
  EXPECT_EQ(fixture.refused(c), error::group_full);
  EXPECT_EQ(fixture.stored().groups.at(lab).name, "lab");
  EXPECT_EQ(fixture.stored().groups.at(lab).owner, li);
  EXPECT_EQ(admins(lab), users{li});
}

}  // namespace
}  // namespace lingerd
