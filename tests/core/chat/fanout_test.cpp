#include "core/chat/fanout.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

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
  void to(change_id id, std::vector<user_id> whom, std::string bytes = "") {
    fanout.publish(event(id, std::move(bytes)), whom);
  }
  void to_group(change_id id, group_id g) { fanout.publish_to_group(event(id), g); }
  void stays(group_id g, user_id who, std::vector<interval> when) {
    group_row r;
    r.id = g;
    directory.absorb(r);
    member_row m;
    m.group = g;
    m.user = who;
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
  stream(loop& on, bool presence) : sleeper(on), held(sleeper, presence) {}
  bool is_woken() const { return has(sleeper.reasons(), wake::news); }
  waiter sleeper;
  subscriber held;
};

TEST_F(Fanout, AReaderGetsWhatIsHisOldestFirst) {
  to(1, {li, han});
  to(2, {han});
  to(3, {li});
  to(5, {li, wei});
  EXPECT_EQ(collect(li, 0), (ids{1, 3, 5}));
  EXPECT_EQ(collect(han, 0), (ids{1, 2}));
  EXPECT_EQ(collect(wei, 0), ids{5});
}

TEST_F(Fanout, OnlyWhatLiesAboveTheCursorIsGiven) {
  to(1, {li});
  to(4, {li});
  EXPECT_EQ(collect(li, 1), ids{4});
  EXPECT_EQ(collect(li, 3), ids{4});
  EXPECT_EQ(collect(li, 4), ids{});
  EXPECT_EQ(collect(li, 100), ids{});
}

TEST_F(Fanout, ThereIsNewsWhereSomethingLiesAboveTheCursor) {
  EXPECT_FALSE(news(li, 0));
  to(4, {li});
  EXPECT_TRUE(news(li, 3));
  EXPECT_FALSE(news(li, 4));
  EXPECT_FALSE(news(han, 0));
}

TEST_F(Fanout, AnEventForNobodyIsNoNews) {
  to(4, {});
  EXPECT_FALSE(news(li, 0));
  EXPECT_EQ(collect(li, 0), ids{});
}

TEST_F(Fanout, AReaderBehindTheRingIsSentToTheStore) {
  bounds.ring_entries = 3;
  for (change_id id = 1; id <= 5; ++id) to(id, {li});
  EXPECT_EQ(collect(li, 0), std::nullopt);
  EXPECT_EQ(collect(li, 1), std::nullopt);
  EXPECT_EQ(collect(li, 2), (ids{3, 4, 5})) << "the ring reaches back to his cursor exactly";
  EXPECT_EQ(collect(li, 4), ids{5});
}

TEST_F(Fanout, OthersEventsDoNotPushAReaderToTheStore) {
  bounds.ring_entries = 3;
  to(1, {li});
  for (change_id id = 2; id <= 50; ++id) to(id, {han});
  EXPECT_EQ(collect(li, 1), ids{}) << "his last event has left the ring, and he has seen it";
  EXPECT_FALSE(news(li, 1));
  EXPECT_EQ(collect(li, 0), std::nullopt) << "he has not seen it";
  EXPECT_TRUE(news(li, 0));
  to(51, {li});
  EXPECT_EQ(collect(li, 1), ids{51}) << "the link names the id that it leads to";
}

