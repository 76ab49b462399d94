#include <gtest/gtest.h>

#include "core/chat/presence.hpp"
#include "tests/core/state/core_fixtures.hpp"

namespace lingerd {
namespace {

using namespace core_tests;  // NOLINT
using namespace std::chrono_literals;

constexpr user_id li = 1, han = 2, wei = 3, jim = 4;
constexpr group_id lab = 10;
constexpr std::uint64_t first_revision = 1'000;

// Li and Han are friends, Li and Wei are; Jim is nobody's friend. Li, Han and Jim are in the lab.
class Presence : public ::testing::Test {
 protected:
  Presence() {
    for (const user_id u : {li, han, wei, jim}) {
      user_row r;
      r.id = u;
      r.name = "user" + std::to_string(u);
      people.absorb(r);
    }
    befriend(li, han);
    befriend(li, wei);
    group_row g;
    g.id = lab;
    people.absorb(g);
    for (const user_id u : {li, han, jim}) {
      member_row m;
      m.group = lab;
      m.user = u;
      m.stays = {{1, 0}};
      people.absorb(m);
    }
    here.start_at(first_revision);
  }
  void befriend(user_id a, user_id b, friendship state = friendship::agreed) {
    people.absorb(friend_row{a, b, state, 0, 1});
    people.absorb(friend_row{b, a, state, 0, 1});
  }
  std::string seen_by(user_id reader) {
    std::string out;
    here.append(out, *people.user(reader));
    return out;
  }
  std::string typing_for(user_id reader, std::uint64_t revision) {
    std::string out;
    here.append_typing(out, reader, revision);
    return out;
  }
  std::string rev() const { return std::to_string(here.revision()); }

