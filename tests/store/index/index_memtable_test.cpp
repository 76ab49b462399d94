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

ids of(const index_memtable& memtable, conversation in) {
  ids found;
  memtable.above(in, 0, plenty, found);
  return found;
}

std::set<conversation> listed(const index_memtable& memtable) {
  const std::vector<conversation> all = memtable.conversations();
  return {all.begin(), all.end()};
}

// A memtable that is built from nothing.
void expect_as_if_new(written_messages& written, const index_memtable& memtable) {
  index_memtable fresh;
  fresh.sync_to(*written.home().begin_read());
  EXPECT_EQ(memtable.checkpoint(), fresh.checkpoint());
  EXPECT_EQ(memtable.size(), fresh.size());
  EXPECT_EQ(listed(memtable), listed(fresh));
  for (const conversation conversation : {with_2, with_3}) {
    EXPECT_EQ(of(memtable, conversation), of(fresh, conversation));
    const message_head* const newest = memtable.newest(conversation);
    ASSERT_EQ(newest == nullptr, fresh.newest(conversation) == nullptr);
    if (newest) {
      EXPECT_EQ(newest->number, fresh.newest(conversation)->number);
    }
  }
}

void sync_to(written_messages& written, index_memtable& memtable) {
  memtable.sync_to(*written.home().begin_read());
}

TEST(MessageTail, OfAFreshDatabaseIsEmpty) {
  written_messages written(few);
  index_memtable memtable;
  sync_to(written, memtable);
  EXPECT_EQ(memtable.size(), 0U);
  EXPECT_EQ(memtable.newest(with_2), nullptr);
  EXPECT_TRUE(memtable.conversations().empty());
}

TEST(MessageTail, FollowsWhatWasWrittenAboveTheIndex) {
  written_messages written(few);
  index_memtable memtable;
  written.write(with_2);
  written.write(with_3);
  sync_to(written, memtable);
  EXPECT_EQ(of(memtable, with_2), ids{1});
  written.give(3);
  written.write(with_2);
  sync_to(written, memtable);
  EXPECT_EQ(of(memtable, with_2), (ids{1, 6}));
  EXPECT_EQ(memtable.newest(with_2)->number, 2U);
  EXPECT_EQ(memtable.size(), 3U);
  expect_as_if_new(written, memtable);
}

TEST(MessageTail, AnswersWithinItsBounds) {
  written_messages written(plenty);
  for (int i = 0; i < 10; ++i) written.write(with_2, 1);  // 2, 4, … 20
  index_memtable memtable;
  sync_to(written, memtable);
  ids some;
  memtable.above(with_2, 4, 3, some);
  EXPECT_EQ(some, (ids{6, 8, 10}));
  some.clear();
  memtable.above(with_2, 20, 3, some);
  EXPECT_EQ(some, ids{});
  memtable.below(with_2, 6, 3, some);
  EXPECT_EQ(some, (ids{4, 2}));
  some.clear();
  memtable.below(with_2, change_id_max, 2, some);
  EXPECT_EQ(some, (ids{20, 18}));
  some.clear();
  memtable.below(with_2, 0, 2, some);
  memtable.below(with_3, 9, 2, some);
  EXPECT_EQ(some, ids{});
  EXPECT_EQ(memtable.at_or_below(with_2, 6), 6U);
  EXPECT_EQ(memtable.at_or_below(with_2, 7), 6U);
  EXPECT_EQ(memtable.at_or_below(with_2, 1), 0U);
  EXPECT_EQ(memtable.at_or_below(with_2, change_id_max), 20U);
  EXPECT_EQ(memtable.at_or_below(with_3, 6), 0U);
}

TEST(MessageTail, DropsWhatTheRowsKnow) {
  written_messages written(few);
  index_memtable often, seldom, between;
  for (std::size_t i = 0; i < 4; ++i) written.write(i % 2 == 0 ? with_2 : with_3);
  sync_to(written, between);
  for (std::size_t i = 0; i < 8; ++i) {
    written.write(i % 2 == 0 ? with_2 : with_3);
    sync_to(written, often);
    expect_as_if_new(written, often);
  }
  ASSERT_EQ(written.checkpoint(), (index_checkpoint{6, 12, with_3}));
  written.write(with_2);
  for (index_memtable* memtable : {&often, &seldom, &between, &written.writer}) {
    sync_to(written, *memtable);
    EXPECT_EQ(of(*memtable, with_2), ids{13});
    EXPECT_EQ(of(*memtable, with_3), (ids{8, 10, 12}));
    EXPECT_EQ(memtable->size(), 4U);
  }
}

