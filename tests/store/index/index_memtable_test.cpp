#include "store/index/index_memtable.hpp"

#include <gtest/gtest.h>

#include "tests/store/index/memtable_fixture.hpp"

namespace lingerd {
namespace {

using namespace store_tests;  // NOLINT

TEST(IndexMemtable, OfAFreshDatabaseIsEmpty) {
  written_messages written(few);
  index_memtable memtable;
  sync_to(written, memtable);
  EXPECT_EQ(memtable.size(), 0U);
  EXPECT_EQ(memtable.newest(with_2), nullptr);
  EXPECT_TRUE(memtable.conversations().empty());
}

TEST(IndexMemtable, HoldsTheMessagesAboveTheCheckpoint) {
  written_messages written(few);
  index_memtable memtable;
  written.write(with_2);
  written.write(with_3);
  sync_to(written, memtable);
  EXPECT_EQ(ids_in(memtable, with_2), ids{1});
  written.skip_ids(3);
  written.write(with_2);
  sync_to(written, memtable);
  EXPECT_EQ(ids_in(memtable, with_2), (ids{1, 6}));
  EXPECT_EQ(memtable.newest(with_2)->number, 2U);
  EXPECT_EQ(memtable.size(), 3U);
  expect_as_if_rebuilt(written, memtable);
}

TEST(IndexMemtable, AnswersWithinItsBounds) {
  written_messages written(plenty);
  for (int i = 0; i < 10; ++i) written.write(with_2, 1);  // 2, 4, … 20
  index_memtable memtable;
  sync_to(written, memtable);
  ids result;
  memtable.ids_above(with_2, 4, 3, result);
  EXPECT_EQ(result, (ids{6, 8, 10}));
  result.clear();
  memtable.ids_above(with_2, 20, 3, result);
  EXPECT_EQ(result, ids{});
  memtable.ids_below(with_2, 6, 3, result);
  EXPECT_EQ(result, (ids{4, 2}));
  result.clear();
  memtable.ids_below(with_2, change_id_max, 2, result);
  EXPECT_EQ(result, (ids{20, 18}));
  result.clear();
  memtable.ids_below(with_2, 0, 2, result);
  memtable.ids_below(with_3, 9, 2, result);
  EXPECT_EQ(result, ids{});
  EXPECT_EQ(memtable.id_at_or_below(with_2, 6), 6U);
  EXPECT_EQ(memtable.id_at_or_below(with_2, 7), 6U);
  EXPECT_EQ(memtable.id_at_or_below(with_2, 1), 0U);
  EXPECT_EQ(memtable.id_at_or_below(with_2, change_id_max), 20U);
  EXPECT_EQ(memtable.id_at_or_below(with_3, 6), 0U);
}

TEST(IndexMemtable, DropsMessagesThatTheRowsCover) {
  written_messages written(few);
  index_memtable frequent, rare, intermittent;
  for (std::size_t i = 0; i < 4; ++i) written.write(i % 2 == 0 ? with_2 : with_3);
  sync_to(written, intermittent);
  for (std::size_t i = 0; i < 8; ++i) {
    written.write(i % 2 == 0 ? with_2 : with_3);
    sync_to(written, frequent);
    expect_as_if_rebuilt(written, frequent);
  }
  ASSERT_EQ(written.checkpoint(), (index_checkpoint{6, 12, with_3}));
  written.write(with_2);
  for (index_memtable* memtable : {&frequent, &rare, &intermittent, &written.writer}) {
    sync_to(written, *memtable);
    EXPECT_EQ(ids_in(*memtable, with_2), ids{13});
    EXPECT_EQ(ids_in(*memtable, with_3), (ids{8, 10, 12}));
    EXPECT_EQ(memtable->size(), 4U);
  }
}

// A memtable may hold messages above a new checkpoint.
TEST(IndexMemtable, KeepsMessagesAboveAPartialCheckpoint) {
  written_messages written(plenty);
  for (int i = 0; i < 6; ++i) written.write(i % 2 == 0 ? with_2 : with_3);
  index_memtable memtable;
  sync_to(written, memtable);
  const auto expect_after = [&](const index_checkpoint& checkpoint, const ids& remaining_with_2,
                                const ids& remaining_with_3) {
    {
      const auto txn = written.tables().begin_write();
      set_checkpoint(*txn, checkpoint);
      txn->commit();
    }
    sync_to(written, memtable);
    EXPECT_EQ(ids_in(memtable, with_2), remaining_with_2);
    EXPECT_EQ(ids_in(memtable, with_3), remaining_with_3);
    EXPECT_EQ(memtable.size(), remaining_with_2.size() + remaining_with_3.size());
    expect_as_if_rebuilt(written, memtable);
  };
  expect_after({3, 3, {}}, {5}, {4, 6});
  // A pass up to 5 pauses between the two conversations; then it ends.
  expect_after({3, 5, with_3}, {}, {4, 6});
  expect_after({5, 5, {}}, {}, {6});
}

TEST(IndexMemtable, HoldsMessagesAddedWhileAPassIsPaused) {
  written_messages written(8);
  // Nine messages; the rows take the first conversation's two, which frees space for one.
  for (int i = 0; i < 9; ++i) written.write(i < 2 ? with_2 : with_3);
  ASSERT_EQ(written.checkpoint(), (index_checkpoint{0, 9, with_3}));
  index_memtable older;
  sync_to(written, older);
  written.write(with_2);
  for (index_memtable* memtable : {&older, &written.writer}) {
    sync_to(written, *memtable);
    EXPECT_EQ(ids_in(*memtable, with_2), ids{10});
    EXPECT_EQ(ids_in(*memtable, with_3), (ids{3, 4, 5, 6, 7, 8, 9}));
    expect_as_if_rebuilt(written, *memtable);
  }
  // Messages added behind the position of the pass belong to the next one.
  written.write(with_3);
  ASSERT_EQ(written.checkpoint(), (index_checkpoint{9, 9, {}}));
  for (index_memtable* memtable : {&older, &written.writer}) {
    sync_to(written, *memtable);
    EXPECT_EQ(ids_in(*memtable, with_2), ids{10});
    EXPECT_EQ(ids_in(*memtable, with_3), ids{11});
    expect_as_if_rebuilt(written, *memtable);
  }
}

// Each of 20 conversations has many messages once, and one at any other time: the capacity shrinks
// with the messages.
TEST(IndexMemtable, FreesTheMemoryOfDroppedMessages) {
  constexpr std::size_t behind = 800;
  constexpr user_id conversations = 20;
  written_messages written(behind);
  for (user_id busy = 0; busy < conversations; ++busy) {
    for (std::size_t i = 0; i < behind; ++i) {
      written.write(conversation::single(
          1, 2 + (i % 2 == 0 ? busy : static_cast<user_id>(i) % conversations)));
    }
  }
  sync_to(written, written.writer);
  std::size_t capacity = 0;
  for (const conversation target : written.writer.conversations()) {
    capacity += written.writer.heads_of(target)->capacity();
  }
  EXPECT_LE(capacity, 4 * written.writer.size());
}

}  // namespace
}  // namespace lingerd
