#include <gtest/gtest.h>

#include "tests/core/state/core_fixtures.hpp"

namespace lingerd {
namespace {

using namespace core_tests;  // NOLINT

change ask(user_id user, user_id other) { return ask_friend{user, other, noon}; }

friendship between(const directory& d, user_id user, user_id other) {
  const friend_link* f = d.friendship_of(user, other);
  return f ? f->state : friendship::none;
}

class ApplyPeople : public ::testing::Test {
 protected:
  ApplyPeople() {
    li = fixture.user("li");
    han = fixture.user("han");
  }
  applied open(user_id user, unsigned char n, wall_ms now = noon) {
    return fixture.commit(open_session{user, token(n), now, {}, {}});
  }
  std::vector<token_hash> open_sessions() {
    std::vector<token_hash> all;
    for (const session_row& s : fixture.stored().sessions) all.push_back(s.hash);
    return all;
  }
  directory_fixture fixture;
  user_id li = 0, han = 0;
};

TEST_F(ApplyPeople, AUserIsKeptAsHeWasAdded) {
  add_user c;
  c.name = "Wei";
  c.display = "魏";
  c.password_hash = "a hash";
  c.admin = true;
  const applied a = fixture.commit(c);
  ASSERT_FALSE(a.refused);
  const user_row stored = fixture.stored().users.at(a.party);
  EXPECT_EQ(stored.name, "Wei");
  EXPECT_EQ(stored.display, "魏");
  EXPECT_EQ(stored.password_hash, "a hash");
  EXPECT_TRUE(stored.admin);
  EXPECT_FALSE(stored.disabled);
  EXPECT_FALSE(stored.removed);
  EXPECT_EQ(stored.changed, a.id);
}

TEST_F(ApplyPeople, ANameIsTakenWhateverItsCase) {
  EXPECT_EQ(fixture.refused(new_user("LI")), error::name_taken);
  EXPECT_EQ(fixture.refused(new_user("li")), error::name_taken);
  EXPECT_EQ(fixture.refused(new_user("li2")), std::nullopt);
}

TEST_F(ApplyPeople, UsersAndGroupsCountInOneSequence) {
  const group_id lab = fixture.group(li, {han});
  const user_id wei = fixture.user("wei");
  EXPECT_LT(han, lab);
  EXPECT_LT(lab, wei);
}

TEST_F(ApplyPeople, RemovedUsersMakeRoomForOthers) {
  limits small;
  small.users = 2;
  directory_fixture full(small);
  const user_id first = full.user("a");
  full.user("b");
  EXPECT_EQ(full.refused(new_user("c")), error::limit_reached);
  full.commit(remove_user{first});
  EXPECT_EQ(full.refused(new_user("c")), std::nullopt);
  EXPECT_EQ(full.refused(new_user("d")), error::limit_reached);
}

TEST_F(ApplyPeople, ARemovedUsersNameIsFreeAndHisNumberIsNot) {
  fixture.commit(remove_user{li});
  const user_id again = fixture.user("li");
  EXPECT_NE(again, li);
  EXPECT_GT(again, han);
  EXPECT_EQ(fixture.directory.user_named("li")->id, again);
  EXPECT_TRUE(fixture.directory.user(li)->removed);
  EXPECT_EQ(fixture.directory.user(li)->name, "li") << "the user's messages keep their sender";
}

TEST_F(ApplyPeople, ARemovedUserIsNoOneAnyMore) {
  fixture.commit(remove_user{li});
  EXPECT_EQ(fixture.refused(remove_user{li}), error::not_found);
  EXPECT_EQ(fixture.refused(set_display{li, "x"}), error::not_found);
  EXPECT_EQ(fixture.refused(set_password{li, "x", {}, {}}), error::not_found);
  EXPECT_EQ(fixture.refused(set_disabled{li, true}), error::not_found);
  EXPECT_EQ(fixture.refused(open_session{li, token(1), noon, {}, {}}), error::not_found);
  EXPECT_EQ(fixture.refused(ask(han, li)), error::not_found);
  EXPECT_EQ(fixture.refused(ask(li, han)), error::not_found);
  EXPECT_EQ(fixture.refused(make_friends{han, li, noon}), error::not_found);
}

TEST_F(ApplyPeople, ARemovedUsersPasswordSessionsAndFriendshipsAreGone) {
  fixture.befriend(li, han);
  open(li, 1);
  open(han, 2);
  fixture.commit(remove_user{li});
  EXPECT_EQ(fixture.stored().users.at(li).password_hash, "");
  EXPECT_EQ(open_sessions(), std::vector<token_hash>{token(2)});
  EXPECT_FALSE(fixture.directory.are_friends(han, li));
  EXPECT_FALSE(fixture.directory.are_friends(li, han));
}

TEST_F(ApplyPeople, ARemovalTellsEachReaderInRisingIds) {
  const user_id wei = fixture.user("wei");
  fixture.befriend(li, han);
  const group_id one = fixture.group(wei, {li, han});
  const group_id two = fixture.group(wei, {li, han});
  const applied a = fixture.commit(remove_user{li});
  // What Han is told of: two groups, the friendship, the account.
  std::vector<change_id> ids;
  for (const group_row& g : rows_of<group_row>(a)) ids.push_back(g.changed);
  for (const friend_row& f : rows_of<friend_row>(a)) {
    if (f.user == han) ids.push_back(f.changed);
  }
  for (const user_row& u : rows_of<user_row>(a)) ids.push_back(u.changed);
  ASSERT_EQ(ids.size(), 4U);
  EXPECT_TRUE(std::adjacent_find(ids.begin(), ids.end(), std::greater_equal<>()) == ids.end());
  EXPECT_EQ(a.id, ids.back()) << "the change is published at its last id";
  EXPECT_FALSE(fixture.directory.is_member(one, li));
  EXPECT_FALSE(fixture.directory.is_member(two, li));
}

TEST_F(ApplyPeople, ADisplayNameChangesOnlyWhenItIsAnother) {
  const change_id before = fixture.directory.user(li)->changed;
  EXPECT_EQ(fixture.commit(set_display{li, "li"}).id, 0U);
  EXPECT_EQ(fixture.directory.user(li)->changed, before);
  const applied a = fixture.commit(set_display{li, "李雷"});
  EXPECT_GT(a.id, before);
  EXPECT_EQ(fixture.directory.user(li)->display, "李雷");
  EXPECT_EQ(fixture.directory.user(li)->changed, a.id);
}

TEST_F(ApplyPeople, ANewPasswordEndsTheOtherSessions) {
  open(li, 1);
  open(li, 2);
  open(han, 3);
  const change_id message_id = fixture.directory.user(li)->changed;
  const applied a = fixture.commit(set_password{li, "new", token(2), {}});
  EXPECT_EQ(open_sessions(), (std::vector<token_hash>{token(2), token(3)}));
  ASSERT_EQ(rows_of<session_ended>(a).size(), 1U);
  EXPECT_EQ(rows_of<session_ended>(a)[0].hash, token(1));
  EXPECT_EQ(rows_of<session_ended>(a)[0].user, li);
  EXPECT_EQ(fixture.stored().users.at(li).password_hash, "new");
  EXPECT_EQ(fixture.directory.user(li)->changed, message_id) << "nobody else is told of a password";
  fixture.commit(set_password{li, "newer", std::nullopt, {}});
  EXPECT_EQ(open_sessions(), std::vector<token_hash>{token(3)});
}

TEST_F(ApplyPeople, APasswordThatWasChangedMeanwhileLetsNobodyIn) {
  EXPECT_EQ(fixture.refused(open_session{li, token(1), noon, "hash of li", {}}), std::nullopt);
  fixture.commit(set_password{li, "new", std::nullopt, {}});
  EXPECT_EQ(fixture.refused(open_session{li, token(2), noon, "hash of li", {}}),
            error::not_signed_in);
  EXPECT_TRUE(open_sessions().empty());
  EXPECT_EQ(fixture.refused(open_session{li, token(2), noon, "new", {}}), std::nullopt);
}

TEST_F(ApplyPeople, OfTwoChangesOfOnePasswordTheFirstCounts) {
  EXPECT_EQ(fixture.refused(set_password{li, "first", std::nullopt, "hash of li"}), std::nullopt);
  EXPECT_EQ(fixture.refused(set_password{li, "second", std::nullopt, "hash of li"}),
            error::forbidden);
  EXPECT_EQ(fixture.stored().users.at(li).password_hash, "first");
}

TEST_F(ApplyPeople, ADisabledUserIsSignedOutAndStaysOut) {
  open(li, 1);
  fixture.commit(set_disabled{li, true});
  EXPECT_TRUE(open_sessions().empty());
  EXPECT_EQ(fixture.refused(open_session{li, token(2), noon, {}, {}}), error::not_signed_in);
  EXPECT_EQ(fixture.commit(set_disabled{li, true}).id, 0U) << "no change";
  fixture.commit(set_disabled{li, false});
  EXPECT_EQ(fixture.refused(open_session{li, token(2), noon, {}, {}}), std::nullopt);
  EXPECT_FALSE(fixture.directory.user(li)->disabled);
}

TEST_F(ApplyPeople, ASessionIsKeptWithItsTimes) {
  const applied a = open(li, 1, noon + 7);
  ASSERT_FALSE(a.refused);
  const auto all = fixture.stored().sessions;
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].user, li);
  EXPECT_EQ(all[0].id, a.id);
  EXPECT_EQ(all[0].created, noon + 7);
  EXPECT_EQ(all[0].used, noon + 7);
}

