#include "core/chat/fanout.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/core/state/core_fixtures.hpp"

namespace lingerd {
namespace {

using namespace core_tests;  // NOLINT
using ids = std::vector<change_id>;

constexpr user_id li = 1, han = 2, wei = 3;
constexpr group_id lab = 10, club = 11;

class Fanout : public ::testing::Test {
 protected:
  Fanout() {
    for (const user_id u : {li, han, wei}) {
      user_row r;
      r.id = u;
      r.name = "user" + std::to_string(u);
      directory.absorb(r);
    }
  }
  static lingerd::fanout::event event(change_id id, std::string bytes = "") {
    lingerd::fanout::event e;
    e.id = id;
    e.bytes = std::move(bytes);
    return e;
  }
  void publish(change_id id, std::vector<user_id> recipients, std::string bytes = "") {
    fanout.publish(event(id, std::move(bytes)), recipients);
  }
  void publish_to_group(change_id id, group_id g) { fanout.publish_to_group(event(id), g); }
  void set_stays(group_id g, user_id member, std::vector<interval> when) {
    group_row r;
    r.id = g;
    directory.absorb(r);
    member_row m;
    m.group = g;
    m.user = member;
    m.stays = std::move(when);
    directory.absorb(m);
  }
  // What the ring gives; nothing where the store has to be asked.
  std::optional<ids> collect(user_id reader, change_id after) {
    std::vector<const lingerd::fanout::event*> found;
    if (!fanout.collect(*directory.user(reader), after, found)) return std::nullopt;
    ids all;
    for (const lingerd::fanout::event* e : found) all.push_back(e->id);
    return all;
  }
  bool news(user_id reader, change_id after) {
    return fanout.has_news(*directory.user(reader), after);
  }

