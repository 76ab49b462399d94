#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <map>
#include <random>

#include "tests/core/state/core_fixtures.hpp"

// A reader that follows the stream, one that catches up from the ring and one that catches up from
// the store all end up with the same messages and states, whatever changes were made.
namespace lingerd {
namespace {

using namespace core_tests;  // NOLINT

// What a client knows: all messages, and the newest of each state.
struct client {
  change_id cursor = 0;
  std::vector<std::string> messages;
  std::map<std::string, std::string> states;

  void hear(const batch_read& b, change_id horizon) {
    change_id last = cursor;
    const boost::json::value events = boost::json::parse("[" + b.events + "]");
    for (const boost::json::value& e : events.as_array()) {
      const auto id = e.at("id").to_number<change_id>();
      EXPECT_GT(id, last) << "ids strictly rise along a stream: " << b.events;
      last = id;
      take(e, id);
    }
    EXPECT_LE(last, b.next);
    EXPECT_LE(b.next, horizon);
    EXPECT_GE(b.next, cursor);
    cursor = b.next;
  }

 private:
  void take(const boost::json::value& e, change_id id) {
    const auto& kind = e.at("event").as_string();
    const auto number = [](const boost::json::value& v) {
      return std::to_string(v.to_number<std::uint64_t>());
    };
    const std::string text = " at " + std::to_string(id);
    if (kind == "message") {
      messages.push_back(boost::json::serialize(e));
    } else if (kind == "read") {
      states["read by " + number(e.at("user")) + " in " + std::string(e.at("type").as_string()) +
             " " + number(e.at("with"))] = number(e.at("up_to")) + text;
    } else if (kind == "friend") {
      states["friend " + number(e.at("user").at("id"))] =
          std::string(e.at("state").as_string()) + text;
    } else if (kind == "group") {
      const boost::json::value& g = e.at("group");
      states["group " + number(g.at("id"))] =
          (e.as_object().contains("left") ? "left" : boost::json::serialize(g)) + text;
    } else if (kind != "profile") {  // the readers of a profile depend on the friends at that time
      ADD_FAILURE() << "an event that is not known: " << kind;
    }
  }
};

class CatchUp : public ::testing::TestWithParam<unsigned> {
 protected:
  static constexpr user_id people = 4;

  unsigned below(unsigned n) { return static_cast<unsigned>(entropy() % n); }
  user_id somebody() { return 1 + below(people); }
  group_id some_group() {
    return groups.empty() ? 99 : groups[below(static_cast<unsigned>(groups.size()))];
  }

  // Something that may or may not be allowed.
  void live(chat_fixture& fixture) {
    const user_id a = somebody();
    user_id b = somebody();
    if (b == a) b = a % people + 1;
    const group_id g = some_group();
    const conversation conversation =
        below(2) ? conversation::group(g) : conversation::single(a, b);
    const std::string text = "text " + std::to_string(++count);
    switch (below(14)) {
      case 0:
      case 1:
      case 2:
      case 3: {
        fixture.send(a, conversation, text, below(2) ? "cid" + std::to_string(below(20)) : "");
        break;
      }
      case 4:
      case 5: {
        (void)fixture.chat().mark_read(a, conversation,
                                       below(3) ? change_id_max : fixture.chat().horizon() / 2);
        if (below(2)) fixture.chat().flush_reads();
        break;
      }
      case 6: attempt(fixture, ask_friend{a, b, noon}); break;
      case 7: attempt(fixture, end_friendship{a, b, noon}); break;
      case 8: {
        lingerd::add_group c;
        c.owner = a;
        c.name = text;
        if (below(2)) c.members = {b};
        if (groups.size() < 3) {
          if (const auto done = attempt(fixture, c)) groups.push_back(done->party);
        }
        break;
      }
      case 9: attempt(fixture, add_member{below(2) ? a : 0, g, b}); break;
      case 10: attempt(fixture, remove_member{below(2) ? a : b, g, b}); break;
      case 11: {
        edit_group c;
        c.initiator = a;
        c.group = g;
        if (below(2)) c.name = text;
        if (below(3) == 0) c.owner = b;
        attempt(fixture, c);
        break;
      }
      case 12: attempt(fixture, set_role{a, g, b, below(2) ? role::admin : role::member}); break;
      default: attempt(fixture, set_display{a, text});
    }
    fixture.settle();
  }
  std::optional<applied> attempt(chat_fixture& fixture, change c) {
    result<applied> r = fixture.finish(fixture.chat().commit(std::move(c)));
    if (!r) return std::nullopt;
    return std::move(*r);
  }

  // As a poll does it: from memory where that reaches back, else from the store.
  static void poll(chat_fixture& fixture, user_id user, client& c) {
    for (int i = 0; i < 1'000; ++i) {
      std::optional<batch_read> b = fixture.at_hand(user, c.cursor);
      if (!b) b = fixture.from_store(user, c.cursor);
      c.hear(*b, fixture.chat().horizon());
      if (!b->more) return;
    }
    FAIL() << "it never ends";
  }
  static void poll_the_store(chat_fixture& fixture, user_id user, client& c) {
    for (int i = 0; i < 1'000; ++i) {
      const batch_read b = fixture.from_store(user, c.cursor);
      c.hear(b, fixture.chat().horizon());
      if (!b.more) return;
    }
    FAIL() << "it never ends";
  }

  std::mt19937 entropy{GetParam()};
  std::vector<group_id> groups;
  int count = 0;
};

TEST_P(CatchUp, EveryWayOfReadingEndsInTheSame) {
  limits bounds;
  bounds.ring_entries = 1 + below(60);
  bounds.batch_events = 1 + below(8);
  chat_fixture fixture(bounds);
  for (user_id u = 1; u <= people; ++u) fixture.user("user" + std::to_string(u));
  for (user_id u = 1; u < people; ++u) fixture.befriend(u, u + 1);

  struct follower {
    client each_time;  // polls after everything that happens
    client sometimes;  // polls now and then
    client away;       // comes back at the end
    client away_disk;  // the same, and the ring does not help the user
  };
  std::map<user_id, follower> all;
  for (user_id u = 1; u <= people; ++u) {
    follower& f = all[u];
    f.each_time.cursor = f.sometimes.cursor = f.away.cursor = f.away_disk.cursor =
        fixture.chat().horizon();
  }
  for (int step = 0; step < 150; ++step) {
    live(fixture);
    if (below(60) == 0) fixture.restart();
    for (auto& [u, f] : all) {
      poll(fixture, u, f.each_time);
      if (below(10) == 0) poll(fixture, u, f.sometimes);
    }
    ASSERT_FALSE(HasFailure()) << "step " << step;
  }
  for (auto& [u, f] : all) {
    poll(fixture, u, f.sometimes);
    poll(fixture, u, f.away);
    poll_the_store(fixture, u, f.away_disk);
    EXPECT_EQ(f.sometimes.messages, f.each_time.messages) << "user " << u;
    EXPECT_EQ(f.away.messages, f.each_time.messages) << "user " << u;
    EXPECT_EQ(f.away_disk.messages, f.each_time.messages) << "user " << u;
    EXPECT_EQ(f.sometimes.states, f.each_time.states) << "user " << u;
    EXPECT_EQ(f.away.states, f.each_time.states) << "user " << u;
    EXPECT_EQ(f.away_disk.states, f.each_time.states) << "user " << u;
  }
}

INSTANTIATE_TEST_SUITE_P(Worlds, CatchUp, ::testing::Range(1U, 31U));

}  // namespace
}  // namespace lingerd