TEST_F(ApplyPeople, ASessionsUseIsWhenItWasUsedLast) {
  open(li, 1, noon);
  fixture.commit(touch_session{token(1), noon + 10});
  EXPECT_EQ(fixture.stored().sessions[0].used, noon + 10);
  EXPECT_TRUE(fixture.commit(touch_session{token(1), noon + 10}).rows.empty());
  fixture.commit(touch_session{token(1), noon + 5});
  EXPECT_EQ(fixture.stored().sessions[0].used, noon + 10);
  constexpr wall_ms week = 7LL * 24 * 60 * 60 * 1000;
  fixture.commit(touch_session{token(1), noon - week});
  EXPECT_EQ(fixture.stored().sessions[0].used, noon - week) << "the clock had been wrong";
  EXPECT_EQ(fixture.stored().sessions[0].created, noon);
  EXPECT_EQ(fixture.refused(touch_session{token(9), noon + 20}), std::nullopt)
      << "it may have ended";
  EXPECT_EQ(fixture.stored().sessions.size(), 1U);
}

TEST_F(ApplyPeople, ASessionEndsOnceAndAlone) {
  open(li, 1);
  open(li, 2);
  EXPECT_EQ(rows_of<session_ended>(fixture.commit(end_session{token(1)})).size(), 1U);
  EXPECT_TRUE(fixture.commit(end_session{token(1)}).rows.empty());
  EXPECT_EQ(open_sessions(), std::vector<token_hash>{token(2)});
}