  manual_loop loop;
  limits bounds;
  lingerd::directory directory;
  lingerd::fanout fanout{directory, bounds};
};

// A stream that is held open.
struct stream {
  stream(loop& loop, bool presence) : sleeper(loop), held(sleeper, presence) {}
  bool is_woken() const { return has(sleeper.reasons(), wake::news); }
  waiter sleeper;
  subscriber held;
};

TEST_F(Fanout, AReaderGetsWhatIsHisOldestFirst) {
  publish(1, {li, han});
  publish(2, {han});
  publish(3, {li});
  publish(5, {li, wei});
  EXPECT_EQ(collect(li, 0), (ids{1, 3, 5}));
  EXPECT_EQ(collect(han, 0), (ids{1, 2}));
  EXPECT_EQ(collect(wei, 0), ids{5});
}

TEST_F(Fanout, OnlyWhatLiesAboveTheCursorIsGiven) {
  publish(1, {li});
  publish(4, {li});
  EXPECT_EQ(collect(li, 1), ids{4});
  EXPECT_EQ(collect(li, 3), ids{4});
  EXPECT_EQ(collect(li, 4), ids{});
  EXPECT_EQ(collect(li, 100), ids{});
}

TEST_F(Fanout, ThereIsNewsWhereSomethingLiesAboveTheCursor) {
  EXPECT_FALSE(news(li, 0));
  publish(4, {li});
  EXPECT_TRUE(news(li, 3));
  EXPECT_FALSE(news(li, 4));
  EXPECT_FALSE(news(han, 0));
}

TEST_F(Fanout, AnEventForNobodyIsNoNews) {
  publish(4, {});
  EXPECT_FALSE(news(li, 0));
  EXPECT_EQ(collect(li, 0), ids{});
}

TEST_F(Fanout, AReaderBehindTheRingIsSentToTheStore) {
  bounds.ring_entries = 3;
  for (change_id id = 1; id <= 5; ++id) publish(id, {li});
  EXPECT_EQ(collect(li, 0), std::nullopt);
  EXPECT_EQ(collect(li, 1), std::nullopt);
  EXPECT_EQ(collect(li, 2), (ids{3, 4, 5})) << "the ring reaches back to the user's cursor exactly";
  EXPECT_EQ(collect(li, 4), ids{5});
}

TEST_F(Fanout, OthersEventsDoNotPushAReaderToTheStore) {
  bounds.ring_entries = 3;
  publish(1, {li});
  for (change_id id = 2; id <= 50; ++id) publish(id, {han});
  EXPECT_EQ(collect(li, 1), ids{})
      << "the user's last event has left the ring, and the user has seen it";
  EXPECT_FALSE(news(li, 1));
  EXPECT_EQ(collect(li, 0), std::nullopt) << "the user has not seen it";
  EXPECT_TRUE(news(li, 0));
  publish(51, {li});
  EXPECT_EQ(collect(li, 1), ids{51}) << "the link names the id that it leads to";
}

TEST_F(Fanout, TheRingIsBoundedInBytes) {
  bounds.ring_bytes = 10'000;
  for (change_id id = 1; id <= 4; ++id) publish(id, {li}, std::string(4'000, 'x'));
  EXPECT_EQ(collect(li, 2), (ids{3, 4}));
  EXPECT_EQ(collect(li, 1), std::nullopt);
}

TEST_F(Fanout, ManySmallEventsLeaveAgainAndAgain) {
  bounds.ring_bytes = 10'000;
  for (change_id id = 1; id <= 5'000; ++id) publish(id, {li, han}, std::string(id % 100, 'x'));
  EXPECT_EQ(collect(li, 4'998), (ids{4'999, 5'000}));
  EXPECT_EQ(collect(li, 4'800), std::nullopt) << "200 events and their texts are more than that";
  EXPECT_EQ(collect(li, 4'990)->size(), 10U) << "what is counted off is what was counted on";
}

TEST_F(Fanout, AnEventForManyReachesEachOfThem) {
  std::vector<user_id> all;
  for (user_id u = 1; u <= 300; ++u) {
    user_row r;
    r.id = u;
    directory.absorb(r);
    all.push_back(u);
  }
  publish(1, all);
  publish(2, {li, 299});
  publish(3, all);
  for (const user_id u : all) {
    ASSERT_EQ(collect(u, 0), (u == li || u == 299 ? ids{1, 2, 3} : ids{1, 3})) << u;
  }
}

TEST_F(Fanout, AnEventLargerThanTheRingIsThereForThoseWhoAreUpToDate) {
  bounds.ring_bytes = 10'000;
  publish(1, {li});
  publish(2, {li}, std::string(40'000, 'x'));
  EXPECT_EQ(collect(li, 1), ids{2});
  publish(3, {li}, "small");
  EXPECT_EQ(collect(li, 2), ids{3});
  EXPECT_EQ(collect(li, 1), std::nullopt);
}

TEST_F(Fanout, AfterAStartEverythingBelowIsTheStores) {
  fanout.start_at(100);
  set_stays(lab, li, {{5, 0}});
  EXPECT_TRUE(news(li, 99));
  EXPECT_EQ(collect(li, 99), std::nullopt);
  EXPECT_FALSE(news(li, 100));
  EXPECT_EQ(collect(li, 100), ids{});
  publish(101, {li});
  publish_to_group(102, lab);
  EXPECT_EQ(collect(li, 100), (ids{101, 102}));
  EXPECT_EQ(collect(li, 99), std::nullopt);
}

TEST_F(Fanout, AGroupsEventsReachItsMembersOnly) {
  set_stays(lab, li, {{1, 0}});
  set_stays(lab, han, {{1, 0}});
  set_stays(club, wei, {{1, 0}});
  publish_to_group(2, lab);
  publish_to_group(3, club);
  publish_to_group(4, lab);
  EXPECT_EQ(collect(li, 0), (ids{2, 4}));
  EXPECT_EQ(collect(han, 2), ids{4});
  EXPECT_EQ(collect(wei, 0), ids{3});
  EXPECT_FALSE(news(wei, 3));
  EXPECT_TRUE(news(li, 3));
}

TEST_F(Fanout, OnesOwnAndTheGroupsEventsComeInTheirOrder) {
  set_stays(lab, li, {{1, 0}});
  set_stays(club, li, {{1, 0}});
  publish_to_group(2, lab);
  publish(3, {li});
  publish_to_group(4, club);
  publish(5, {li});
  publish_to_group(6, lab);
  EXPECT_EQ(collect(li, 0), (ids{2, 3, 4, 5, 6}));
  EXPECT_EQ(collect(li, 3), (ids{4, 5, 6}));
}

TEST_F(Fanout, ANewMemberSeesNothingFromBeforeHisJoining) {
  set_stays(lab, li, {{1, 0}});
  publish_to_group(2, lab);
  publish_to_group(4, lab);
  set_stays(lab, han, {{5, 0}});
  publish_to_group(5, lab);
  publish_to_group(6, lab);
  EXPECT_EQ(collect(han, 0), ids{6}) << "the joining itself is told to the user apart";
  EXPECT_FALSE(news(han, 6));
}

TEST_F(Fanout, AGroupsPastDoesNotSendANewMemberToTheStore) {
  bounds.ring_entries = 3;
  set_stays(lab, li, {{1, 0}});
  for (change_id id = 2; id <= 20; ++id) publish_to_group(id, lab);
  set_stays(lab, han, {{21, 0}});
  EXPECT_EQ(collect(han, 0), ids{});
  EXPECT_FALSE(news(han, 0));
  publish_to_group(22, lab);
  EXPECT_EQ(collect(han, 0), ids{22});
}

TEST_F(Fanout, OneWhoLeftStillGetsWhatHeHadNotFetched) {
  set_stays(lab, han, {{1, 0}});
  publish_to_group(2, lab);
  publish_to_group(3, lab);
  set_stays(lab, han, {{1, 4}});
  publish_to_group(4, lab);
  publish_to_group(5, lab);
  EXPECT_TRUE(news(han, 2));
  EXPECT_EQ(collect(han, 2), ids{3});
  EXPECT_EQ(collect(han, 4), ids{});
  EXPECT_FALSE(news(han, 4)) << "what is said afterwards wakes the user no more";
}

TEST_F(Fanout, OneWhoCameBackSeesBothStays) {
  set_stays(lab, han, {{1, 0}});
  publish_to_group(2, lab);
  set_stays(lab, han, {{1, 3}});
  publish_to_group(4, lab);
  set_stays(lab, han, {{1, 3}, {5, 0}});
  publish_to_group(6, lab);
  EXPECT_EQ(collect(han, 0), (ids{2, 6}));
  EXPECT_EQ(collect(han, 2), ids{6});
}

TEST_F(Fanout, AGroupBehindTheRingSendsItsMemberToTheStore) {
  bounds.ring_entries = 2;
  set_stays(lab, li, {{1, 0}});
  for (change_id id = 2; id <= 5; ++id) publish_to_group(id, lab);
  EXPECT_EQ(collect(li, 2), std::nullopt);
  EXPECT_EQ(collect(li, 3), (ids{4, 5}));
}

TEST_F(Fanout, PublishingWakesTheReadersStreams) {
  stream one(loop, false), two(loop, true), other(loop, false);
  fanout.wait(li, one.held);
  fanout.wait(li, two.held);
  fanout.wait(han, other.held);
  EXPECT_TRUE(fanout.is_waiting(li));
  publish(1, {li});
  EXPECT_TRUE(one.is_woken());
  EXPECT_TRUE(two.is_woken());
  EXPECT_FALSE(other.is_woken());
  EXPECT_FALSE(fanout.is_waiting(li)) << "one wake answers one request";
  EXPECT_TRUE(fanout.is_waiting(han));
}

TEST_F(Fanout, AGroupWakesItsPresentMembers) {
  set_stays(lab, li, {{1, 0}});
  set_stays(lab, han, {{1, 2}});
  stream present(loop, false), left(loop, false), stranger(loop, false);
  fanout.wait(li, present.held);
  fanout.wait(han, left.held);
  fanout.wait(wei, stranger.held);
  publish_to_group(3, lab);
  EXPECT_TRUE(present.is_woken());
  EXPECT_FALSE(left.is_woken());
  EXPECT_FALSE(stranger.is_woken());
}

TEST_F(Fanout, AStreamThatIsGoneIsForgotten) {
  {
    stream gone(loop, false);
    fanout.wait(li, gone.held);
  }
  EXPECT_FALSE(fanout.is_waiting(li));
  publish(1, {li});
  EXPECT_EQ(collect(li, 0), ids{1});
}

TEST_F(Fanout, PresenceWakesThoseWhoAskedForIt) {
  stream asking(loop, true), without(loop, false);
  fanout.wait(li, without.held);
  fanout.wait(li, asking.held);
  fanout.wake_presence(li);
  EXPECT_TRUE(asking.is_woken());
  EXPECT_FALSE(without.is_woken());
  EXPECT_TRUE(fanout.is_waiting(li));
  fanout.wake_presence(wei);  // nobody has ever waited for the user
  publish(1, {li});
  EXPECT_TRUE(without.is_woken());
}

TEST_F(Fanout, TheOrderOfIdsIsChecked) {
  publish(5, {li});
  EXPECT_DEATH(publish(4, {li}), "check failed");
}

}  // namespace
}  // namespace lingerd
