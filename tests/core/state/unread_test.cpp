#include "core/state/unread.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "tests/core/state/core_fixtures.hpp"

namespace lingerd {
namespace {

using namespace core_tests;  // NOLINT

class Unread : public ::testing::Test {
 protected:
  Unread() {
    li = fixture.user("li");
    han = fixture.user("han");
    wei = fixture.user("wei");
    fixture.befriend(li, han);
    two = conversation::single(li, han);
  }
  std::uint64_t unread(user_id reader, conversation target) const {
    return fixture.directory.unread(reader, target);
  }
  void leave(user_id reader, group_id g) {
    EXPECT_EQ(fixture.refused(remove_member{reader, g, reader}), std::nullopt);
  }
  void join(user_id reader, group_id g) {
    EXPECT_EQ(fixture.refused(add_member{0, g, reader}), std::nullopt);
  }
  directory_fixture fixture;
  user_id li = 0, han = 0, wei = 0;
  lingerd::conversation two;
};

TEST(UnreadHead, OthersOfAConversationOfTwoAreCountedFromEitherSide) {
  message_head head;
  head.sender = 1;
  head.number = 10;
  head.number_from = 4;
  EXPECT_EQ(others_in_single(head, 1), 6U);
  EXPECT_EQ(others_in_single(head, 2), 4U);
}

TEST(UnreadHead, OthersOfAGroupAreAllButOnesOwn) {
  message_head head;
  head.number = 10;
  EXPECT_EQ(others_in_group(head, 3), 7U);
  EXPECT_EQ(others_in_group(head, 11), 0U) << "never below nothing";
}

TEST_F(Unread, ThereIsNothingInAnEmptyConversation) {
  EXPECT_EQ(unread(li, two), 0U);
  EXPECT_EQ(unread(li, conversation::group(99)), 0U);
}

TEST_F(Unread, OnlyMessagesOfOthersCount) {
  fixture.say(li, han, "1");
  fixture.say(li, han, "2");
  EXPECT_EQ(unread(li, two), 0U);
  EXPECT_EQ(unread(han, two), 2U);
}

TEST_F(Unread, ReadingTakesOffWhatWasRead) {
  const change_id first = fixture.say(li, han, "1");
  fixture.say(li, han, "2");
  const change_id third = fixture.say(li, han, "3");
  fixture.read(han, two, first);
  EXPECT_EQ(unread(han, two), 2U);
  fixture.read(han, two, third);
  EXPECT_EQ(unread(han, two), 0U);
  fixture.say(li, han, "4");
  EXPECT_EQ(unread(han, two), 1U);
}

TEST_F(Unread, SendingReadsWhatCameBefore) {
  fixture.say(li, han, "1");
  fixture.say(li, han, "2");
  fixture.say(han, li, "3");
  EXPECT_EQ(unread(han, two), 0U);
  EXPECT_EQ(unread(li, two), 1U);
  fixture.say(li, han, "4");
  EXPECT_EQ(unread(han, two), 1U);
  EXPECT_EQ(unread(li, two), 0U);
}

TEST_F(Unread, ARepeatedMessageReadsNothing) {
  fixture.commit(message_to(han, li, "1", "k1"));
  fixture.say(li, han, "2");
  fixture.commit(message_to(han, li, "1", "k1"));
  EXPECT_EQ(unread(han, two), 1U);
}

TEST_F(Unread, AMemberStartsWithNothingUnread) {
  const group_id lab = fixture.group(li, {});
  const conversation conversation = conversation::group(lab);
  for (int i = 0; i < 5; ++i) fixture.say_to_group(li, lab, "before");
  join(han, lab);
  EXPECT_EQ(unread(han, conversation), 0U);
  ASSERT_TRUE(fixture.directory.read_mark_of(han, conversation));
  EXPECT_EQ(fixture.directory.read_mark_of(han, conversation)->up_to,
            fixture.directory.newest(conversation)->id);
  fixture.say_to_group(li, lab, "after");
  EXPECT_EQ(unread(han, conversation), 1U);
  EXPECT_EQ(unread(li, conversation), 0U);
  EXPECT_EQ(unread(wei, conversation), 0U) << "not a member of the conversation";
}

TEST_F(Unread, AnEarlierMessageReadLaterKeepsTheCountExact) {
  const group_id lab = fixture.group(li, {han, wei});
  const conversation conversation = conversation::group(lab);
  const change_id first = fixture.say_to_group(han, lab, "1");
  fixture.say_to_group(li, lab, "2");
  fixture.say_to_group(wei, lab, "3");
  fixture.say_to_group(li, lab, "4");
  fixture.say_to_group(wei, lab, "5");
  EXPECT_EQ(unread(li, conversation), 1U);
  fixture.read(li, conversation, first);
  EXPECT_EQ(unread(li, conversation), 1U);
}

TEST_F(Unread, OneWhoLeftHasWhatHeHadAndNoMore) {
  const group_id lab = fixture.group(li, {han});
  const conversation conversation = conversation::group(lab);
  fixture.say_to_group(li, lab, "1");
  fixture.say_to_group(li, lab, "2");
  leave(han, lab);
  fixture.say_to_group(li, lab, "3");
  EXPECT_EQ(unread(han, conversation), 2U);
  fixture.read(han, conversation, change_id_max);
  EXPECT_EQ(unread(han, conversation), 0U);
}

TEST_F(Unread, OneWhoComesBackStartsAnew) {
  const group_id lab = fixture.group(li, {han});
  const conversation conversation = conversation::group(lab);
  fixture.say_to_group(han, lab, "his own");
  fixture.say_to_group(li, lab, "1");
  leave(han, lab);
  fixture.say_to_group(li, lab, "2");
  join(han, lab);
  EXPECT_EQ(unread(han, conversation), 0U);
  fixture.say_to_group(li, lab, "3");
  EXPECT_EQ(unread(han, conversation), 1U);
}

// The subtraction against counting, whatever people do.
TEST_F(Unread, AgreesWithCounting) {
  struct message_sent {
    change_id id;
    lingerd::conversation conversation;
    user_id sender;
  };
  for (unsigned seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 entropy(seed);
    const auto below = [&](unsigned n) { return static_cast<unsigned>(entropy() % n); };
    directory_fixture fixture;
    for (const char* name : {"a", "b", "c"}) fixture.user(name);
    fixture.befriend(1, 2);
    const group_id lab = fixture.group(1, {2});
    const conversation all_in[] = {conversation::single(1, 2), conversation::group(lab)};
    std::vector<message_sent> messages;
    std::map<std::pair<user_id, std::uint64_t>, change_id> read;
    for (int step = 0; step < 150; ++step) {
      const user_id reader = 1 + below(3);
      const lingerd::conversation target = all_in[below(2)];
      const auto newest = [&](change_id at_most) {
        change_id id = 0;
        for (const message_sent& m : messages) {
          if (m.conversation == target && m.id <= at_most) id = m.id;
        }
        return id;
      };
      change_id& mark = read[{reader, target.key}];
      const member_link* m = fixture.directory.group(lab)->member(reader);
      switch (below(6)) {
        case 0:
        case 1:
        case 2: {
          const applied a = target.is_group()
                                ? fixture.commit(fixture.to_group(reader, lab, "text"))
                                : fixture.commit(message_to(reader, reader == 1 ? 2 : 1, "text"));
          if (reader == 3 && !target.is_group()) break;  // the user is nobody's friend
          if (a.refused) break;
          mark = newest(change_id_max);
          messages.push_back({a.id, target, reader});
          break;
        }
        case 3: {
          if (reader == 3 && !target.is_group()) break;
          const change_id up_to =
              messages.empty() ? 0 : messages[below(static_cast<unsigned>(messages.size()))].id;
          if (fixture.refused(mark_read{reader, target, up_to})) break;
          change_id visible = change_id_max;
          if (target.is_group() && !m->is_in()) visible = m->stays.back().until - 1;
          mark = std::max(mark, newest(std::min(up_to, visible)));
          break;
        }
        case 4: fixture.commit(remove_member{reader, lab, reader}); break;
        default:
          if (m && m->is_in()) break;
          if (fixture.refused(add_member{0, lab, reader})) break;
          read[{reader, conversation::group(lab).key}] = [&] {
            change_id id = 0;
            for (const message_sent& s : messages) {
              if (s.conversation.is_group()) id = s.id;
            }
            return id;
          }();
      }
      for (const user_id u : {1U, 2U, 3U}) {
        for (const conversation c : all_in) {
          if (u == 3 && !c.is_group()) continue;
          const member_link* as = fixture.directory.group(lab)->member(u);
          std::uint64_t expected = 0;
          for (const message_sent& s : messages) {
            if (s.conversation != c || s.sender == u || s.id <= read[{u, c.key}]) continue;
            if (c.is_group() && (!as || !as->sees(s.id))) continue;
            ++expected;
          }
          ASSERT_EQ(fixture.directory.unread(u, c), expected)
              << "user " << u << (c.is_group() ? " in the group" : " in two") << " step " << step;
        }
      }
    }
    const directory& stored = fixture.stored().directory;
    for (const user_id u : {1U, 2U, 3U}) {
      for (const conversation c : all_in) {
        EXPECT_EQ(stored.unread(u, c), fixture.directory.unread(u, c)) << "after a restart";
      }
    }
  }
}

}  // namespace
}  // namespace lingerd