TEST_F(ApplyPeople, OnlyOnesOwnSessionsEndById) {
  const change_id mine = open(li, 1).id;
  EXPECT_EQ(fixture.refused(end_session_by_id{han, mine}), error::not_found);
  EXPECT_EQ(open_sessions().size(), 1U);
  EXPECT_EQ(fixture.refused(end_session_by_id{li, mine}), std::nullopt);
  EXPECT_TRUE(open_sessions().empty());
  EXPECT_EQ(fixture.refused(end_session_by_id{li, mine}), error::not_found);
}

TEST_F(ApplyPeople, AskingIsSeenFromBothSides) {
  const applied a = fixture.commit(ask(li, han));
  EXPECT_EQ(between(fixture.directory, li, han), friendship::asked);
  EXPECT_EQ(between(fixture.directory, han, li), friendship::asked_me);
  EXPECT_FALSE(fixture.directory.are_friends(li, han));
  EXPECT_EQ(fixture.directory.friendship_of(han, li)->since, noon);
  EXPECT_EQ(fixture.directory.friendship_of(han, li)->changed, a.id);
  EXPECT_EQ(fixture.directory.friendship_of(li, han)->changed, a.id);
}

TEST_F(ApplyPeople, AskingTwiceIsAskingOnce) {
  fixture.commit(ask(li, han));
  const applied again = fixture.commit(ask(li, han));
  EXPECT_FALSE(again.refused);
  EXPECT_EQ(again.id, 0U);
  EXPECT_EQ(between(fixture.directory, han, li), friendship::asked_me);
}

