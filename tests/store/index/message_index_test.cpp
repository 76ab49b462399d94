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

// --- damage --------------------------------------------------------------------------------------

TEST(MessageIndexDamage, OfARowToBeWrittenRefusesItsConversationAlone) {
  written_messages written(3);
  for (const conversation target : {with_2, with_3, with_2, with_3}) written.write(target);
  written.add(with_2);
  written.add(with_3);
  written.commit();
  ASSERT_EQ(written.checkpoint(), (index_checkpoint{4, 4, {}}));
  const keys::key key = keys::recent(with_2);
  std::string intact;
  written.corrupt(table::recent, key, [&](std::string& row) {
    intact = row;
    row.back() ^= 1;
  });
  for (int i = 0; i < 3; ++i) written.write(with_3);
  ASSERT_EQ(written.checkpoint().complete, 8U) << "the other conversations are written";
  const auto expect_refused = [&] {
    written.for_each_view([&](message_index& index, const char* name) {
      EXPECT_EQ(rising(index, with_3, 0).size(), 6U) << name;
      EXPECT_EQ(index.newest(with_3)->number, 6U) << name;
      EXPECT_THROW(index.newest(with_2), store_damaged) << name;
      EXPECT_THROW(rising(index, with_2, 0), store_damaged) << name;
      EXPECT_THROW(falling(index, with_2, change_id_max), store_damaged) << name;
      EXPECT_THROW(index.id_at_or_below(with_2, 8), store_damaged) << name;
      EXPECT_THROW(index.for_each_newest([](auto, auto&) {}), store_damaged) << name;
    });
  };
  expect_refused();
  EXPECT_THROW(written.add(with_2), store_damaged);
  written.roll_back(false);
  // As if the fault was in memory, not on the disk: the row now reads as undamaged, but lacks a
  // message, and must not be used.
  written.corrupt(table::recent, key, [&](std::string& row) { row.back() = intact.back(); });
  expect_refused();
}

// Messages sent before the pass reaches the damaged row stay in the memtable. They must not be
// taken for a new conversation afterwards.
TEST(MessageIndexDamage, RefusesFurtherMessagesOfAQuarantinedConversation) {
  written_messages written(8);
  for (int i = 0; i < 18; ++i) written.write(i % 2 == 0 ? with_2 : with_3);
  written.corrupt(table::recent, keys::recent(with_3), [](std::string& row) { row.back() ^= 1; });
  int accepted = 0;
  for (int i = 0; i < 50; ++i) {
    try {
      written.write(with_3);
      ++accepted;
    } catch (const store_damaged&) {
      written.roll_back(false);
    }
    written.write(with_2);
  }
  // The messages before the pass reaches the row, and those of its batch.
  EXPECT_LE(accepted, 9);
  written.for_each_view([&](message_index& index, const char* name) {
    EXPECT_EQ(rising(index, with_2, 0), written.ids_of(with_2)) << name;
    EXPECT_EQ(index.newest(with_2)->number, 59U) << name;
    EXPECT_THROW(rising(index, with_3, 0), store_damaged) << name;
  });
}

TEST(MessageIndexDamage, OfAMissingRowIsNoticedWhenItIsWritten) {
  written_messages written(3);
  for (int i = 0; i < 4; ++i) written.write(with_2);
  written.write(with_2);
  written.write(with_3);
  {
    const auto txn = written.tables().begin_write();
    ASSERT_TRUE(txn->erase(table::recent, keys::recent(with_2)));
    txn->commit();
  }
  {
    const auto read = written.tables().begin_read();
    EXPECT_THROW(message_index(*read).for_each_newest([](auto, auto&) {}), store_damaged);
  }
  for (int i = 0; i < 3; ++i) written.write(with_3);
  ASSERT_EQ(written.checkpoint().complete, 8U);
  const auto read = written.tables().begin_read();
  message_index index(*read);
  EXPECT_THROW(index.newest(with_2), store_damaged);
  EXPECT_EQ(index.newest(with_3)->number, 4U);
}

// --- passes --------------------------------------------------------------------------------------

// A busy server: each batch that exceeds the bound frees an eighth of it, and writes no more rows
// than that takes.
TEST(MessageIndexPass, WritesAnEighthOfItsBoundAtATime) {
  constexpr std::size_t behind = 80;
  constexpr user_id others = 200;
  written_messages written(behind);
  std::map<conversation, std::string> rows;
  std::size_t largest = 0, pauses = 0;
  for (std::size_t i = 0; i < 1000; ++i) {
    written.write(conversation::single(1, 2 + static_cast<user_id>(i * 7 % others)));
    std::size_t changed = 0;
    written.tables().begin_read()->for_each(table::recent, {}, {},
                                            [&](std::string_view key, std::string_view value) {
                                              std::string& row = rows[keys::conversation_at(key)];
                                              if (row != value) ++changed;
                                              row = value;
                                              return true;
                                            });
    largest = std::max(largest, changed);
    if (written.checkpoint().is_in_a_pass()) ++pauses;
    written.for_each_view([](message_index&, const char*) {});
    ASSERT_LE(written.writer.size(), behind);
  }
  EXPECT_EQ(largest, behind / 8 + 1);
  EXPECT_GT(pauses, 500U);
  EXPECT_EQ(rows.size(), others);
}

// A batch that adds more than an eighth of the bound writes as many more.
TEST(MessageIndexPass, KeepsItsBoundAtEverySizeOfBatch) {
  for (const std::size_t batch : {9, 50, 500}) {
    written_messages written(40);
    for (std::size_t i = 0; i < 4000; i += batch) {
      for (std::size_t n = 0; n < batch; ++n) {
        written.add(conversation::single(1, 2 + static_cast<user_id>((i + n) * 7 % 100)));
      }
      written.commit();
      written.for_each_view([](message_index&, const char*) {});
      ASSERT_LE(written.writer.size(), 40U);
    }
    written.for_each_view([&](message_index& index, const char* view) {
      for (const auto& [target, expected_ids] : written.by_conversation())
        ASSERT_EQ(rising(index, target, 0), expected_ids) << view;
    });
  }
}

// A smaller bound requires the rest of a pass and the complete next one in one transaction.
TEST(MessageIndexPass, ContinuesWithTheNextPassIfOneIsNotEnough) {
  const auto storage = std::make_shared<memory_backend>();
  {
    written_messages first(8, storage);
    for (int i = 0; i < 9; ++i) first.write(i < 2 ? with_2 : with_3);
    ASSERT_EQ(first.checkpoint(), (index_checkpoint{0, 9, with_3}));
    first.write(with_2);
  }
  written_messages second(0, storage);
  second.write(with_3);
  EXPECT_EQ(second.checkpoint(), (index_checkpoint{11, 11, {}}));
  second.for_each_view([&](message_index& index, const char* name) {
    EXPECT_EQ(rising(index, with_2, 0), (ids{1, 2, 10})) << name;
    EXPECT_EQ(rising(index, with_3, 0), (ids{3, 4, 5, 6, 7, 8, 9, 11})) << name;
    EXPECT_EQ(index.newest(with_2)->number, 3U) << name;
  });
}

}  // namespace
}  // namespace lingerd