void set_checkpoint(kv_transaction& transaction, const index_checkpoint& checkpoint) {
  std::string row;
  codec::encode_indexed(row, keys::indexed, checkpoint);
  transaction.put(table::meta, keys::indexed, row);
}

// A memtable may be ahead of the checkpoint that it is given.
TEST(MessageTail, KeepsWhatLiesAboveWhereTheRowsCatchUpInPart) {
  written_messages written(plenty);
  for (int i = 0; i < 6; ++i) written.write(i % 2 == 0 ? with_2 : with_3);
  index_memtable memtable;
  sync_to(written, memtable);
  const auto expect_at = [&](const index_checkpoint& checkpoint, const ids& left_of_2,
                             const ids& left_of_3) {
    {
      const auto txn = written.home().begin_write();
      set_checkpoint(*txn, checkpoint);
      txn->commit();
    }
    sync_to(written, memtable);
    EXPECT_EQ(of(memtable, with_2), left_of_2);
    EXPECT_EQ(of(memtable, with_3), left_of_3);
    EXPECT_EQ(memtable.size(), left_of_2.size() + left_of_3.size());
    expect_as_if_new(written, memtable);
  };
  expect_at({3, 3, {}}, {5}, {4, 6});
  // A pass up to 5 pauses between the two; then it ends.
  expect_at({3, 5, with_3}, {}, {4, 6});
  expect_at({5, 5, {}}, {}, {6});
}

TEST(MessageTail, HoldsWhatIsAddedWhileASweepRests) {
  written_messages written(8);
  // Nine, of which the rows take the first conversation's two: there is room for one again.
  for (int i = 0; i < 9; ++i) written.write(i < 2 ? with_2 : with_3);
  ASSERT_EQ(written.checkpoint(), (index_checkpoint{0, 9, with_3}));
  index_memtable before;
  sync_to(written, before);
  written.write(with_2);
  for (index_memtable* memtable : {&before, &written.writer}) {
    sync_to(written, *memtable);
    EXPECT_EQ(of(*memtable, with_2), ids{10});
    EXPECT_EQ(of(*memtable, with_3), (ids{3, 4, 5, 6, 7, 8, 9}));
    expect_as_if_new(written, *memtable);
  }
  // Messages added behind the position of the pass belong to the next one.
  written.write(with_3);
  ASSERT_EQ(written.checkpoint(), (index_checkpoint{9, 9, {}}));
  for (index_memtable* memtable : {&before, &written.writer}) {
    sync_to(written, *memtable);
    EXPECT_EQ(of(*memtable, with_2), ids{10});
    EXPECT_EQ(of(*memtable, with_3), ids{11});
    expect_as_if_new(written, *memtable);
  }
}

// Each of many has much once, and one message at any time: the room goes with the messages.
TEST(MessageTail, KeepsNoRoomForWhatItHasDropped) {
  constexpr std::size_t behind = 800;
  constexpr user_id all = 20;
  written_messages written(behind);
  for (user_id busy = 0; busy < all; ++busy) {
    for (std::size_t i = 0; i < behind; ++i) {
      written.write(
          conversation::single(1, 2 + (i % 2 == 0 ? busy : static_cast<user_id>(i) % all)));
    }
  }
  sync_to(written, written.writer);
  std::size_t room = 0;
  for (const conversation in : written.writer.conversations()) {
    room += written.writer.heads_of(in)->capacity();
  }
  EXPECT_LE(room, 4 * written.writer.size());
}

TEST(MessageTail, ForgetsWhatALostBatchHadAdded) {
  for (const bool flushed : {false, true}) {
    written_messages written(few);
    for (int i = 0; i < 3; ++i) written.write(with_2);
    written.add(with_2);
    written.add(with_3);
    written.lose(flushed);
    sync_to(written, written.writer);
    expect_as_if_new(written, written.writer);
    EXPECT_EQ(written.writer.size(), 3U);
    // With the same ids, other messages.
    written.add(with_3);
    written.add(with_2);
    written.commit();
    sync_to(written, written.writer);
    expect_as_if_new(written, written.writer);
    EXPECT_EQ(of(written.writer, with_3), ids{4});
  }
}

TEST(MessageTail, IsRightAfterALostBatchThatBroughtTheRowsUpToDate) {
  written_messages written(few);
  for (std::size_t i = 0; i < few; ++i) written.write(with_2);
  written.add(with_2);
  written.add(with_3);
  written.lose(true);
  sync_to(written, written.writer);
  EXPECT_EQ(written.checkpoint(), index_checkpoint{});
  EXPECT_EQ(written.writer.size(), few);
  expect_as_if_new(written, written.writer);
  written.write(with_3);
  EXPECT_EQ(written.checkpoint(), (index_checkpoint{0, few + 1, with_3}));
  sync_to(written, written.writer);
  expect_as_if_new(written, written.writer);
}

