#include <gtest/gtest.h>

#include <chrono>
#include <vector>

#include "tests/store/commit/group_commit_fixture.hpp"

namespace lingerd {
namespace {

using namespace store_tests;  // NOLINT

TEST_F(GroupCommit, WindowCountsFromTheFirstChange) {
  using namespace std::chrono_literals;
  open(100ms);
  fixture.store->append(new_user("first"));
  fixture.loop.turn();
  fixture.loop.advance(60ms);
  fixture.store->append(new_user("second"));
  fixture.loop.turn();
  fixture.loop.advance(39ms);
  EXPECT_EQ(fixture.storage.waiting(), 0U);
  fixture.loop.advance(1ms);
  ASSERT_EQ(fixture.storage.waiting(), 1U);
  fixture.storage.run_one();
  EXPECT_EQ(fixture.listener.batches, (std::vector<std::size_t>{2}));
}

TEST_F(GroupCommit, WindowOfChangesAppendedInFlightBeginsAtOnce) {
  using namespace std::chrono_literals;
  open(100ms);
  fixture.store->append(new_user("first"));
  fixture.loop.turn();
  fixture.loop.advance(100ms);
  job* const batch = fixture.storage.begin_one();
  ASSERT_TRUE(batch);
  fixture.store->append(new_user("second"));
  fixture.loop.turn();
  fixture.loop.advance(70ms);  // a slow commit
  batch->done();
  EXPECT_EQ(fixture.storage.waiting(), 0U);
  fixture.loop.advance(30ms);
  EXPECT_EQ(fixture.storage.waiting(), 1U);
}

TEST_F(GroupCommit, RestOfAFullBatchWaitsNoLongerThanItsOwnWindow) {
  using namespace std::chrono_literals;
  fixture.bounds.batch_changes = 2;
  open(100ms);
  for (const char* name : {"first", "second", "third"}) fixture.store->append(new_user(name));
  fixture.loop.turn();
  job* const batch = fixture.storage.begin_one();
  ASSERT_TRUE(batch);
  fixture.loop.advance(60ms);
  fixture.store->append(new_user("fourth"));
  fixture.loop.turn();
  batch->done();
  ASSERT_EQ(fixture.listener.batches.back(), 2U);
  EXPECT_EQ(fixture.storage.waiting(), 1U) << "two are a full batch";
  fixture.storage.run_one();
  EXPECT_EQ(fixture.store->pending(), 0U);

  for (const char* name : {"a", "b", "c"}) fixture.store->append(new_user(name));
  fixture.loop.turn();
  job* const next = fixture.storage.begin_one();
  ASSERT_TRUE(next);
  fixture.loop.advance(60ms);
  next->done();
  EXPECT_EQ(fixture.storage.waiting(), 0U) << "one of them stays";
  fixture.loop.advance(40ms);
  EXPECT_EQ(fixture.storage.waiting(), 1U);
}

TEST_F(GroupCommit, FullBatchDoesNotWaitForTheWindow) {
  using namespace std::chrono_literals;
  fixture.bounds.batch_changes = 2;
  open(100ms);
  fixture.store->append(new_user("first"));
  fixture.store->append(new_user("second"));
  fixture.loop.turn();
  EXPECT_EQ(fixture.storage.waiting(), 1U);
}

}  // namespace
}  // namespace lingerd
