#include "core/chat/presence.hpp"

#include <gtest/gtest.h>

#include "core/chat/typing.hpp"
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
      directory.absorb(r);
    }
    befriend(li, han);
    befriend(li, wei);
    group_row g;
    g.id = lab;
    directory.absorb(g);
    for (const user_id u : {li, han, jim}) {
      member_row m;
      m.group = lab;
      m.user = u;
      m.stays = {{1, 0}};
      directory.absorb(m);
    }
    presence.start_at(first_revision);
  }
  void befriend(user_id a, user_id b, friendship state = friendship::agreed) {
    directory.absorb(friend_row{a, b, state, 0, 1});
    directory.absorb(friend_row{b, a, state, 0, 1});
  }
  std::string seen_by(user_id reader) {
    std::string out;
    presence.append(out, *directory.user(reader));
    return out;
  }
  std::string typing_for(user_id reader, std::uint64_t revision) {
    std::string out;
    typing.append(out, reader, revision);
    return out;
  }
  // As a poll asks: presence or typing.
  bool is_newer(user_id reader, std::uint64_t revision) const {
    return presence.is_newer(reader, revision) || typing.is_newer(reader, revision);
  }
  std::string rev() const { return std::to_string(presence.revision()); }

  manual_loop loop;
  limits bounds;
  lingerd::directory directory;
  lingerd::fanout fanout{directory, bounds};
  lingerd::presence presence{loop, directory, fanout, bounds};
  typing_notes typing{loop, directory, fanout, presence, bounds};
};

TEST_F(Presence, NobodyIsOnlineAtFirst) {
  EXPECT_EQ(seen_by(li), R"("presence":{"rev":1000,"online":[]})");
  EXPECT_FALSE(is_newer(li, first_revision));
}

TEST_F(Presence, OneWhoHoldsAStreamIsOnlineAfterTheGathering) {
  presence.hold(han);
  EXPECT_FALSE(presence.is_online(han)) << "changes are gathered";
  loop.advance(999ms);
  EXPECT_FALSE(presence.is_online(han));
  loop.advance(1ms);
  EXPECT_TRUE(presence.is_online(han));
  EXPECT_TRUE(is_newer(li, first_revision));
  EXPECT_EQ(seen_by(li), R"("presence":{"rev":)" + rev() + R"(,"online":[2]})");
  EXPECT_GT(presence.revision(), first_revision);
}

TEST_F(Presence, OnlyFriendsAreTold) {
  presence.hold(han);
  loop.advance(1s);
  EXPECT_FALSE(is_newer(wei, first_revision));
  EXPECT_FALSE(is_newer(jim, first_revision)) << "a group is not enough";
  EXPECT_EQ(seen_by(jim), R"("presence":{"rev":)" + rev() + R"(,"online":[]})");
  befriend(han, jim, friendship::asked);
  EXPECT_EQ(seen_by(jim), R"("presence":{"rev":)" + rev() + R"(,"online":[]})");
}

TEST_F(Presence, ThoseWhoComeTogetherAreOneRevision) {
  presence.hold(han);
  loop.advance(500ms);
  presence.hold(wei);
  loop.advance(500ms);
  EXPECT_EQ(presence.revision(), first_revision + 1);
  EXPECT_EQ(seen_by(li), R"("presence":{"rev":1001,"online":[2,3]})");
  EXPECT_FALSE(is_newer(li, presence.revision()));
}