TEST_F(ApplyPeople, TheOthersAskingAgrees) {
  fixture.commit(ask(li, han));
  fixture.commit(ask(han, li));
  EXPECT_TRUE(fixture.directory.are_friends(li, han));
  EXPECT_TRUE(fixture.directory.are_friends(han, li));
  EXPECT_EQ(fixture.commit(ask(li, han)).id, 0U) << "friends already";
  EXPECT_TRUE(fixture.directory.are_friends(li, han));
}

TEST_F(ApplyPeople, AnEndedFriendshipCanBeginAgain) {
  fixture.befriend(li, han);
  const applied end = fixture.commit(end_friendship{han, li, noon});
  EXPECT_EQ(between(fixture.directory, li, han), friendship::none);
  EXPECT_EQ(between(fixture.directory, han, li), friendship::none);
  EXPECT_EQ(fixture.directory.friendship_of(li, han)->changed, end.id);
  EXPECT_EQ(fixture.commit(end_friendship{li, han, noon}).id, 0U) << "ended already";
  fixture.commit(ask(li, han));
  EXPECT_EQ(between(fixture.directory, han, li), friendship::asked_me)
      << "agreement is asked for anew";
}

TEST_F(ApplyPeople, ARequestCanBeTakenBackOrTurnedDown) {
  fixture.commit(ask(li, han));
  fixture.commit(end_friendship{li, han, noon});
  EXPECT_EQ(between(fixture.directory, han, li), friendship::none);
  fixture.commit(ask(li, han));
  fixture.commit(end_friendship{han, li, noon});
  EXPECT_EQ(between(fixture.directory, li, han), friendship::none);
}

TEST_F(ApplyPeople, EndingAFriendshipThatNeverWasIsRefused) {
  EXPECT_EQ(fixture.refused(end_friendship{li, han, noon}), error::not_found);
}

TEST_F(ApplyPeople, StrangersAreNotFound) {
  EXPECT_EQ(fixture.refused(ask(li, 99)), error::not_found);
  EXPECT_EQ(fixture.refused(ask(99, li)), error::not_found);
  EXPECT_EQ(fixture.refused(make_friends{li, 99, noon}), error::not_found);
  EXPECT_FALSE(fixture.directory.friendship_of(li, 99));
}

TEST_F(ApplyPeople, TheAdministratorMakesFriendsOfThoseWhoAsked) {
  fixture.commit(ask(li, han));
  fixture.befriend(li, han);
  EXPECT_TRUE(fixture.directory.are_friends(li, han));
  EXPECT_TRUE(fixture.directory.are_friends(han, li));
  EXPECT_EQ(fixture.commit(make_friends{han, li, noon}).id, 0U);
}

class ApplyFriendLimit : public ::testing::Test {
 protected:
  static limits two_friends() {
    limits b;
    b.friends_per_user = 2;
    return b;
  }
  ApplyFriendLimit() : fixture(two_friends()) {
    for (const char* name : {"a", "b", "c", "d", "e"}) fixture.user(name);
  }
  directory_fixture fixture;
};

