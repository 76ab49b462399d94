#include "store/index/index_memtable.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <numeric>
#include <set>
#include <thread>

#include "store/engine/lmdb_backend.hpp"
#include "store/engine/store_error.hpp"
#include "store/index/message_reader.hpp"
#include "tests/store/index/index_fixture.hpp"

namespace lingerd {
namespace {

using namespace store_tests;  // NOLINT
using ids = std::vector<change_id>;

const conversation with_2 = conversation::single(1, 2);
const conversation with_3 = conversation::single(1, 3);
constexpr std::size_t few = 5;
constexpr std::size_t plenty = 1000;

ids ids_in(const index_memtable& memtable, conversation target) {
  ids result;
  memtable.ids_above(target, 0, plenty, result);
  return result;
}

std::set<conversation> conversations_in(const index_memtable& memtable) {
  const std::vector<conversation> list = memtable.conversations();
  return {list.begin(), list.end()};
}

// A memtable that is built from nothing.
void expect_as_if_new(written_messages& written, const index_memtable& memtable) {
  index_memtable rebuilt;
  rebuilt.sync_to(*written.tables().begin_read());
  EXPECT_EQ(memtable.checkpoint(), rebuilt.checkpoint());
  EXPECT_EQ(memtable.size(), rebuilt.size());
  EXPECT_EQ(conversations_in(memtable), conversations_in(rebuilt));
  for (const conversation conversation : {with_2, with_3}) {
    EXPECT_EQ(ids_in(memtable, conversation), ids_in(rebuilt, conversation));
    const message_head* const newest = memtable.newest(conversation);
    ASSERT_EQ(newest == nullptr, rebuilt.newest(conversation) == nullptr);
    if (newest) {
      EXPECT_EQ(newest->number, rebuilt.newest(conversation)->number);
    }
  }
}

void sync_to(written_messages& written, index_memtable& memtable) {
  memtable.sync_to(*written.tables().begin_read());
}

TEST(IndexMemtable, OfAFreshDatabaseIsEmpty) {
  written_messages written(few);
  index_memtable memtable;
  sync_to(written, memtable);
  EXPECT_EQ(memtable.size(), 0U);
  EXPECT_EQ(memtable.newest(with_2), nullptr);
  EXPECT_TRUE(memtable.conversations().empty());
}

TEST(IndexMemtable, FollowsWhatWasWrittenAboveTheIndex) {
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
  expect_as_if_new(written, memtable);
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

TEST(IndexMemtable, DropsWhatTheRowsKnow) {
  written_messages written(few);
  index_memtable frequent, rare, intermittent;
  for (std::size_t i = 0; i < 4; ++i) written.write(i % 2 == 0 ? with_2 : with_3);
  sync_to(written, intermittent);
  for (std::size_t i = 0; i < 8; ++i) {
    written.write(i % 2 == 0 ? with_2 : with_3);
    sync_to(written, frequent);
    expect_as_if_new(written, frequent);
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

void set_checkpoint(kv_transaction& transaction, const index_checkpoint& checkpoint) {
  std::string row;
  codec::encode_indexed(row, keys::indexed, checkpoint);
  transaction.put(table::meta, keys::indexed, row);
}

// A memtable may be ahead of the checkpoint that it is given.
TEST(IndexMemtable, KeepsWhatLiesAboveWhereTheRowsCatchUpInPart) {
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
    expect_as_if_new(written, memtable);
  };
  expect_after({3, 3, {}}, {5}, {4, 6});
  // A pass up to 5 pauses between the two; then it ends.
  expect_after({3, 5, with_3}, {}, {4, 6});
  expect_after({5, 5, {}}, {}, {6});
}

TEST(IndexMemtable, HoldsWhatIsAddedWhileASweepRests) {
  written_messages written(8);
  // Nine, of which the rows take the first conversation's two: there is room for one again.
  for (int i = 0; i < 9; ++i) written.write(i < 2 ? with_2 : with_3);
  ASSERT_EQ(written.checkpoint(), (index_checkpoint{0, 9, with_3}));
  index_memtable older;
  sync_to(written, older);
  written.write(with_2);
  for (index_memtable* memtable : {&older, &written.writer}) {
    sync_to(written, *memtable);
    EXPECT_EQ(ids_in(*memtable, with_2), ids{10});
    EXPECT_EQ(ids_in(*memtable, with_3), (ids{3, 4, 5, 6, 7, 8, 9}));
    expect_as_if_new(written, *memtable);
  }
  // Messages added behind the position of the pass belong to the next one.
  written.write(with_3);
  ASSERT_EQ(written.checkpoint(), (index_checkpoint{9, 9, {}}));
  for (index_memtable* memtable : {&older, &written.writer}) {
    sync_to(written, *memtable);
    EXPECT_EQ(ids_in(*memtable, with_2), ids{10});
    EXPECT_EQ(ids_in(*memtable, with_3), ids{11});
    expect_as_if_new(written, *memtable);
  }
}

// Each of many has much once, and one message at any time: the room goes with the messages.
TEST(IndexMemtable, KeepsNoRoomForWhatItHasDropped) {
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

TEST(IndexMemtable, ForgetsWhatALostBatchHadAdded) {
  for (const bool flushed : {false, true}) {
    written_messages written(few);
    for (int i = 0; i < 3; ++i) written.write(with_2);
    written.add(with_2);
    written.add(with_3);
    written.roll_back(flushed);
    sync_to(written, written.writer);
    expect_as_if_new(written, written.writer);
    EXPECT_EQ(written.writer.size(), 3U);
    // With the same ids, other messages.
    written.add(with_3);
    written.add(with_2);
    written.commit();
    sync_to(written, written.writer);
    expect_as_if_new(written, written.writer);
    EXPECT_EQ(ids_in(written.writer, with_3), ids{4});
  }
}

TEST(IndexMemtable, IsRightAfterALostBatchThatBroughtTheRowsUpToDate) {
  written_messages written(few);
  for (std::size_t i = 0; i < few; ++i) written.write(with_2);
  written.add(with_2);
  written.add(with_3);
  written.roll_back(true);
  sync_to(written, written.writer);
  EXPECT_EQ(written.checkpoint(), index_checkpoint{});
  EXPECT_EQ(written.writer.size(), few);
  expect_as_if_new(written, written.writer);
  written.write(with_3);
  EXPECT_EQ(written.checkpoint(), (index_checkpoint{0, few + 1, with_3}));
  sync_to(written, written.writer);
  expect_as_if_new(written, written.writer);
}

TEST(IndexMemtable, OfABatchThatGaveIdsAndNoMessageIsRightWhereItIsLost) {
  written_messages written(few);
  written.write(with_2);
  written.skip_ids(7);
  written.roll_back(true);
  written.write(with_3);
  sync_to(written, written.writer);
  EXPECT_EQ(ids_in(written.writer, with_3), ids{2});
  expect_as_if_new(written, written.writer);
}

TEST(IndexMemtable, StartsFromNothingWhereTheRowsKnowLessThanItHadSeen) {
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
  expect_as_if_new(written, memtable);
}

TEST(IndexMemtable, IsDamagedWhereAMetaRowIs) {
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

TEST(IndexMemtable, IsDamagedWhereTheIndexIsAheadOfAllIds) {
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

// Two threads on one file: what the reader lists is what his snapshot holds, no less and no more,
// while the rows are brought up to date under him.
TEST(IndexMemtable, OfAReaderIsRightWhileTheWriterGoesOn) {
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

// --- damaged messages ----------------------------------------------------------------------------

void corrupt_text(std::string& row) { row.back() = '!'; }
// The conversation's first byte comes after the version and the checksum.
void corrupt_conversation(std::string& row) { row[9] = static_cast<char>(row[9] ^ 1); }
void corrupt_cid(std::string& row) { row[row.find("c-")] = 'C'; }

struct IndexMemtableDamage : testing::Test {
  IndexMemtableDamage() {
    for (int i = 0; i < 9; ++i) written.write(i % 2 == 0 ? with_2 : with_3);
  }
  written_messages written{plenty};
};

TEST_F(IndexMemtableDamage, MessageWhoseCidNamesItsPlaceIsRefusedThereAlone) {
  // The cid is enough, even where the message itself names another conversation.
  written.corrupt(table::messages, keys::message(5), corrupt_text);
  written.corrupt(table::messages, keys::message(7), corrupt_conversation);
  const auto read = written.tables().begin_read();
  message_index index(*read, written.reader);
  EXPECT_EQ(rising(index, with_2, 0), (ids{1, 3, 5, 7, 9}));
  EXPECT_EQ(rising(index, with_3, 0), (ids{2, 4, 6, 8}));
  const auto forward = [&](conversation target, change_id after) {
    return ids_of(read_forward(index, {{target, after, change_id_max}}, plenty, plenty));
  };
  EXPECT_EQ(forward(with_3, 0), (ids{2, 4, 6, 8}));
  EXPECT_EQ(forward(with_2, 7), ids{9});
  EXPECT_THROW(forward(with_2, 5), store_damaged);
  EXPECT_THROW(forward(with_2, 4), store_damaged);
}

TEST_F(IndexMemtableDamage, MessageOfWhichNobodyKnowsWhoseItIsIsLeftOutNowhere) {
  written.corrupt(table::messages, keys::message(5), corrupt_cid);
  const auto read = written.tables().begin_read();
  message_index index(*read, written.reader);
  for (const conversation conversation : {with_2, with_3, conversation::group(7)}) {
    EXPECT_EQ(rising(index, conversation, 5), written.ids_above(conversation, 5));
    EXPECT_THROW(rising(index, conversation, 0), store_damaged);
    EXPECT_EQ(falling(index, conversation, 4).size(), written.ids_below(conversation, 4).size());
    EXPECT_THROW(falling(index, conversation, 9), store_damaged);
  }
  EXPECT_EQ(index.id_at_or_below(with_3, 4), 4U);
  EXPECT_EQ(index.id_at_or_below(with_3, 9), 8U);
  EXPECT_EQ(index.id_at_or_below(with_2, 7), 7U);
  EXPECT_THROW(index.id_at_or_below(with_3, 5), store_damaged);
}

// Whoever's it is: who is known by the rows up to beyond it lacks nothing.
TEST(IndexMemtablePass, RefusesNoListThatTheRowsKnowToTheEnd) {
  written_messages written(8);
  for (int i = 0; i < 9; ++i) written.write(i < 2 ? with_2 : with_3);
  ASSERT_EQ(written.checkpoint(), (index_checkpoint{0, 9, with_3}));
  written.corrupt(table::messages, keys::message(5), corrupt_cid);
  const auto read = written.tables().begin_read();
  message_index index(*read, written.reader);
  EXPECT_EQ(rising(index, with_2, 0), (ids{1, 2}));
  EXPECT_EQ(falling(index, with_2, change_id_max), (ids{2, 1}));
  EXPECT_EQ(index.id_at_or_below(with_2, 9), 2U);
  EXPECT_THROW(rising(index, with_3, 0), store_damaged);
  EXPECT_THROW(falling(index, with_3, change_id_max), store_damaged);
  EXPECT_THROW(index.id_at_or_below(with_3, 5), store_damaged);
}

// The writer does not read what it wrote: it goes on, and what it puts into the rows is whole.
TEST_F(IndexMemtableDamage, WriterGoesOnAndTellsTheRowsWhoseItIs) {
  written.corrupt(table::messages, keys::message(5), corrupt_cid);
  written.add(with_2);
  written.roll_back(true);
  written.write(with_2);
  written.write(with_3);
  {
    const auto txn = written.tables().begin_write();
    message_index index(*txn, written.writer);
    index.advance_checkpoint(0, written.last_id());
    txn->commit();
  }
  const auto read = written.tables().begin_read();
  message_index index(*read, written.reader);
  EXPECT_EQ(rising(index, with_2, 0), (ids{1, 3, 5, 7, 9, 10}));
  EXPECT_EQ(rising(index, with_3, 0), (ids{2, 4, 6, 8, 11}));
}

TEST_F(IndexMemtableDamage, NothingIsBuiltUponATailThatWasReadDamaged) {
  for (const auto corrupt : {corrupt_text, corrupt_cid}) {
    written_messages again(plenty);
    for (int i = 0; i < 4; ++i) again.write(with_2);
    again.corrupt(table::messages, keys::message(2), corrupt);
    const auto txn = again.tables().begin_write();
    index_memtable fresh;
    message_index index(*txn, fresh);
    EXPECT_THROW(index.newest(with_2), store_damaged);
    EXPECT_THROW(index.for_each_newest([](auto, auto&) {}), store_damaged);
    EXPECT_THROW(index.advance_checkpoint(0, 4), store_damaged);
  }
}

TEST_F(IndexMemtableDamage, MessageThatIsMissingIsNoticedAtTheStart) {
  {
    const auto txn = written.tables().begin_write();
    txn->erase(table::messages, keys::message(5));
    txn->commit();
  }
  const auto read = written.tables().begin_read();
  EXPECT_THROW(message_index(*read).for_each_newest([](auto, auto&) {}), store_damaged);
}

}  // namespace
}  // namespace lingerd
