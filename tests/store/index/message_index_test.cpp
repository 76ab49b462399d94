#include <gtest/gtest.h>

#include <random>

#include "store/engine/store_error.hpp"
#include "tests/store/index/index_fixture.hpp"

namespace lingerd {
namespace {

using namespace store_tests;  // NOLINT

// The parameter is the bound of the index's lag.
class MessageIndex : public ::testing::TestWithParam<std::size_t> {
 protected:
  std::map<conversation, change_id> newest_of_each(message_index& index) {
    std::map<conversation, change_id> newest;
    conversation previous{0};
    index.for_each_newest([&](conversation target, const message_head& head) {
      EXPECT_LT(previous, target);
      previous = target;
      EXPECT_TRUE(newest.emplace(target, head.id).second);
      EXPECT_EQ(head.number, written.ids_of(target).size());
    });
    return newest;
  }
  // Compares all queries with the expected answers, at a selection of ids.
  void expect_right(change_id step, const std::string& context) {
    written.for_each_view([&](message_index& index, const char* name) {
      std::map<conversation, change_id> newest;
      for (const auto& [target, expected_ids] : written.by_conversation()) {
        if (!expected_ids.empty()) newest[target] = expected_ids.back();
        const auto head = index.newest(target);
        ASSERT_EQ(head ? head->id : 0, expected_ids.empty() ? 0 : expected_ids.back())
            << context << ", " << name;
        if (head) {
          ASSERT_EQ(head->number, expected_ids.size()) << context << ", " << name;
        }
        for (change_id id = 0; id <= written.last_id() + 1; id += step + id % 7) {
          ASSERT_EQ(rising(index, target, id), written.ids_above(target, id))
              << id << context << ", " << name;
          const ids below = written.ids_below(target, id + 1);
          ASSERT_EQ(falling(index, target, id + 1), below) << id << context << ", " << name;
          ASSERT_EQ(index.id_at_or_below(target, id), below.empty() ? 0 : below.front())
              << id << context << ", " << name;
        }
      }
      ASSERT_EQ(newest_of_each(index), newest) << context << ", " << name;
    });
  }
  std::size_t blocks() {
    std::size_t n = 0;
    written.tables().begin_read()->for_each(table::older, {}, {},
                                            [&](auto, auto) { return ++n > 0; });
    return n;
  }