// A friendship that has ended stays in both lists, and so does a request that was taken back:
// asking everybody in turn made them grow with all the users there are.
TEST(ApplyFriendsEver, AreBoundedTooOnBothSides) {
  limits b;
  b.friends_ever_per_user = 2;
  directory_fixture fixture(b);
  for (const char* name : {"a", "b", "c", "d"}) fixture.user(name);
  for (const user_id other : {2, 3}) {
    EXPECT_EQ(fixture.refused(ask(1, other)), std::nullopt);
    EXPECT_EQ(fixture.refused(end_friendship{1, other, noon}), std::nullopt);
  }
  EXPECT_EQ(fixture.refused(ask(1, 4)), error::limit_reached);
  EXPECT_EQ(fixture.refused(ask(4, 1)), error::limit_reached);
  EXPECT_EQ(fixture.refused(make_friends{1, 4, noon}), error::limit_reached);
  EXPECT_EQ(fixture.refused(ask(1, 3)), std::nullopt) << "already in the list";
  EXPECT_EQ(fixture.directory.user(1)->friends.size(), 2u);
}

TEST_F(ApplyFriendLimit, RequestsMadeCountAsFriends) {
  EXPECT_EQ(fixture.refused(ask(1, 2)), std::nullopt);
  EXPECT_EQ(fixture.refused(ask(1, 3)), std::nullopt);
  EXPECT_EQ(fixture.refused(ask(1, 4)), error::limit_reached);
  fixture.commit(end_friendship{1, 2, noon});
  EXPECT_EQ(fixture.refused(ask(1, 4)), std::nullopt) << "what has ended does not count";
}

TEST_F(ApplyFriendLimit, RequestsReceivedDoNotCountUntilTheyAreAgreed) {
  fixture.commit(ask(2, 1));
  fixture.commit(ask(3, 1));
  fixture.commit(ask(4, 1));
  EXPECT_EQ(fixture.refused(ask(1, 2)), std::nullopt);
  EXPECT_EQ(fixture.refused(ask(1, 3)), std::nullopt);
  EXPECT_EQ(fixture.refused(ask(1, 4)), error::limit_reached);
  EXPECT_EQ(between(fixture.directory, 4, 1), friendship::asked) << "the request stays";
}

TEST_F(ApplyFriendLimit, NobodyIsPushedOverHisLimit) {
  fixture.befriend(1, 2);
  fixture.befriend(1, 3);
  EXPECT_EQ(fixture.refused(make_friends{1, 4, noon}), error::limit_reached);
  EXPECT_EQ(fixture.refused(make_friends{4, 1, noon}), error::limit_reached);
}

TEST_F(ApplyFriendLimit, AFriendshipThatCountsAlreadyCanBeAgreedAtTheLimit) {
  fixture.befriend(1, 2);
  fixture.commit(ask(1, 3));
  EXPECT_EQ(fixture.refused(ask(3, 1)), std::nullopt);
  EXPECT_TRUE(fixture.directory.are_friends(1, 3));
}

TEST_F(ApplyFriendLimit, TheAdministratorMayAgreeWhatCountsAlready) {
  fixture.befriend(1, 2);
  fixture.commit(ask(1, 3));
  EXPECT_EQ(fixture.refused(make_friends{1, 3, noon}), std::nullopt)
      << "the user has two of two, not three";
}

TEST_F(ApplyPeople, ANewSessionEndsThoseThatMakeRoomForIt) {
  EXPECT_EQ(fixture.refused(open_session{li, token(1), noon, {}, {}}), std::nullopt);
  EXPECT_EQ(fixture.refused(open_session{han, token(2), noon, {}, {}}), std::nullopt);
  EXPECT_EQ(fixture.refused(open_session{li, token(3), noon, {}, {token(1), token(2), token(9)}}),
            std::nullopt);
  EXPECT_EQ(open_sessions(), (std::vector<token_hash>{token(2), token(3)}))
      << "the user's own alone, and none that is gone";
}

}  // namespace
}  // namespace lingerd
