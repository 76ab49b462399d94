#include "store/index/message_reader.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "store/codec/keys.hpp"
#include "store/engine/store_error.hpp"
#include "tests/store/index/index_fixture.hpp"

namespace lingerd {
namespace {

using namespace store_tests;  // NOLINT

const conversation group_9 = conversation::group(9);
constexpr std::size_t plenty = 1'000'000;

// The parameter is the bound of the index's lag; each message is a batch of its own.
class Reading : public ::testing::TestWithParam<std::size_t> {
 protected:
  Reading() {
    // Ids 1 to 30, in turn; each text has ten bytes.
    for (change_id id = 1; id <= 30; ++id) {
      written.write(id % 3 == 0 ? with_2 : id % 3 == 1 ? with_3 : group_9);
    }
  }
  std::vector<change_id> forward(std::vector<message_range> ranges, std::size_t limit = plenty,
                                 std::size_t bytes = plenty) {
    const auto txn = written.tables().begin_read();
    message_index index(*txn, written.reader);
    const message_list l = read_forward(index, ranges, limit, bytes);
    truncated = l.truncated;
    return ids_of(l);
  }
  std::vector<change_id> backward(std::vector<message_range> stays, change_id before,
                                  std::size_t limit) {
    const auto txn = written.tables().begin_read();
    message_index index(*txn, written.reader);
    const message_list l = read_backward(index, group_9, std::move(stays), before, limit);
    truncated = l.truncated;
    return ids_of(l);
  }
  written_messages written{GetParam()};
  bool truncated = false;
};
INSTANTIATE_TEST_SUITE_P(Behind, Reading, testing::Values(0, 1, 7, 1000),
                         [](const auto& info) { return std::to_string(info.param); });

TEST_P(Reading, ForwardIsWithinItsBoundsExclusively) {
  EXPECT_EQ(forward({{with_2, 3, 12}}), (ids{6, 9}));
  EXPECT_FALSE(truncated);
  EXPECT_EQ(forward({{with_2, 0, 4}}), (ids{3}));
  EXPECT_EQ(forward({{with_2, 3, 4}}), ids{});
  EXPECT_EQ(forward({{with_2, 30, 1000}}), ids{});
  EXPECT_EQ(forward({{conversation::group(1), 0, 1000}}), ids{});
  EXPECT_EQ(forward({}), ids{});
}

TEST_P(Reading, ForwardMergesById) {
  ids result = forward({{with_3, 0, 100}, {group_9, 0, 100}, {with_2, 0, 100}});
  EXPECT_EQ(result.size(), 30U);
  EXPECT_TRUE(std::is_sorted(result.begin(), result.end()));
  EXPECT_EQ(forward({{with_2, 5, 13}, {group_9, 9, 15}}), (ids{6, 9, 11, 12, 14}));
}

TEST_P(Reading, ForwardReadsTheStaysOfAGroupSeparately) {
  EXPECT_EQ(forward({{group_9, 0, 6}, {group_9, 20, 27}, {with_2, 22, 26}}),
            (ids{2, 5, 23, 24, 26}));
  EXPECT_FALSE(truncated);
}

TEST_P(Reading, ForwardStopsAtTheLimitAndReportsIt) {
  EXPECT_EQ(forward({{with_2, 0, 100}, {with_3, 0, 100}}, 3), (ids{1, 3, 4}));
  EXPECT_TRUE(truncated);
  EXPECT_EQ(forward({{with_2, 0, 10}}, 3), (ids{3, 6, 9}));
  EXPECT_FALSE(truncated) << "the limit is the number of messages";
}

TEST_P(Reading, ForwardStopsAtTheBytesAfterAtLeastOne) {
  EXPECT_EQ(forward({{with_2, 0, 100}}, plenty, 25), (ids{3, 6, 9}));
  EXPECT_TRUE(truncated);
  EXPECT_EQ(forward({{with_2, 0, 100}}, plenty, 0), (ids{3}));
  EXPECT_TRUE(truncated);
}

TEST_P(Reading, ForwardInBatchesSeesEverythingOnce) {
  ids result;
  change_id cursor = 0;
  do {
    for (const change_id id : forward({{with_2, cursor, 100}, {group_9, cursor, 100}}, 4)) {
      result.push_back(id);
    }
    cursor = result.back();
  } while (truncated);
  EXPECT_EQ(result.size(), 20U);
  EXPECT_TRUE(std::adjacent_find(result.begin(), result.end(), std::greater_equal<>()) ==
              result.end());
}

TEST_P(Reading, ForwardReturnsOverlapsOnce) {
  EXPECT_EQ(forward({{with_2, 0, 10}, {with_2, 3, 13}}), (ids{3, 6, 9, 12}));
}

TEST_P(Reading, BackwardReturnsTheNewestInRisingOrder) {
  EXPECT_EQ(backward({{group_9, 0, 100}}, change_id_max, 3), (ids{23, 26, 29}));
  EXPECT_TRUE(truncated);
  EXPECT_EQ(backward({{group_9, 0, 100}}, 9, 10), (ids{2, 5, 8}));
  EXPECT_FALSE(truncated);
  EXPECT_EQ(backward({{group_9, 0, 100}}, 8, 10), (ids{2, 5}));
  EXPECT_EQ(backward({{group_9, 0, 100}}, 9, 3), (ids{2, 5, 8}));
  EXPECT_FALSE(truncated);
}

TEST_P(Reading, BackwardOmitsMessagesBetweenTheStays) {
  const std::vector<message_range> stays = {{group_9, 2, 9}, {group_9, 20, 27}};
  EXPECT_EQ(backward(stays, 100, 10), (ids{5, 8, 23, 26}));
  EXPECT_FALSE(truncated);
  EXPECT_EQ(backward(stays, 100, 3), (ids{8, 23, 26}));
  EXPECT_TRUE(truncated);
  EXPECT_EQ(backward(stays, 100, 4), (ids{5, 8, 23, 26}));
  EXPECT_FALSE(truncated);
  EXPECT_EQ(backward(stays, 21, 10), (ids{5, 8}));
  EXPECT_EQ(backward({}, 100, 10), ids{});
}

// A user left and came back without a message in between: the last message of the old stay lies
// just below the new stay.
TEST_P(Reading, BackwardIncludesTheMessageJustBelowAStay) {
  EXPECT_EQ(backward({{group_9, 2, 9}, {group_9, 9, 21}}, 100, 10), (ids{5, 8, 11, 14, 17, 20}));
  EXPECT_EQ(backward({{group_9, 2, 9}, {group_9, 10, 21}}, 100, 10), (ids{5, 8, 11, 14, 17, 20}));
  EXPECT_EQ(backward({{group_9, 2, 9}, {group_9, 9, 21}}, 100, 4), (ids{11, 14, 17, 20}));
  EXPECT_EQ(backward({{group_9, 2, 9}, {group_9, 9, 21}}, 11, 1), ids{8});
}

// Compares random stays over conversations of random lengths, of several blocks of the index, with
// a filter over all messages.
TEST(ReadingOfMany, MatchesAFilterOverAllMessages) {
  std::minstd_rand entropy(5);
  for (int round = 0; round < 300; ++round) {
    constexpr std::size_t behind[] = {0, 1, 7, 40, 1000};
    written_messages written(behind[entropy() % std::size(behind)]);
    for (unsigned n = entropy() % 150; n > 0; --n) {
      written.add(entropy() % 3 > 0 ? group_9 : with_2, entropy() % 4);
      if (entropy() % 4 == 0) written.commit();
    }
    written.commit();
    const ids group_ids = written.ids_of(group_9);
    std::vector<message_range> stays;
    for (change_id start = 0; start < 400;) {
      const change_id after = start + entropy() % 60;
      const change_id until = after + 1 + entropy() % 60;
      stays.push_back({group_9, after, until});
      start = until + entropy() % 3;
    }
    const auto txn = written.tables().begin_read();
    message_index index(*txn, written.reader);
    for (int reading = 0; reading < 20; ++reading) {
      const change_id first_id = entropy() % 420;
      const std::size_t limit = 1 + entropy() % 80;
      const auto is_visible = [&](change_id id) {
        return std::any_of(stays.begin(), stays.end(),
                           [&](const message_range& s) { return id > s.after && id < s.until; });
      };
      ids expected;
      for (const change_id id : group_ids) {
        if (id < first_id && is_visible(id)) expected.push_back(id);
      }
      const bool is_truncated = expected.size() > limit;
      if (is_truncated)
        expected.erase(expected.begin(), expected.end() - static_cast<std::ptrdiff_t>(limit));
      const message_list backward = read_backward(index, group_9, stays, first_id, limit);
      ASSERT_EQ(ids_of(backward), expected) << round;
      ASSERT_EQ(backward.truncated, is_truncated) << round;

      std::vector<message_range> ranges;
      for (const message_range& s : stays) {
        ranges.push_back({group_9, std::max(s.after, first_id), s.until});
      }
      expected.clear();
      for (const change_id id : group_ids) {
        if (id > first_id && is_visible(id)) expected.push_back(id);
      }
      const bool is_cut_short = expected.size() > limit;
      if (is_cut_short) expected.resize(limit);
      const message_list forward = read_forward(index, ranges, limit, plenty);
      ASSERT_EQ(ids_of(forward), expected) << round;
      ASSERT_EQ(forward.truncated, is_cut_short) << round;
    }
  }
}

TEST_P(Reading, NewestIsOneForEachRangeThatHasOne) {
  const auto txn = written.tables().begin_read();
  message_index index(*txn, written.reader);
  const message_list l = read_newest(index, {{with_3, 0, 100},
                                             {conversation::group(1), 0, 100},
                                             {group_9, 0, 10},
                                             {with_2, 30, 100},
                                             {with_2, 0, 30},
                                             {with_2, 0, 0}});
  EXPECT_EQ(ids_of(l), (ids{28, 8, 27}));
}

TEST_P(Reading, ListedMessageThatIsMissingIsDamage) {
  // The reader's memtable has listed the message. A new memtable has the id from the rows, or
  // notices the gap when the server starts (memtable_damage_test.cpp).
  forward({});
  {
    const auto txn = written.tables().begin_write();
    txn->erase(table::messages, keys::message(26));
    txn->commit();
  }
  EXPECT_EQ(backward({{group_9, 0, 100}}, change_id_max, 1), ids{29});
  EXPECT_THROW(backward({{group_9, 0, 100}}, change_id_max, 2), store_damaged);
  EXPECT_EQ(forward({{group_9, 26, 100}}), ids{29});
  EXPECT_THROW(forward({{group_9, 25, 100}}), store_damaged);
}

}  // namespace
}  // namespace lingerd