  written_messages written{GetParam()};
};

INSTANTIATE_TEST_SUITE_P(Behind, MessageIndex, testing::Values(0, 1, 7, 40, 1000),
                         [](const auto& info) { return std::to_string(info.param); });

TEST_P(MessageIndex, OfAnEmptyDatabaseIsEmpty) {
  written.for_each_view([&](message_index& index, const char* name) {
    EXPECT_FALSE(index.newest(with_2)) << name;
    EXPECT_EQ(index.id_at_or_below(with_2, 100), 0U) << name;
    EXPECT_EQ(rising(index, with_2, 0), ids{}) << name;
    EXPECT_EQ(falling(index, with_2, change_id_max), ids{}) << name;
    EXPECT_EQ(newest_of_each(index).size(), 0U) << name;
  });
}

TEST_P(MessageIndex, FindsEveryIdAtEverySize) {
  std::minstd_rand entropy(7);
  // More than three blocks, so that every kind of boundary occurs.
  for (std::size_t i = 0; i < 3 * ids_in_block + 5; ++i) {
    written.write(with_2, entropy() % 3);
    written.write(with_3, entropy() % 3);
    expect_right(1, " after " + std::to_string(i));
  }
}

// Random batches, some of them lost, early or late; restarts of the server; occasional reads; and
// enough conversations for checkpoints of all kinds.
TEST_P(MessageIndex, MatchesTheExpectedAnswersAfterRandomWork) {
  std::minstd_rand entropy(static_cast<unsigned>(GetParam()) + 1);
  for (int round = 0; round < 400; ++round) {
    const unsigned size = entropy() % (entropy() % 8 == 0 ? 100 : 6);
    const unsigned others = 2 + entropy() % 12;
    for (unsigned n = 0; n < size; ++n) {
      // One conversation has many more messages than the others.
      const bool is_busy = entropy() % 3 == 0;
      written.add(conversation::single(1, 2 + (is_busy ? 0 : entropy() % others)), entropy() % 3);
    }
    written.skip_ids(entropy() % 2);
    switch (entropy() % 6) {
      case 0: written.roll_back(false); break;
      case 1: written.roll_back(true); break;
      default: written.commit();
    }
    if (entropy() % 3 == 0) {
      const auto read = written.tables().begin_read();
      message_index(*read, written.reader);
    }
    if (entropy() % 16 == 0) written.restart(entropy() % 4 == 0 ? entropy() % 50 : GetParam());
    if (round % 20 == 0) expect_right(37, " in round " + std::to_string(round));
    if (HasFatalFailure()) return;
  }
  expect_right(11, " at the end");
}

TEST_P(MessageIndex, KnowsTheNewestOfEachConversation) {
  for (change_id id = 1; id <= 100; ++id) written.write(id % 3 == 0 ? with_2 : with_3);
  written.for_each_view([&](message_index& index, const char* name) {
    EXPECT_EQ(index.newest(with_2)->id, 99U) << name;
    EXPECT_EQ(index.newest(with_2)->number, 33U) << name;
    EXPECT_EQ(newest_of_each(index),
              (std::map<conversation, change_id>{{with_2, 99}, {with_3, 100}}))
        << name;
  });
}

TEST_P(MessageIndex, WritesOnlyFullBlocks) {
  for (change_id id = 1; id <= 10 * ids_in_block; ++id) written.write(with_2);
  // Of the messages that the rows cover, all but the newest block, which is in the recent row.
  const change_id message_id = written.checkpoint().complete;
  EXPECT_EQ(blocks(), message_id == 0 ? 0 : (message_id - 1) / ids_in_block);
  EXPECT_LE(written.last_id() - message_id, GetParam());
}

TEST_P(MessageIndex, IsWrittenOnlyWhenItLagsTooFar) {
  change_id indexed = 0;
  for (change_id id = 1; id <= 100; ++id) {
    written.write(with_2);
    const bool is_due = id - indexed > GetParam();
    if (is_due) indexed = id;
    ASSERT_EQ(written.checkpoint(), (index_checkpoint{indexed, indexed, {}}));
    ASSERT_LE(written.writer.size(), GetParam() + 1);
  }
}

TEST_P(MessageIndex, IdsDoNotFall) {
  const auto add_again = [&] {
    const auto txn = written.tables().begin_write();
    message_index index(*txn, written.writer);
    index.add(with_2, {5, 1, 1, 1});
    index.add(with_3, {5, 1, 1, 1});
  };
  EXPECT_DEATH(add_again(), "");
}

TEST_P(MessageIndex, ContinuesAfterARestart) {
  for (int life = 0; life < 5; ++life) {
    written_messages again(GetParam(), written.shared_tables());
    for (int i = 0; i < 9; ++i) again.write(i % 2 == 0 ? with_2 : with_3);
  }
  const auto read = written.tables().begin_read();
  message_index index(*read);
  EXPECT_EQ(index.newest(with_2)->number, 25U);
  EXPECT_EQ(index.newest(with_3)->number, 20U);
  EXPECT_EQ(rising(index, with_2, 0).size(), 25U);
  EXPECT_EQ(falling(index, with_3, change_id_max).size(), 20U);
}

// A crash undoes the commit in progress, among them those that write the index.
TEST_P(MessageIndex, IsCorrectAfterACrashAtAnyCommit) {
  for (int crash_at = 1; crash_at < 60; ++crash_at) {
    const auto storage = std::make_shared<memory_backend>();
    std::map<conversation, ids> expected;
    {
      written_messages crashed(GetParam(), storage);
      for (int i = 0; i < crash_at; ++i) {
        const conversation target = i % 3 == 0 ? with_2 : with_3;
        const change_id id = crashed.write(target);
        if (i < crash_at - 1) expected[target].push_back(id);
      }
    }
    storage->undo_last();
    written_messages reopened(GetParam(), storage);
    EXPECT_EQ(reopened.last_id(), static_cast<change_id>(crash_at - 1));
    reopened.for_each_view([&](message_index& index, const char* name) {
      for (const conversation target : {with_2, with_3}) {
        EXPECT_EQ(rising(index, target, 0), expected[target]) << name;
        const auto head = index.newest(target);
        EXPECT_EQ(head ? head->number : 0, expected[target].size()) << name;
      }
    });
    reopened.write(with_2);
    reopened.write(with_3);
  }
}

}  // namespace
}  // namespace lingerd
