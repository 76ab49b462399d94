#include <gtest/gtest.h>

#include <string>

#include "store/codec/keys.hpp"
#include "store/engine/store_error.hpp"
#include "tests/store/index/index_fixture.hpp"

namespace lingerd {
namespace {

using namespace store_tests;  // NOLINT

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

}  // namespace
}  // namespace lingerd
