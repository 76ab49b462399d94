#include <gtest/gtest.h>

#include "store/codec/keys.hpp"
#include "store/engine/store_error.hpp"
#include "store/index/message_index.hpp"
#include "store/index/message_reader.hpp"
#include "tests/store/index/memtable_fixture.hpp"

namespace lingerd {
namespace {

using namespace store_tests;  // NOLINT

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

TEST_F(IndexMemtableDamage, MessageWithAKnownConversationIsRefusedThereAlone) {
  // The cid suffices, even if the message itself names another conversation.
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

TEST_F(IndexMemtableDamage, MessageOfAnUnknownConversationIsOmittedNowhere) {
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

// Whatever its conversation: one that the rows cover beyond the damaged message lacks nothing.
TEST(IndexMemtablePass, RefusesNoListThatTheRowsCover) {
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

// The writer does not read its own messages again: it continues, and writes complete rows.
TEST_F(IndexMemtableDamage, WriterContinuesAndWritesCompleteRows) {
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

TEST_F(IndexMemtableDamage, NothingIsDerivedFromADamagedMemtable) {
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
