#include "tests/core/chat/chat_fixtures.hpp"

// Long absences, answer by answer; and as the tutorial's page reads them.
namespace lingerd {
namespace {

using namespace chat_tests;  // NOLINT
using namespace std::chrono_literals;

TEST_F(PagedChat, ALongAbsenceIsReadPageByPage) {
  const change_id before = chat().horizon();
  ids sent;
  for (int i = 0; i < 8; ++i) sent.push_back(fixture.say(li, han, std::to_string(i)));
  EXPECT_EQ(follow(before, [&](change_id after) { return *fixture.at_hand(han, after); }), sent);
  EXPECT_EQ(follow(before, [&](change_id after) { return fixture.from_store(han, after); }), sent);
}

TEST_F(PagedChat, ExactlyAPageIsNotMore) {
  const change_id before = chat().horizon();
  for (int i = 0; i < 3; ++i) fixture.say(li, han, std::to_string(i));
  EXPECT_FALSE(fixture.at_hand(han, before)->more);
  EXPECT_EQ(fixture.at_hand(han, before)->next, chat().horizon());
  EXPECT_FALSE(fixture.from_store(han, before).more);
}

TEST_F(PagedChat, StatesComeInTheirPlaceBetweenThePages) {
  const change_id before = chat().horizon();
  for (int i = 0; i < 2; ++i) fixture.say(li, han, "a");
  fixture.commit(set_display{li, "李雷"});
  const group_id lab = fixture.group(li, {han, wei});
  for (int i = 0; i < 4; ++i) fixture.say_to_group(wei, lab, "b");
  fixture.commit(ask_friend{wei, han, noon});
  fixture.commit(set_display{han, "韩"});
  for (int i = 0; i < 2; ++i) fixture.say(li, han, "c");
  const ids ring = follow(before, [&](change_id after) { return *fixture.at_hand(han, after); });
  const ids disk = follow(before, [&](change_id after) { return fixture.from_store(han, after); });
  EXPECT_EQ(ring, disk);
  EXPECT_EQ(ring.size(), 12U);
}

TEST_F(PagedChat, ManyStatesWithoutMessagesArePagedToo) {
  const change_id before = chat().horizon();
  for (int i = 0; i < 7; ++i) {
    const user_id u = fixture.user("u" + std::to_string(i));
    fixture.commit(ask_friend{u, han, noon});
  }
  const batch_read first = fixture.from_store(han, before);
  EXPECT_TRUE(first.more);
  const ids all = follow(before, [&](change_id after) { return fixture.from_store(han, after); });
  EXPECT_GE(all.size(), 7U);
}

class HeavyChat : public Chat {
 protected:
  static limits small_answers() {
    limits b;
    b.batch_bytes = 1'000;
    return b;
  }
  HeavyChat() : Chat(small_answers()) {}
};

TEST_F(HeavyChat, AnAnswerIsBoundedInBytesButNeverStuck) {
  const change_id before = chat().horizon();
  for (int i = 0; i < 5; ++i) fixture.say(li, han, std::string(2'000, 'x'));
  change_id ring = before, disk = before;
  for (int i = 0; i < 5; ++i) {
    const batch_read a = *fixture.at_hand(han, ring);
    const batch_read b = fixture.from_store(han, disk);
    EXPECT_EQ(ids_in(a).size(), 1U);
    EXPECT_EQ(ids_in(b).size(), 1U);
    EXPECT_EQ(a.more, i < 4);
    EXPECT_EQ(b.more, i < 4);
    ring = a.next;
    disk = b.next;
  }
  EXPECT_EQ(ring, chat().horizon());
  EXPECT_EQ(disk, chat().horizon());
}

TEST_F(HeavyChat, StatesAreBoundedInBytesToo) {
  const change_id before = chat().horizon();
  constexpr std::size_t groups = 6;
  for (std::size_t i = 0; i < groups; ++i) {
    add_group c;
    c.owner = han;
    c.name = "lab";
    c.brief = std::string(1'000, 'x');
    fixture.commit(c);
  }
  std::size_t total = 0;
  change_id after = before;
  for (std::size_t i = 0; i < 20; ++i) {
    const batch_read b = fixture.from_store(han, after);
    EXPECT_LE(b.events.size(), 2U * (fixture.bounds.batch_bytes + 500)) << "one answer's memory";
    total += ids_in(b).size();
    after = b.next;
    if (!b.more) break;
  }
  EXPECT_EQ(total, groups);
}

TEST_F(HeavyChat, StatesWaitForTheAnswerThatReachesThem) {
  const change_id before = chat().horizon();
  const change_id first = fixture.say(li, han, std::string(2'000, 'x'));
  fixture.commit(set_display{li, "between"});
  const change_id second = fixture.say(li, han, std::string(2'000, 'x'));
  fixture.commit(ask_friend{wei, han, noon});
  const batch_read one = fixture.from_store(han, before);
  EXPECT_EQ(ids_in(one), ids{first});
  EXPECT_EQ(one.next, first);
  std::vector<std::string> rest;
  batch_read b = one;
  for (int i = 0; i < 5 && b.more; ++i) {
    const change_id after = b.next;
    b = fixture.from_store(han, after);
    for (const change_id id : ids_in(b)) {
      EXPECT_GT(id, after);
      EXPECT_LE(id, b.next);
    }
    for (const std::string& kind : kinds_in(b)) rest.push_back(kind);
  }
  EXPECT_EQ(rest, (std::vector<std::string>{"profile", "message", "friend"}));
  EXPECT_EQ(b.next, chat().horizon());
  EXPECT_LT(first, second);
}

TEST_F(Chat, ASelectionOfOthersMessagesHasNothingElse) {
  const change_id before = chat().horizon();
  fixture.say(li, han, "mine");
  fixture.send(han, two, "his", "k1");
  fixture.commit(set_display{han, "韩"});
  const change_id message_id = messages_in(*fixture.at_hand(li, before)).back();
  const std::string expected =
      R"({"event":"message","id":)" + std::to_string(message_id) +
      R"(,"timestamp":"2023-11-14T22:13:20.000Z","from":2,"to":1,"type":"single","msg":"his"})";
  const batch_read ring = *fixture.at_hand(li, before, selection::messages_of_others);
  const batch_read disk = fixture.from_store(li, before, selection::messages_of_others);
  EXPECT_EQ(ring.events, expected);
  EXPECT_EQ(disk.events, expected);
  EXPECT_EQ(ring.next, chat().horizon());
  EXPECT_EQ(disk.next, chat().horizon());
}

TEST_F(PagedChat, ASelectionOfOthersMessagesPassesOverManyOfTheReaders) {
  const change_id before = chat().horizon();
  for (int i = 0; i < 10; ++i) fixture.say(li, han, "mine");
  fixture.say(han, li, "his");
  for (const bool from_disk : {false, true}) {
    change_id after = before;
    std::string all;
    for (int i = 0; i < 20; ++i) {
      const batch_read b = from_disk ? fixture.from_store(li, after, selection::messages_of_others)
                                     : *fixture.at_hand(li, after, selection::messages_of_others);
      EXPECT_GT(b.next, after) << "it moves even where nothing is shown";
      all += b.events;
      after = b.next;
      if (!b.more) break;
    }
    EXPECT_EQ(after, chat().horizon());
    EXPECT_NE(all.find(R"("msg":"his")"), std::string::npos);
    EXPECT_EQ(all.find("mine"), std::string::npos);
  }
}

}  // namespace
}  // namespace lingerd