TEST(MessageTail, OfABatchThatGaveIdsAndNoMessageIsRightWhereItIsLost) {
  written_messages written(few);
  written.write(with_2);
  written.give(7);
  written.lose(true);
  written.write(with_3);
  sync_to(written, written.writer);
  EXPECT_EQ(of(written.writer, with_3), ids{2});
  expect_as_if_new(written, written.writer);
}

TEST(MessageTail, StartsFromNothingWhereTheRowsKnowLessThanItHadSeen) {
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

TEST(MessageTail, IsDamagedWhereAMetaRowIs) {
  for (const std::string_view name : {keys::state, keys::indexed}) {
    written_messages written(few);
    written.write(with_2);
    index_memtable memtable;
    std::string whole;
    written.spoil(table::meta, name, [&](std::string& row) {
      whole = row;
      row.back() ^= 1;
    });
    EXPECT_THROW(sync_to(written, memtable), store_damaged);
    written.spoil(table::meta, name, [&](std::string& row) { row = whole; });
    sync_to(written, memtable);
    EXPECT_EQ(memtable.size(), 1U);
    const auto txn = written.home().begin_write();
    txn->erase(table::meta, name);
    EXPECT_THROW(memtable.sync_to(*txn), store_damaged);
  }
}

TEST(MessageTail, IsDamagedWhereTheIndexIsAheadOfAllIds) {
  written_messages written(few);
  written.write(with_2);
  for (const index_checkpoint& wrong :
       {index_checkpoint{2, 2, {}}, index_checkpoint{0, 2, with_2}}) {
    const auto txn = written.home().begin_write();
    set_checkpoint(*txn, wrong);
    index_memtable memtable;
    EXPECT_THROW(memtable.sync_to(*txn), store_damaged);
  }
}

// Two threads on one file: what the reader lists is what his snapshot holds, no less and no more,
// while the rows are brought up to date under him.
TEST(MessageTail, OfAReaderIsRightWhileTheWriterGoesOn) {
  temp_folder folder;
  const auto storage =
      std::make_shared<lmdb_backend>(folder.path / "file", lmdb_environment::sizes{});
  written_messages written(few, storage);
  std::atomic<bool> is_over = false;
  std::size_t looks = 0;
  std::thread reading([&] {
    for (change_id last = 0; !is_over || last < 600; ++looks) {
      const auto txn = storage->begin_read();
      last = codec::meta(keys::state, *txn->get(table::meta, keys::state)).last_id;
      message_index index(*txn, written.reader);
      ids all = rising(index, with_2, 0);
      const ids others = rising(index, with_3, 0);
      all.insert(all.end(), others.begin(), others.end());
      std::sort(all.begin(), all.end());
      ids wanted(last);
      std::iota(wanted.begin(), wanted.end(), 1);
      ASSERT_EQ(all, wanted);
      ASSERT_LE(written.reader.size(), few);
    }
  });
  for (int i = 0; i < 300; ++i) {
    written.add(with_2);
    written.write(i % 7 < 3 ? with_2 : with_3);
  }
  is_over = true;
  reading.join();
  EXPECT_GT(looks, 0U);
}

// --- damaged messages ----------------------------------------------------------------------------

void spoil_text(std::string& row) { row.back() = '!'; }
// The conversation's first byte comes after the version and the checksum.
void spoil_conversation(std::string& row) { row[9] = static_cast<char>(row[9] ^ 1); }
void spoil_cid(std::string& row) { row[row.find("c-")] = 'C'; }

struct MessageTailDamage : testing::Test {
  MessageTailDamage() {
    for (int i = 0; i < 9; ++i) written.write(i % 2 == 0 ? with_2 : with_3);
  }
  written_messages written{plenty};
};

TEST_F(MessageTailDamage, MessageWhoseCidNamesItsPlaceIsRefusedThereAlone) {
  // The cid is enough, even where the message itself names another conversation.
  written.spoil(table::messages, keys::message(5), spoil_text);
  written.spoil(table::messages, keys::message(7), spoil_conversation);
  const auto read = written.home().begin_read();
  message_index index(*read, written.reader);
  EXPECT_EQ(rising(index, with_2, 0), (ids{1, 3, 5, 7, 9}));
  EXPECT_EQ(rising(index, with_3, 0), (ids{2, 4, 6, 8}));
  const auto forward = [&](conversation in, change_id after) {
    return ids_of(read_forward(index, {{in, after, change_id_max}}, plenty, plenty));
  };
  EXPECT_EQ(forward(with_3, 0), (ids{2, 4, 6, 8}));
  EXPECT_EQ(forward(with_2, 7), ids{9});
  EXPECT_THROW(forward(with_2, 5), store_damaged);
  EXPECT_THROW(forward(with_2, 4), store_damaged);
}

TEST_F(MessageTailDamage, MessageOfWhichNobodyKnowsWhoseItIsIsLeftOutNowhere) {
  written.spoil(table::messages, keys::message(5), spoil_cid);
  const auto read = written.home().begin_read();
  message_index index(*read, written.reader);
  for (const conversation conversation : {with_2, with_3, conversation::group(7)}) {
    EXPECT_EQ(rising(index, conversation, 5), written.above(conversation, 5));
    EXPECT_THROW(rising(index, conversation, 0), store_damaged);
    EXPECT_EQ(falling(index, conversation, 4).size(), written.below(conversation, 4).size());
    EXPECT_THROW(falling(index, conversation, 9), store_damaged);
  }
  EXPECT_EQ(index.at_or_below(with_3, 4), 4U);
  EXPECT_EQ(index.at_or_below(with_3, 9), 8U);
  EXPECT_EQ(index.at_or_below(with_2, 7), 7U);
  EXPECT_THROW(index.at_or_below(with_3, 5), store_damaged);
}

// Whoever's it is: who is known by the rows up to beyond it lacks nothing.
TEST(MessageTailSweep, RefusesNoListThatTheRowsKnowToTheEnd) {
  written_messages written(8);
  for (int i = 0; i < 9; ++i) written.write(i < 2 ? with_2 : with_3);
  ASSERT_EQ(written.checkpoint(), (index_checkpoint{0, 9, with_3}));
  written.spoil(table::messages, keys::message(5), spoil_cid);
  const auto read = written.home().begin_read();
  message_index index(*read, written.reader);
  EXPECT_EQ(rising(index, with_2, 0), (ids{1, 2}));
  EXPECT_EQ(falling(index, with_2, change_id_max), (ids{2, 1}));
  EXPECT_EQ(index.at_or_below(with_2, 9), 2U);
  EXPECT_THROW(rising(index, with_3, 0), store_damaged);
  EXPECT_THROW(falling(index, with_3, change_id_max), store_damaged);
  EXPECT_THROW(index.at_or_below(with_3, 5), store_damaged);
}

// The writer does not read what it wrote: it goes on, and what it puts into the rows is whole.
TEST_F(MessageTailDamage, WriterGoesOnAndTellsTheRowsWhoseItIs) {
  written.spoil(table::messages, keys::message(5), spoil_cid);
  written.add(with_2);
  written.lose(true);
  written.write(with_2);
  written.write(with_3);
  {
    const auto txn = written.home().begin_write();
    message_index index(*txn, written.writer);
    index.advance_checkpoint(0, written.last());
    txn->commit();
  }
  const auto read = written.home().begin_read();
  message_index index(*read, written.reader);
  EXPECT_EQ(rising(index, with_2, 0), (ids{1, 3, 5, 7, 9, 10}));
  EXPECT_EQ(rising(index, with_3, 0), (ids{2, 4, 6, 8, 11}));
}

TEST_F(MessageTailDamage, NothingIsBuiltUponATailThatWasReadDamaged) {
  for (const auto spoil : {spoil_text, spoil_cid}) {
    written_messages again(plenty);
    for (int i = 0; i < 4; ++i) again.write(with_2);
    again.spoil(table::messages, keys::message(2), spoil);
    const auto txn = again.home().begin_write();
    index_memtable fresh;
    message_index index(*txn, fresh);
    EXPECT_THROW(index.newest(with_2), store_damaged);
    EXPECT_THROW(index.for_each_newest([](auto, auto&) {}), store_damaged);
    EXPECT_THROW(index.advance_checkpoint(0, 4), store_damaged);
  }
}

TEST_F(MessageTailDamage, MessageThatIsMissingIsNoticedAtTheStart) {
  {
    const auto txn = written.home().begin_write();
    txn->erase(table::messages, keys::message(5));
    txn->commit();
  }
  const auto read = written.home().begin_read();
  EXPECT_THROW(message_index(*read).for_each_newest([](auto, auto&) {}), store_damaged);
}

}  // namespace
}  // namespace lingerd