TEST_F(Presence, OneStaysOnlineForAMinuteAfterTheLastStream) {
  presence.hold(han);
  loop.advance(1s);
  presence.release(han);
  loop.advance(59'999ms);
  EXPECT_TRUE(presence.is_online(han));
  const std::uint64_t before = presence.revision();
  loop.advance(1'001ms);
  EXPECT_FALSE(presence.is_online(han));
  EXPECT_TRUE(is_newer(li, before));
  EXPECT_EQ(seen_by(li), R"("presence":{"rev":)" + rev() + R"(,"online":[]})");
}

TEST_F(Presence, AskingOnceIsBeingThereForAMinute) {
  presence.touch(han);
  loop.advance(1s);
  EXPECT_TRUE(presence.is_online(han));
  loop.advance(30s);
  presence.touch(han);
  loop.advance(59s);
  EXPECT_TRUE(presence.is_online(han)) << "the user asked again";
  loop.advance(2s);
  EXPECT_FALSE(presence.is_online(han));
}

TEST_F(Presence, BetweenTwoPollsNobodyGoes) {
  presence.hold(han);
  loop.advance(1s);
  const std::uint64_t before = presence.revision();
  for (int i = 0; i < 5; ++i) {
    presence.release(han);
    loop.advance(10s);
    presence.hold(han);
    loop.advance(100s);
  }
  EXPECT_TRUE(presence.is_online(han));
  EXPECT_EQ(presence.revision(), before) << "nothing has changed for anybody";
}

TEST_F(Presence, OneWithTwoStreamsIsThereUntilTheSecondEnds) {
  presence.hold(han);
  presence.hold(han);
  presence.release(han);
  loop.advance(120s);
  EXPECT_TRUE(presence.is_online(han));
  presence.release(han);
  loop.advance(62s);
  EXPECT_FALSE(presence.is_online(han));
}

TEST_F(Presence, AChangeWakesTheFriendsStreamsThatAskedForIt) {
  waiter asks(loop), does_not_ask(loop), stranger(loop);
  subscriber asking(asks, true), without(does_not_ask, false), other(stranger, true);
  fanout.wait(li, asking);
  fanout.wait(li, without);
  fanout.wait(jim, other);
  presence.hold(han);
  loop.advance(1s);
  EXPECT_TRUE(has(asks.reasons(), wake::news));
  EXPECT_EQ(does_not_ask.reasons(), 0);
  EXPECT_EQ(stranger.reasons(), 0);
}

TEST_F(Presence, ARevisionThatNeverWasIsAnsweredWithTheRightOne) {
  EXPECT_TRUE(is_newer(li, first_revision + 50));
}

TEST_F(Presence, ARevisionFromBeforeARestartIsOld) {
  // Han was shown as online before; nobody will ever say that the user has gone.
  EXPECT_TRUE(is_newer(li, first_revision - 500))
      << "a restarted server's revisions are new to everyone";
}

TEST_F(Presence, TypingIsToldToWhoIsThere) {
  presence.hold(li);
  loop.advance(1s);
  const std::uint64_t before = presence.revision();
  typing.add(han, false, li);
  EXPECT_TRUE(is_newer(li, before));
  EXPECT_EQ(typing_for(li, before), R"({"event":"typing","user":2,"type":"single","to":1})");
  EXPECT_FALSE(is_newer(wei, before));
  EXPECT_EQ(typing_for(wei, before), "");
}

TEST_F(Presence, TypingIsToldOnce) {
  presence.hold(li);
  loop.advance(1s);
  const std::uint64_t before = presence.revision();
  typing.add(han, false, li);
  const std::uint64_t revision_before = presence.revision();
  EXPECT_GT(revision_before, before);
  EXPECT_EQ(typing_for(li, revision_before), "");
  EXPECT_FALSE(is_newer(li, revision_before));
  loop.advance(bounds.typing_life - 1s);
  typing.add(han, false, li);
  EXPECT_NE(typing_for(li, revision_before), "") << "the user types on";
}

TEST_F(Presence, ManyNotesAboutOneWhoTypesAreOne) {
  presence.hold(li);
  loop.advance(1s);
  typing.add(han, false, li);
  const std::uint64_t revision_before = presence.revision();
  for (int i = 0; i < 100; ++i) typing.add(han, false, li);
  EXPECT_EQ(presence.revision(), revision_before);
  EXPECT_FALSE(is_newer(li, revision_before));
}

TEST_F(Presence, OneWhoTypesToTwoIsToldToBoth) {
  presence.hold(li);
  presence.hold(wei);
  loop.advance(1s);
  const std::uint64_t before = presence.revision();
  typing.add(han, false, li);
  typing.add(han, false, wei);
  EXPECT_NE(typing_for(li, before), "");
  EXPECT_NE(typing_for(wei, before), "");
}

TEST_F(Presence, OneWhoTypesOnWithoutAPauseIsAlwaysShown) {
  presence.hold(li);
  loop.advance(1s);
  const std::uint64_t before = presence.revision();
  for (int i = 0; i < 60; ++i) {
    typing.add(han, false, li);
    loop.advance(500ms);
    ASSERT_NE(typing_for(li, before), "") << i;
  }
}

TEST_F(Presence, TypingIsForgottenSoon) {
  presence.hold(li);
  loop.advance(1s);
  const std::uint64_t before = presence.revision();
  typing.add(han, false, li);
  loop.advance(bounds.typing_life - 1ms);
  EXPECT_NE(typing_for(li, before), "");
  loop.advance(1ms);
  EXPECT_EQ(typing_for(li, before), "");
  EXPECT_FALSE(is_newer(li, before));
}

TEST_F(Presence, TypingIsNotKeptForOneWhoIsAway) {
  const std::uint64_t before = presence.revision();
  typing.add(han, false, li);
  presence.hold(li);
  EXPECT_EQ(typing_for(li, before), "");
}

TEST_F(Presence, TypingInAGroupIsToldToTheOthersInIt) {
  for (const user_id u : {li, han, wei, jim}) presence.hold(u);
  loop.advance(1s);
  const std::uint64_t before = presence.revision();
  typing.add(han, true, lab);
  const std::string note = R"({"event":"typing","user":2,"type":"group","to":10})";
  EXPECT_EQ(typing_for(li, before), note);
  EXPECT_EQ(typing_for(jim, before), note);
  EXPECT_EQ(typing_for(han, before), "") << "not to itself";
  EXPECT_EQ(typing_for(wei, before), "") << "not to a stranger";
  typing.add(han, true, 99);
}

TEST_F(Presence, SeveralWhoTypeAreToldTogether) {
  presence.hold(li);
  loop.advance(1s);
  const std::uint64_t before = presence.revision();
  typing.add(han, false, li);
  typing.add(wei, false, li);
  typing.add(han, false, li);
  std::string out;
  EXPECT_EQ(typing.append(out, li, before), 2U);
  EXPECT_NE(out.find("},{"), std::string::npos);
  EXPECT_NE(out.find(R"("user":2)"), std::string::npos);
  EXPECT_NE(out.find(R"("user":3)"), std::string::npos);
}

TEST_F(Presence, NotesForOneReaderAreBounded) {
  presence.hold(li);
  loop.advance(1s);
  const std::uint64_t before = presence.revision();
  for (user_id user = 100; user < 400; ++user) typing.add(user, false, li);
  std::string out;
  const std::size_t n = typing.append(out, li, before);
  EXPECT_LT(n, 100U);
  EXPECT_NE(out.find(R"("user":399)"), std::string::npos) << "the newest are kept";
}

TEST_F(Presence, TypingWakesTheReadersStream) {
  waiter asks(loop), does_not_ask(loop);
  subscriber asking(asks, true), without(does_not_ask, false);
  presence.hold(li);
  loop.advance(1s);
  fanout.wait(li, asking);
  fanout.wait(li, without);
  typing.add(han, false, li);
  EXPECT_TRUE(has(asks.reasons(), wake::news));
  EXPECT_EQ(does_not_ask.reasons(), 0);
}

TEST_F(Presence, OneWhoComesIsToldWithinASecondAlsoWhileOthersType) {
  presence.hold(li);
  loop.advance(1s);
  typing.add(wei, false, li);
  presence.hold(han);
  loop.advance(1s);
  EXPECT_TRUE(presence.is_online(han)) << "gathered for 1 s, whatever else is waited for";
}

TEST_F(Presence, OneWhoComesIsToldWithinASecondAlsoWhileOthersLinger) {
  presence.touch(wei);
  loop.advance(10s);
  presence.hold(han);
  loop.advance(1s);
  EXPECT_TRUE(presence.is_online(han));
  loop.advance(50s);
  EXPECT_FALSE(presence.is_online(wei)) << "and they still go when their time is over";
}

}  // namespace
}  // namespace lingerd
