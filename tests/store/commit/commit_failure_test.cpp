#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <vector>

#include "store/codec/keys.hpp"
#include "tests/store/commit/group_commit_fixture.hpp"

namespace lingerd {
namespace {

using namespace store_tests;  // NOLINT

TEST_F(GroupCommit, FullDiskRefusesTheBatchAndRecovers) {
  open();
  fixture.make_users(2);
  backend->commit_failure = store_failure::disk_full;
  fixture.listener.results.clear();
  fixture.store->append(message_to(1, 2, "a"));
  fixture.store->append(message_to(1, 2, "b"));
  fixture.settle();
  ASSERT_EQ(fixture.listener.results.size(), 2U);
  for (const applied& a : fixture.listener.results) {
    ASSERT_TRUE(a.refused);
    EXPECT_EQ(a.refused->code, error::storage_full);
    EXPECT_FALSE(a.message);
  }
  EXPECT_EQ(count_messages(), 0U);
  backend->commit_failure.reset();
  EXPECT_FALSE(fixture.commit(message_to(1, 2, "c")).refused);
  EXPECT_EQ(count_messages(), 1U);
  EXPECT_TRUE(fatal_messages.empty());
}

TEST_F(GroupCommit, OtherFailureIsOverloaded) {
  open();
  fixture.make_users(2);
  backend->begin_failure = store_failure::other;
  EXPECT_EQ(fixture.commit(message_to(1, 2, "a")).refused->code, error::overloaded);
  backend->begin_failure.reset();
  EXPECT_FALSE(fixture.commit(message_to(1, 2, "b")).refused);
}

TEST_F(GroupCommit, FullMapGrowsAndTheBatchGoesThrough) {
  open();
  fixture.make_users(2);
  backend->commit_failure = store_failure::map_full;
  backend->can_grow = true;
  EXPECT_FALSE(fixture.commit(message_to(1, 2, "a")).refused);
  EXPECT_EQ(backend->times_grown, 1);
  EXPECT_EQ(count_messages(), 1U);
  backend->commit_failure = store_failure::map_full;
  backend->can_grow = false;
  EXPECT_EQ(fixture.commit(message_to(1, 2, "b")).refused->code, error::storage_full);
}

TEST_F(GroupCommit, FatalErrorIsReportedOnce) {
  open();
  fixture.make_users(2);
  backend->commit_failure = store_failure::unusable;
  EXPECT_EQ(fixture.commit(message_to(1, 2, "a")).refused->code, error::overloaded);
  EXPECT_EQ(fixture.commit(message_to(1, 2, "b")).refused->code, error::overloaded);
  EXPECT_EQ(fatal_messages.size(), 1U);
}

// Checks each message's number in its conversation, which depends on the index, and the list of all
// messages. Passes pause between several batches, and a batch that is lost or applied again may be
// one that continues a pass.
TEST_F(GroupCommit, NumbersContinueAfterLostAndRepeatedBatches) {
  constexpr user_id friends[] = {2, 3, 4};
  for (const std::size_t behind : {0, 1, 2, 3, 5, 8, 1000}) {
    backend = std::make_shared<faulty_backend>();
    store_fixture fresh;
    fresh.bounds.index_behind = behind;
    fresh.set_store(open_memory_store(backend, fresh.loop, fresh.storage, fresh.reader,
                                      fresh.bounds, {}, fresh.entropy));
    fresh.make_users(4);
    for (const user_id recipient : {3, 4}) fresh.store->append(befriend(1, recipient));
    fresh.settle();
    std::map<user_id, std::vector<change_id>> sent_ids;
    unsigned next = 0;
    const auto send_batch = [&](bool is_lost) {
      fresh.listener.results.clear();
      std::vector<user_id> recipients;
      for (int i = 0; i < 3; ++i) recipients.push_back(friends[next++ * 7 / 3 % 3]);
      for (const user_id recipient : recipients) fresh.store->append(message_to(1, recipient, "x"));
      fresh.settle();
      ASSERT_EQ(fresh.listener.results.size(), recipients.size());
      for (std::size_t i = 0; i < recipients.size(); ++i) {
        const applied& a = fresh.listener.results[i];
        ASSERT_EQ(a.refused.has_value(), is_lost);
        if (is_lost) continue;
        std::vector<change_id>& recipient_ids = sent_ids[recipients[i]];
        recipient_ids.push_back(a.id);
        ASSERT_EQ(a.message->head.number, recipient_ids.size()) << behind;
      }
    };
    for (int round = 0; round < 12; ++round) {
      for (int i = 0; i <= round % 3; ++i) send_batch(false);
      backend->commit_failure = round % 2 == 0 ? store_failure::disk_full : store_failure::map_full;
      backend->can_grow = true;
      send_batch(round % 2 == 0);
      backend->commit_failure.reset();
    }
    EXPECT_EQ(backend->times_grown, 6);
    row_counter rows;
    fresh.store->load(rows);
    ASSERT_EQ(rows.heads.size(), sent_ids.size());
    for (const user_id recipient : friends) {
      const auto recipient_ids = fresh.read([&](auto on_done) {
        fresh.store->read_forward({{conversation::single(1, recipient), 0, change_id_max}}, 1000,
                                  1 << 20, on_done);
      });
      EXPECT_EQ(ids_of(*recipient_ids), sent_ids[recipient]) << behind;
    }
  }
}

TEST_F(GroupCommit, DamagedRowRefusesItsChangeAlone) {
  fixture.bounds.index_behind = 0;
  open();
  fixture.make_users(4);
  fixture.commit(message_to(1, 2, "to be damaged"));
  {
    const auto txn = backend->tables.begin_write();
    const auto key = keys::recent(conversation::single(1, 2));
    const std::string row(*txn->get(table::recent, key));
    txn->put(table::recent, key, row + "!");
    txn->commit();
  }
  fixture.listener.results.clear();
  fixture.store->append(message_to(2, 3, "before"));
  fixture.store->append(message_to(1, 2, "meets it"));
  fixture.store->append(message_to(3, 4, "after"));
  fixture.settle();
  ASSERT_EQ(fixture.listener.results.size(), 3U);
  EXPECT_FALSE(fixture.listener.results[0].refused);
  ASSERT_TRUE(fixture.listener.results[1].refused);
  EXPECT_EQ(fixture.listener.results[1].refused->code, error::overloaded);
  EXPECT_FALSE(fixture.listener.results[2].refused);
  EXPECT_EQ(count_messages(), 3U);
  EXPECT_EQ(fixture.commit(message_to(2, 3, "next")).message->head.number, 2U);
  EXPECT_EQ(fixture.commit(message_to(3, 4, "next")).message->head.number, 2U);
}

// The conversation's messages were acknowledged, and its row of the index is damaged when the pass
// extends it: the server refuses that conversation alone.
TEST_F(GroupCommit, DamagedRowToBeWrittenRefusesItsConversationAlone) {
  fixture.bounds.index_behind = 2;
  open();
  fixture.make_users(4);
  for (int i = 0; i < 4; ++i)
    ASSERT_FALSE(fixture.commit(message_to(1, 2, "to be damaged")).refused);
  {
    const auto txn = backend->tables.begin_write();
    const auto key = keys::recent(conversation::single(1, 2));
    const std::string row(*txn->get(table::recent, key));
    txn->put(table::recent, key, row + "!");
    txn->commit();
  }
  for (std::uint64_t i = 1; i < 6; ++i) {
    const applied& a = fixture.commit(message_to(3, 4, "after"));
    ASSERT_FALSE(a.refused);
    EXPECT_EQ(a.message->head.number, i);
  }
  EXPECT_EQ(fixture.commit(message_to(1, 2, "meets it")).refused->code, error::overloaded);
  EXPECT_EQ(count_messages(), 9U);
}

TEST_F(GroupCommit, IndexLagsByAtMostItsBound) {
  fixture.bounds.index_behind = 5;
  open();
  fixture.make_users(2);
  std::size_t largest = 0;
  for (int i = 0; i < 40; ++i) {
    fixture.store->append(message_to(1, 2, "a"));
    fixture.store->append(message_to(2, 1, "b"));
    fixture.settle();
    const auto list = fixture.read([&](auto on_done) {
      fixture.store->read_forward({{conversation::single(1, 2), 0, change_id_max}}, 100, 1 << 20,
                                  on_done);
    });
    EXPECT_EQ(list->messages.size(), static_cast<std::size_t>(2 * (i + 1)));
    largest = std::max(largest, fixture.store->unindexed());
  }
  EXPECT_EQ(largest, 6U) << "five, and the batch that exceeded the bound";
}

}  // namespace
}  // namespace lingerd