TEST_F(Fanout, TheRingIsBoundedInBytes) {
  bounds.ring_bytes = 10'000;
  for (change_id id = 1; id <= 4; ++id) to(id, {li}, std::string(4'000, 'x'));
  EXPECT_EQ(collect(li, 2), (ids{3, 4}));
  EXPECT_EQ(collect(li, 1), std::nullopt);
}

TEST_F(Fanout, ManySmallEventsLeaveAgainAndAgain) {
  bounds.ring_bytes = 10'000;
  for (change_id id = 1; id <= 5'000; ++id) to(id, {li, han}, std::string(id % 100, 'x'));
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
  to(1, all);
  to(2, {li, 299});
  to(3, all);
  for (const user_id u : all) {
    ASSERT_EQ(collect(u, 0), (u == li || u == 299 ? ids{1, 2, 3} : ids{1, 3})) << u;
  }
}

TEST_F(Fanout, AnEventLargerThanTheRingIsThereForThoseWhoAreUpToDate) {
  bounds.ring_bytes = 10'000;
  to(1, {li});
  to(2, {li}, std::string(40'000, 'x'));
  EXPECT_EQ(collect(li, 1), ids{2});
  to(3, {li}, "small");
  EXPECT_EQ(collect(li, 2), ids{3});
  EXPECT_EQ(collect(li, 1), std::nullopt);
}

TEST_F(Fanout, AfterAStartEverythingBelowIsTheStores) {
  fanout.start_at(100);
  stays(lab, li, {{5, 0}});
  EXPECT_TRUE(news(li, 99));
  EXPECT_EQ(collect(li, 99), std::nullopt);
  EXPECT_FALSE(news(li, 100));
  EXPECT_EQ(collect(li, 100), ids{});
  to(101, {li});
  to_group(102, lab);
  EXPECT_EQ(collect(li, 100), (ids{101, 102}));
  EXPECT_EQ(collect(li, 99), std::nullopt);
}

TEST_F(Fanout, AGroupsEventsReachItsMembersOnly) {
  stays(lab, li, {{1, 0}});
  stays(lab, han, {{1, 0}});
  stays(club, wei, {{1, 0}});
  to_group(2, lab);
  to_group(3, club);
  to_group(4, lab);
  EXPECT_EQ(collect(li, 0), (ids{2, 4}));
  EXPECT_EQ(collect(han, 2), ids{4});
  EXPECT_EQ(collect(wei, 0), ids{3});
  EXPECT_FALSE(news(wei, 3));
  EXPECT_TRUE(news(li, 3));
}

TEST_F(Fanout, OnesOwnAndTheGroupsEventsComeInTheirOrder) {
  stays(lab, li, {{1, 0}});
  stays(club, li, {{1, 0}});
  to_group(2, lab);
  to(3, {li});
  to_group(4, club);
  to(5, {li});
  to_group(6, lab);
  EXPECT_EQ(collect(li, 0), (ids{2, 3, 4, 5, 6}));
  EXPECT_EQ(collect(li, 3), (ids{4, 5, 6}));
}

TEST_F(Fanout, ANewMemberSeesNothingFromBeforeHisJoining) {
  stays(lab, li, {{1, 0}});
  to_group(2, lab);
  to_group(4, lab);
  stays(lab, han, {{5, 0}});
  to_group(5, lab);
  to_group(6, lab);
  EXPECT_EQ(collect(han, 0), ids{6}) << "the joining itself is told to him apart";
  EXPECT_FALSE(news(han, 6));
}

TEST_F(Fanout, AGroupsPastDoesNotSendANewMemberToTheStore) {
  bounds.ring_entries = 3;
  stays(lab, li, {{1, 0}});
  for (change_id id = 2; id <= 20; ++id) to_group(id, lab);
  stays(lab, han, {{21, 0}});
  EXPECT_EQ(collect(han, 0), ids{});
  EXPECT_FALSE(news(han, 0));
  to_group(22, lab);
  EXPECT_EQ(collect(han, 0), ids{22});
}

TEST_F(Fanout, OneWhoLeftStillGetsWhatHeHadNotFetched) {
  stays(lab, han, {{1, 0}});
  to_group(2, lab);
  to_group(3, lab);
  stays(lab, han, {{1, 4}});
  to_group(4, lab);
  to_group(5, lab);
  EXPECT_TRUE(news(han, 2));
  EXPECT_EQ(collect(han, 2), ids{3});
  EXPECT_EQ(collect(han, 4), ids{});
  EXPECT_FALSE(news(han, 4)) << "what is said afterwards wakes him no more";
}

TEST_F(Fanout, OneWhoCameBackSeesBothStays) {
  stays(lab, han, {{1, 0}});
  to_group(2, lab);
  stays(lab, han, {{1, 3}});
  to_group(4, lab);
  stays(lab, han, {{1, 3}, {5, 0}});
  to_group(6, lab);
  EXPECT_EQ(collect(han, 0), (ids{2, 6}));
  EXPECT_EQ(collect(han, 2), ids{6});
}

TEST_F(Fanout, AGroupBehindTheRingSendsItsMemberToTheStore) {
  bounds.ring_entries = 2;
  stays(lab, li, {{1, 0}});
  for (change_id id = 2; id <= 5; ++id) to_group(id, lab);
  EXPECT_EQ(collect(li, 2), std::nullopt);
  EXPECT_EQ(collect(li, 3), (ids{4, 5}));
}

TEST_F(Fanout, PublishingWakesTheReadersStreams) {
  stream one(loop, false), two(loop, true), other(loop, false);
  fanout.wait(li, one.held);
  fanout.wait(li, two.held);
  fanout.wait(han, other.held);
  EXPECT_TRUE(fanout.is_waiting(li));
  to(1, {li});
  EXPECT_TRUE(one.is_woken());
  EXPECT_TRUE(two.is_woken());
  EXPECT_FALSE(other.is_woken());
  EXPECT_FALSE(fanout.is_waiting(li)) << "one wake answers one request";
  EXPECT_TRUE(fanout.is_waiting(han));
}

TEST_F(Fanout, AGroupWakesItsPresentMembers) {
  stays(lab, li, {{1, 0}});
  stays(lab, han, {{1, 2}});
  stream in(loop, false), left(loop, false), stranger(loop, false);
  fanout.wait(li, in.held);
  fanout.wait(han, left.held);
  fanout.wait(wei, stranger.held);
  to_group(3, lab);
  EXPECT_TRUE(in.is_woken());
  EXPECT_FALSE(left.is_woken());
  EXPECT_FALSE(stranger.is_woken());
}

TEST_F(Fanout, AStreamThatIsGoneIsForgotten) {
  {
    stream gone(loop, false);
    fanout.wait(li, gone.held);
  }
  EXPECT_FALSE(fanout.is_waiting(li));
  to(1, {li});
  EXPECT_EQ(collect(li, 0), ids{1});
}

TEST_F(Fanout, PresenceWakesThoseWhoAskedForIt) {
  stream with(loop, true), without(loop, false);
  fanout.wait(li, without.held);
  fanout.wait(li, with.held);
  fanout.wake_presence(li);
  EXPECT_TRUE(with.is_woken());
  EXPECT_FALSE(without.is_woken());
  EXPECT_TRUE(fanout.is_waiting(li));
  fanout.wake_presence(wei);  // nobody has ever waited for him
  to(1, {li});
  EXPECT_TRUE(without.is_woken());
}

TEST_F(Fanout, TheOrderOfIdsIsChecked) {
  to(5, {li});
  EXPECT_DEATH(to(4, {li}), "check failed");
}

// Everything above against lists that are walked from end to end.
TEST_F(Fanout, AgreesWithAPlainListWhateverHappens) {
  struct told {
    change_id id;
    std::set<user_id> recipients;
    group_id group;
  };
  for (unsigned seed = 1; seed <= 30; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 entropy(seed);
    const auto below = [&](unsigned n) { return static_cast<unsigned>(entropy() % n); };
    limits small;
    small.ring_entries = 1 + below(12);
    lingerd::directory known;
    lingerd::fanout under_test(known, small);
    std::vector<told> all;
    std::map<std::pair<group_id, user_id>, member_row> in;
    for (const user_id u : {li, han, wei}) {
      user_row r;
      r.id = u;
      known.absorb(r);
    }
    for (const group_id g : {lab, club}) {
      group_row r;
      r.id = g;
      known.absorb(r);
    }
    change_id id = below(5);
    under_test.start_at(id);
    const change_id floor = id;
    for (int step = 0; step < 60; ++step) {
      ++id;
      const group_id g = below(2) ? lab : club;
      const user_id u = 1 + below(3);
      switch (below(4)) {
        case 0: {
          std::set<user_id> whom{u, user_id{1} + below(3)};
          const std::vector<user_id> list(whom.begin(), whom.end());
          under_test.publish(event(id), list);
          all.push_back({id, whom, 0});
          break;
        }
        case 1: {  // comes or goes, and is told so himself
          member_row& m = in[{g, u}];
          m.group = g;
          m.user = u;
          if (m.is_in()) {
            m.stays.back().until = id;
          } else {
            m.stays.push_back({id, 0});
          }
          known.absorb(m);
          const user_id list[] = {u};
          under_test.publish(event(id), list);
          all.push_back({id, {u}, 0});
          break;
        }
        default: under_test.publish_to_group(event(id), g); all.push_back({id, {}, g});
      }
      const std::size_t lost =
          all.size() > small.ring_entries ? all.size() - small.ring_entries : 0;
      for (const user_id reader : {li, han, wei}) {
        for (change_id after = floor > 1 ? floor - 1 : 0; after <= id; ++after) {
          ids expected;
          bool may_be_lost = after < floor;
          for (std::size_t i = 0; i < all.size(); ++i) {
            if (all[i].id <= after) continue;
            const lingerd::group* of = known.group(all[i].group);
            const member_link* m = of ? of->member(reader) : nullptr;
            const bool sees = all[i].recipients.contains(reader) || (m && m->sees(all[i].id));
            if (sees) expected.push_back(all[i].id);
            if (i < lost && (all[i].recipients.contains(reader) || m)) may_be_lost = true;
          }
          std::vector<const fanout::event*> found;
          const bool reached = under_test.collect(*known.user(reader), after, found);
          if (reached) {
            ids got;
            for (const fanout::event* e : found) got.push_back(e->id);
            ASSERT_EQ(got, expected) << "reader " << reader << " after " << after;
          } else {
            ASSERT_TRUE(may_be_lost) << "reader " << reader << " after " << after;
          }
          if (!expected.empty()) {
            ASSERT_TRUE(under_test.has_news(*known.user(reader), after))
                << "reader " << reader << " after " << after;
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace lingerd
