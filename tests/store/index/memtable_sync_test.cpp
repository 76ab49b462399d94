#include <gtest/gtest.h>

#include <atomic>
#include <numeric>
#include <thread>

#include "store/engine/lmdb_backend.hpp"
#include "store/engine/store_error.hpp"
#include "tests/store/index/memtable_fixture.hpp"

namespace lingerd {
namespace {

using namespace store_tests;  // NOLINT

TEST(IndexMemtable, DropsTheMessagesOfALostBatch) {
  for (const bool flushed : {false, true}) {
    written_messages written(few);
    for (int i = 0; i < 3; ++i) written.write(with_2);
    written.add(with_2);
    written.add(with_3);
    written.roll_back(flushed);
    sync_to(written, written.writer);
    expect_as_if_rebuilt(written, written.writer);
    EXPECT_EQ(written.writer.size(), 3U);
    // Other messages get the same ids.
    written.add(with_3);
    written.add(with_2);
    written.commit();
    sync_to(written, written.writer);
    expect_as_if_rebuilt(written, written.writer);
    EXPECT_EQ(ids_in(written.writer, with_3), ids{4});
  }
}

TEST(IndexMemtable, IsCorrectAfterALostBatchThatWroteACheckpoint) {
  written_messages written(few);
  for (std::size_t i = 0; i < few; ++i) written.write(with_2);
  written.add(with_2);
  written.add(with_3);
  written.roll_back(true);
  sync_to(written, written.writer);
  EXPECT_EQ(written.checkpoint(), index_checkpoint{});
  EXPECT_EQ(written.writer.size(), few);
  expect_as_if_rebuilt(written, written.writer);
  written.write(with_3);
  EXPECT_EQ(written.checkpoint(), (index_checkpoint{0, few + 1, with_3}));
  sync_to(written, written.writer);
  expect_as_if_rebuilt(written, written.writer);
}

TEST(IndexMemtable, IsCorrectAfterALostBatchThatAssignedIdsWithoutMessages) {
  written_messages written(few);
  written.write(with_2);
  written.skip_ids(7);
  written.roll_back(true);
  written.write(with_3);
  sync_to(written, written.writer);
  EXPECT_EQ(ids_in(written.writer, with_3), ids{2});
  expect_as_if_rebuilt(written, written.writer);
}

TEST(IndexMemtable, IsRebuiltIfTheCheckpointIsOlderThanItsOwn) {
  const auto storage = std::make_shared<memory_backend>();
  written_messages written(few, storage);
  index_memtable memtable;
  for (std::size_t i = 0; i <= few; ++i) written.write(i % 2 == 0 ? with_2 : with_3);
  sync_to(written, memtable);
  const index_checkpoint ahead = memtable.checkpoint();
  ASSERT_GT(ahead, index_checkpoint{});
  storage->undo_last();
  sync_to(written, memtable);
  EXPECT_EQ(memtable.checkpoint(), index_checkpoint{});
  EXPECT_EQ(memtable.size(), few);
  expect_as_if_rebuilt(written, memtable);
}

TEST(IndexMemtable, ReportsADamagedMetaRow) {
  for (const std::string_view name : {keys::state, keys::indexed}) {
    written_messages written(few);
    written.write(with_2);
    index_memtable memtable;
    std::string intact;
    written.corrupt(table::meta, name, [&](std::string& row) {
      intact = row;
      row.back() ^= 1;
    });
    EXPECT_THROW(sync_to(written, memtable), store_damaged);
    written.corrupt(table::meta, name, [&](std::string& row) { row = intact; });
    sync_to(written, memtable);
    EXPECT_EQ(memtable.size(), 1U);
    const auto txn = written.tables().begin_write();
    txn->erase(table::meta, name);
    EXPECT_THROW(memtable.sync_to(*txn), store_damaged);
  }
}

TEST(IndexMemtable, ReportsACheckpointAboveAllIds) {
  written_messages written(few);
  written.write(with_2);
  for (const index_checkpoint& wrong :
       {index_checkpoint{2, 2, {}}, index_checkpoint{0, 2, with_2}}) {
    const auto txn = written.tables().begin_write();
    set_checkpoint(*txn, wrong);
    index_memtable memtable;
    EXPECT_THROW(memtable.sync_to(*txn), store_damaged);
  }
}

// Two threads on one file: the reader lists exactly the messages of its snapshot while the writer
// brings the rows up to date.
TEST(IndexMemtable, OfAReaderIsCorrectWhileTheWriterWrites) {
  temp_folder folder;
  const auto storage =
      std::make_shared<lmdb_backend>(folder.path / "file", lmdb_environment::sizes{});
  written_messages written(few, storage);
  std::atomic<bool> is_finished = false;
  std::size_t looks = 0;
  std::thread reading([&] {
    for (change_id last = 0; !is_finished || last < 600; ++looks) {
      const auto txn = storage->begin_read();
      last = codec::meta(keys::state, *txn->get(table::meta, keys::state)).last_id;
      message_index index(*txn, written.reader);
      ids listed = rising(index, with_2, 0);
      const ids ids_of_3 = rising(index, with_3, 0);
      listed.insert(listed.end(), ids_of_3.begin(), ids_of_3.end());
      std::sort(listed.begin(), listed.end());
      ids expected(last);
      std::iota(expected.begin(), expected.end(), 1);
      ASSERT_EQ(listed, expected);
      ASSERT_LE(written.reader.size(), few);
    }
  });
  for (int i = 0; i < 300; ++i) {
    written.add(with_2);
    written.write(i % 7 < 3 ? with_2 : with_3);
  }
  is_finished = true;
  reading.join();
  EXPECT_GT(looks, 0U);
}

}  // namespace
}  // namespace lingerd
