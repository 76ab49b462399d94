#include "store/commit/group_commit.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <vector>

#include "tests/store/commit/group_commit_fixture.hpp"

namespace lingerd {
namespace {

using namespace store_tests;  // NOLINT

TEST_F(GroupCommit, OneTurnIsOneTransaction) {
  open();
  fixture.make_users(3);
  EXPECT_EQ(backend->commits, 1);
  for (int i = 0; i < 10; ++i) fixture.store->append(message_to(1, 2, "hello"));
  EXPECT_EQ(fixture.storage.waiting(), 0U) << "nothing is submitted within the turn";
  EXPECT_EQ(fixture.store->pending(), 10U);
  fixture.settle();
  EXPECT_EQ(backend->commits, 2);
  EXPECT_EQ(fixture.listener.batches.back(), 10U);
  EXPECT_EQ(fixture.store->pending(), 0U);
}

TEST_F(GroupCommit, TicketsAreDeliveredInOrder) {
  open();
  fixture.make_users(2);
  for (int i = 0; i < 100; ++i) {
    fixture.store->append(message_to(1, 2, std::to_string(i)));
    if (i % 7 == 0) fixture.settle();
  }
  fixture.settle();
  std::vector<std::uint64_t> expected(fixture.listener.tickets.size());
  std::iota(expected.begin(), expected.end(), 1);
  EXPECT_EQ(fixture.listener.tickets, expected);
  change_id last = 0;
  for (const applied& a : fixture.listener.results) {
    EXPECT_GT(a.id, last);
    last = a.id;
  }
}

TEST_F(GroupCommit, OneBatchIsInFlightAtMost) {
  open();
  fixture.make_users(2);
  fixture.store->append(message_to(1, 2, "first"));
  fixture.loop.turn();
  ASSERT_EQ(fixture.storage.waiting(), 1U);
  job* const batch = fixture.storage.begin_one();
  for (int i = 0; i < 5; ++i)
    fixture.store->append(message_to(1, 2, "while the batch is in flight"));
  fixture.loop.turn();
  EXPECT_EQ(fixture.storage.waiting(), 0U);
  EXPECT_EQ(fixture.store->pending(), 6U);
  batch->done();
  EXPECT_EQ(fixture.listener.batches.back(), 1U);
  EXPECT_EQ(fixture.store->pending(), 5U);
  EXPECT_EQ(fixture.storage.waiting(), 1U) << "the rest follows at once";
  fixture.storage.run_one();
  EXPECT_EQ(fixture.listener.batches.back(), 5U);
}

TEST_F(GroupCommit, BatchTakesAllChangesUntilItBegins) {
  open();
  fixture.make_users(2);
  fixture.store->append(message_to(1, 2, "first"));
  fixture.loop.turn();
  ASSERT_EQ(fixture.storage.waiting(), 1U);
  fixture.store->append(message_to(1, 2, "before the thread has begun"));
  fixture.loop.turn();
  fixture.storage.run_one();
  EXPECT_EQ(fixture.listener.batches.back(), 2U);
  EXPECT_EQ(fixture.store->pending(), 0U);
  EXPECT_EQ(fixture.storage.waiting(), 0U);
}

TEST_F(GroupCommit, RefusalInTheMiddleLeavesTheOthers) {
  open();
  fixture.make_users(3);
  fixture.listener.results.clear();
  fixture.store->append(message_to(1, 2, "a"));
  fixture.store->append(message_to(1, 3, "no friends"));
  fixture.store->append(message_to(2, 3, "c"));
  fixture.settle();
  ASSERT_EQ(fixture.listener.results.size(), 3U);
  EXPECT_FALSE(fixture.listener.results[0].refused);
  ASSERT_TRUE(fixture.listener.results[1].refused);
  EXPECT_EQ(fixture.listener.results[1].refused->code, error::not_friends);
  EXPECT_FALSE(fixture.listener.results[2].refused);
  EXPECT_EQ(count_messages(), 2U);
}

TEST_F(GroupCommit, BatchIsBounded) {
  fixture.bounds.batch_changes = 4;
  open();
  fixture.make_users(2);
  fixture.listener.batches.clear();
  for (int i = 0; i < 10; ++i) fixture.store->append(message_to(1, 2, "x"));
  fixture.settle();
  EXPECT_EQ(fixture.listener.batches, (std::vector<std::size_t>{4, 4, 2}));
}

TEST_F(GroupCommit, ChangesOfTheListenerGoIntoTheNextBatch) {
  open();
  fixture.make_users(2);
  fixture.listener.batches.clear();
  int remaining = 3;
  fixture.listener.continuation = [&] {
    if (remaining-- > 0) fixture.store->append(message_to(2, 1, "answer"));
  };
  fixture.commit(message_to(1, 2, "question"));
  EXPECT_EQ(fixture.listener.batches, (std::vector<std::size_t>{1, 1, 1, 1}));
}

TEST_F(GroupCommit, RepeatedCidInOneBatchIsOneMessage) {
  open();
  fixture.make_users(2);
  fixture.listener.results.clear();
  fixture.store->append(message_to(1, 2, "once", "cid"));
  fixture.store->append(message_to(1, 2, "once", "cid"));
  fixture.settle();
  EXPECT_TRUE(fixture.listener.results[1].repeated);
  EXPECT_EQ(fixture.listener.results[0].id, fixture.listener.results[1].id);
  EXPECT_EQ(count_messages(), 1U);
}

TEST_F(GroupCommit, StoreIsDestroyedWithJobsInFlight) {
  open();
  fixture.make_users(2);
  fixture.store->append(message_to(1, 2, "never"));
  fixture.loop.turn();
  fixture.store->append(message_to(1, 2, "nor this"));
  bool called = false;
  fixture.store->read_password_hash(1, [&](auto) { called = true; });
  fixture.storage.stop();
  fixture.reader.stop();
  fixture.store.reset();
  fixture.loop.turn();
  EXPECT_FALSE(called);
}

}  // namespace
}  // namespace lingerd