  manual_loop on;
  limits bounds;
  directory people;
  fanout streams{people, bounds};
  presence here{on, people, streams, bounds};
};

TEST_F(Presence, NobodyIsOnlineAtFirst) {
  EXPECT_EQ(seen_by(li), R"("presence":{"rev":1000,"online":[]})");
  EXPECT_FALSE(here.is_newer(li, first_revision));
}

TEST_F(Presence, OneWhoHoldsAStreamIsOnlineAfterTheGathering) {
  here.hold(han);
  EXPECT_FALSE(here.is_online(han)) << "changes are gathered";
  on.advance(999ms);
  EXPECT_FALSE(here.is_online(han));
  on.advance(1ms);
  EXPECT_TRUE(here.is_online(han));
  EXPECT_TRUE(here.is_newer(li, first_revision));
  EXPECT_EQ(seen_by(li), R"("presence":{"rev":)" + rev() + R"(,"online":[2]})");
  EXPECT_GT(here.revision(), first_revision);
}

TEST_F(Presence, OnlyFriendsAreTold) {
  here.hold(han);
  on.advance(1s);
  EXPECT_FALSE(here.is_newer(wei, first_revision));
  EXPECT_FALSE(here.is_newer(jim, first_revision)) << "a group is not enough";
  EXPECT_EQ(seen_by(jim), R"("presence":{"rev":)" + rev() + R"(,"online":[]})");
  befriend(han, jim, friendship::asked);
  EXPECT_EQ(seen_by(jim), R"("presence":{"rev":)" + rev() + R"(,"online":[]})");
}

TEST_F(Presence, ThoseWhoComeTogetherAreOneRevision) {
  here.hold(han);
  on.advance(500ms);
  here.hold(wei);
  on.advance(500ms);
  EXPECT_EQ(here.revision(), first_revision + 1);
  EXPECT_EQ(seen_by(li), R"("presence":{"rev":1001,"online":[2,3]})");
  EXPECT_FALSE(here.is_newer(li, here.revision()));
}

TEST_F(Presence, OneStaysOnlineForAMinuteAfterTheLastStream) {
  here.hold(han);
  on.advance(1s);
  here.release(han);
  on.advance(59'999ms);
  EXPECT_TRUE(here.is_online(han));
  const std::uint64_t before = here.revision();
  on.advance(1'001ms);
  EXPECT_FALSE(here.is_online(han));
  EXPECT_TRUE(here.is_newer(li, before));
  EXPECT_EQ(seen_by(li), R"("presence":{"rev":)" + rev() + R"(,"online":[]})");
}

TEST_F(Presence, AskingOnceIsBeingThereForAMinute) {
  here.seen(han);
  on.advance(1s);
  EXPECT_TRUE(here.is_online(han));
  on.advance(30s);
  here.seen(han);
  on.advance(59s);
  EXPECT_TRUE(here.is_online(han)) << "he asked again";
  on.advance(2s);
  EXPECT_FALSE(here.is_online(han));
}

TEST_F(Presence, BetweenTwoPollsNobodyGoes) {
  here.hold(han);
  on.advance(1s);
  const std::uint64_t before = here.revision();
  for (int i = 0; i < 5; ++i) {
    here.release(han);
    on.advance(10s);
    here.hold(han);
    on.advance(100s);
  }
  EXPECT_TRUE(here.is_online(han));
  EXPECT_EQ(here.revision(), before) << "nothing has changed for anybody";
}

TEST_F(Presence, OneWithTwoStreamsIsThereUntilTheSecondEnds) {
  here.hold(han);
  here.hold(han);
  here.release(han);
  on.advance(120s);
  EXPECT_TRUE(here.is_online(han));
  here.release(han);
  on.advance(62s);
  EXPECT_FALSE(here.is_online(han));
}

TEST_F(Presence, AChangeWakesTheFriendsStreamsThatAskedForIt) {
  waiter asks(on), does_not_ask(on), stranger(on);
  held_stream with(asks, true), without(does_not_ask, false), other(stranger, true);
  streams.wait(li, with);
  streams.wait(li, without);
  streams.wait(jim, other);
  here.hold(han);
  on.advance(1s);
  EXPECT_TRUE(has(asks.reasons(), wake::news));
  EXPECT_EQ(does_not_ask.reasons(), 0);
  EXPECT_EQ(stranger.reasons(), 0);
}

TEST_F(Presence, ARevisionThatNeverWasIsAnsweredWithTheRightOne) {
  EXPECT_TRUE(here.is_newer(li, first_revision + 50));
}

TEST_F(Presence, ARevisionFromBeforeARestartIsOld) {
  // Han was shown as online before; nobody will ever say that he has gone.
  EXPECT_TRUE(here.is_newer(li, first_revision - 500))
      << "a restarted server's revisions are new to everyone";
}

TEST_F(Presence, TypingIsToldToWhoIsThere) {
  here.hold(li);
  on.advance(1s);
  const std::uint64_t before = here.revision();
  here.typing(han, false, li);
  EXPECT_TRUE(here.is_newer(li, before));
  EXPECT_EQ(typing_for(li, before), R"({"event":"typing","user":2,"type":"single","to":1})");
  EXPECT_FALSE(here.is_newer(wei, before));
  EXPECT_EQ(typing_for(wei, before), "");
}

TEST_F(Presence, TypingIsToldOnce) {
  here.hold(li);
  on.advance(1s);
  const std::uint64_t before = here.revision();
  here.typing(han, false, li);
  const std::uint64_t told = here.revision();
  EXPECT_GT(told, before);
  EXPECT_EQ(typing_for(li, told), "");
  EXPECT_FALSE(here.is_newer(li, told));
  on.advance(bounds.typing_life - 1s);
  here.typing(han, false, li);
  EXPECT_NE(typing_for(li, told), "") << "he types on";
}

TEST_F(Presence, ManyNotesAboutOneWhoTypesAreOne) {
  here.hold(li);
  on.advance(1s);
  here.typing(han, false, li);
  const std::uint64_t told = here.revision();
  for (int i = 0; i < 100; ++i) here.typing(han, false, li);
  EXPECT_EQ(here.revision(), told);
  EXPECT_FALSE(here.is_newer(li, told));
}

TEST_F(Presence, OneWhoTypesToTwoIsToldToBoth) {
  here.hold(li);
  here.hold(wei);
  on.advance(1s);
  const std::uint64_t before = here.revision();
  here.typing(han, false, li);
  here.typing(han, false, wei);
  EXPECT_NE(typing_for(li, before), "");
  EXPECT_NE(typing_for(wei, before), "");
}

TEST_F(Presence, OneWhoTypesOnWithoutAPauseIsAlwaysShown) {
  here.hold(li);
  on.advance(1s);
  const std::uint64_t before = here.revision();
  for (int i = 0; i < 60; ++i) {
    here.typing(han, false, li);
    on.advance(500ms);
    ASSERT_NE(typing_for(li, before), "") << i;
  }
}

TEST_F(Presence, TypingIsForgottenSoon) {
  here.hold(li);
  on.advance(1s);
  const std::uint64_t before = here.revision();
  here.typing(han, false, li);
  on.advance(bounds.typing_life - 1ms);
  EXPECT_NE(typing_for(li, before), "");
  on.advance(1ms);
  EXPECT_EQ(typing_for(li, before), "");
  EXPECT_FALSE(here.is_newer(li, before));
}

TEST_F(Presence, TypingIsNotKeptForOneWhoIsAway) {
  const std::uint64_t before = here.revision();
  here.typing(han, false, li);
  here.hold(li);
  EXPECT_EQ(typing_for(li, before), "");
}

TEST_F(Presence, TypingInAGroupIsToldToTheOthersInIt) {
  for (const user_id u : {li, han, wei, jim}) here.hold(u);
  on.advance(1s);
  const std::uint64_t before = here.revision();
  here.typing(han, true, lab);
  const std::string note = R"({"event":"typing","user":2,"type":"group","to":10})";
  EXPECT_EQ(typing_for(li, before), note);
  EXPECT_EQ(typing_for(jim, before), note);
  EXPECT_EQ(typing_for(han, before), "") << "not to himself";
  EXPECT_EQ(typing_for(wei, before), "") << "not to a stranger";
  here.typing(han, true, 99);
}

TEST_F(Presence, SeveralWhoTypeAreToldTogether) {
  here.hold(li);
  on.advance(1s);
  const std::uint64_t before = here.revision();
  here.typing(han, false, li);
  here.typing(wei, false, li);
  here.typing(han, false, li);
  std::string out;
  EXPECT_EQ(here.append_typing(out, li, before), 2U);
  EXPECT_NE(out.find("},{"), std::string::npos);
  EXPECT_NE(out.find(R"("user":2)"), std::string::npos);
  EXPECT_NE(out.find(R"("user":3)"), std::string::npos);
}

TEST_F(Presence, NotesForOneReaderAreBounded) {
  here.hold(li);
  on.advance(1s);
  const std::uint64_t before = here.revision();
  for (user_id who = 100; who < 400; ++who) here.typing(who, false, li);
  std::string out;
  const std::size_t n = here.append_typing(out, li, before);
  EXPECT_LT(n, 100U);
  EXPECT_NE(out.find(R"("user":399)"), std::string::npos) << "the newest are kept";
}

TEST_F(Presence, TypingWakesTheReadersStream) {
  waiter asks(on), does_not_ask(on);
  held_stream with(asks, true), without(does_not_ask, false);
  here.hold(li);
  on.advance(1s);
  streams.wait(li, with);
  streams.wait(li, without);
  here.typing(han, false, li);
  EXPECT_TRUE(has(asks.reasons(), wake::news));
  EXPECT_EQ(does_not_ask.reasons(), 0);
}

TEST_F(Presence, OneWhoComesIsToldWithinASecondAlsoWhileOthersType) {
  here.hold(li);
  on.advance(1s);
  here.typing(wei, false, li);
  here.hold(han);
  on.advance(1s);
  EXPECT_TRUE(here.is_online(han)) << "gathered for 1 s, whatever else is waited for";
}

TEST_F(Presence, OneWhoComesIsToldWithinASecondAlsoWhileOthersLinger) {
  here.seen(wei);
  on.advance(10s);
  here.hold(han);
  on.advance(1s);
  EXPECT_TRUE(here.is_online(han));
  on.advance(50s);
  EXPECT_FALSE(here.is_online(wei)) << "and they still go when their time is over";
}

}  // namespace
}  // namespace lingerd
