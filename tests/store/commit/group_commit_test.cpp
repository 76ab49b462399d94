#include <gtest/gtest.h>

#include <map>
#include <numeric>
#include <vector>

#include "store/codec/keys.hpp"
#include "store/codec/row_codec.hpp"
#include "store/commit/kv_tables.hpp"
#include "store/commit/schema.hpp"
#include "store/engine/store_error.hpp"
#include "store/memory/memory_store.hpp"
#include "tests/store/commit/store_fixtures.hpp"

namespace lingerd {
namespace {

using namespace store_tests;  // NOLINT

// A backend whose commits fail as they are told, and which counts them.
class faulty_backend final : public backend {
 public:
  std::unique_ptr<write_transaction> begin_write() override {
    if (begin_failure) throw store_error(*begin_failure, "begin refused");
    return std::make_unique<writer>(*this);
  }
  std::unique_ptr<kv_transaction> begin_read() override { return tables.begin_read(); }
  bool make_room() override {
    ++times_grown;
    commit_failure.reset();
    return can_grow;
  }

  memory_backend tables;
  std::optional<store_failure> commit_failure;
  std::optional<store_failure> begin_failure;
  bool can_grow = false;
  int commits = 0;
  int times_grown = 0;

 private:
  class writer final : public write_transaction {
   public:
    explicit writer(faulty_backend& backend)
        : backend_(backend), transaction_(backend.tables.begin_write()) {}
    std::optional<std::string_view> get(table t, std::string_view key) override {
      return transaction_->get(t, key);
    }
    void put(table t, std::string_view key, std::string_view value) override {
      transaction_->put(t, key, value);
    }
    bool erase(table t, std::string_view key) override { return transaction_->erase(t, key); }
    std::unique_ptr<kv_cursor> walk(table t) override { return transaction_->walk(t); }
    void commit() override {
      if (backend_.commit_failure) throw store_error(*backend_.commit_failure, "commit refused");
      transaction_->commit();
      ++backend_.commits;
    }

   private:
    faulty_backend& backend_;
    std::unique_ptr<write_transaction> transaction_;
  };
};

class GroupCommit : public ::testing::Test {
 protected:
  void open(std::chrono::milliseconds window = {}) {
    group_commit::options options;
    options.window = window;
    options.fatal = [this](std::string_view message) { fatal_messages.emplace_back(message); };
    fixture.set_store(open_memory_store(backend, fixture.loop, fixture.storage, fixture.reader,
                                        fixture.bounds, options, fixture.entropy));
    backend->commits = 0;
  }
  std::size_t count_messages() {
    std::size_t n = 0;
    backend->begin_read()->for_each(table::messages, "", "", [&](auto, auto) { return ++n > 0; });
    return n;
  }
  std::shared_ptr<faulty_backend> backend = std::make_shared<faulty_backend>();
  store_fixture fixture;
  std::vector<std::string> fatal_messages;
};

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

TEST_F(GroupCommit, TicketsAreToldInOrder) {
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
  for (int i = 0; i < 5; ++i) fixture.store->append(message_to(1, 2, "while it is on its way"));
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

TEST_F(GroupCommit, BatchTakesWhatComesUntilItBegins) {
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

TEST_F(GroupCommit, WhatTheListenerAppendsGoesIntoTheNextBatch) {
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

TEST_F(GroupCommit, WindowOfChangesThatCameInFlightHasRunMeanwhile) {
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

TEST_F(GroupCommit, WhatAFullBatchLeavesWaitsNoLongerThanItsOwnWindow) {
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

TEST_F(GroupCommit, FullDiskRefusesTheBatchAndPassesByItself) {
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

TEST_F(GroupCommit, OtherTroubleIsOverloaded) {
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

// Each message's number in its conversation, which stands on the index, and all that it lists:
// sweeps rest between several of them, and what is lost or applied anew may be one that went on.
TEST_F(GroupCommit, NumbersGoOnWhateverBecameOfTheBatchBefore) {
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

// The conversation's messages so far were acknowledged, and the row that is to know of them is not
// what was written: it alone is refused, and others go on.
TEST_F(GroupCommit, DamagedRowThatIsToBeWrittenStopsNobodyElse) {
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

TEST_F(GroupCommit, IndexIsBehindByItsBoundAtMost) {
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
  EXPECT_EQ(largest, 6U) << "five, and the batch that was too much";
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

TEST_F(GroupCommit, StoreGoesWithJobsInFlight) {
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

TEST(Tables, IndexOfGroupsFollowsMemberships) {
  memory_backend backend;
  const auto txn = backend.begin_write();
  kv_tables rows(*txn);
  member_row m;
  m.user = 7;
  m.stays = {{1, 0}};
  for (const group_id g : {300U, 2U, 70000U}) {
    m.group = g;
    rows.put(m);
    rows.put(m);
  }
  m.user = 8;
  rows.put(m);
  std::vector<group_id> groups;
  rows.for_each_group_of(7, [&](group_id g) {
    groups.push_back(g);
    return true;
  });
  EXPECT_EQ(groups, (std::vector<group_id>{2, 300, 70000}));
  std::vector<user_id> members;
  rows.for_each_member(70000, [&](const member_row& r) {
    members.push_back(r.user);
    return true;
  });
  EXPECT_EQ(members, (std::vector<user_id>{7, 8}));
}

TEST(Tables, MetaIsWrittenOnceAtTheEnd) {
  memory_backend storage;
  counting_entropy entropy;
  prepare(storage, entropy);
  const auto txn = storage.begin_write();
  kv_tables rows(*txn);
  meta_row m = rows.meta();
  for (int i = 0; i < 5; ++i) {
    ++m.last_id;
    rows.put(m);
    EXPECT_EQ(rows.meta().last_id, m.last_id);
  }
  EXPECT_EQ(codec::meta(keys::state, *txn->get(table::meta, keys::state)).last_id, 0U);
  rows.flush(0);
  EXPECT_EQ(codec::meta(keys::state, *txn->get(table::meta, keys::state)).last_id, 5U);
}

TEST(Tables, NewestStopsAtTheGivenId) {
  memory_backend storage;
  counting_entropy entropy;
  prepare(storage, entropy);
  const auto txn = storage.begin_write();
  kv_tables rows(*txn);
  message_row m;
  for (const change_id id : {5U, 9U, 300U}) {
    m.conversation = conversation::single(1, 2);
    m.head.id = id;
    rows.put(m);
  }
  m.conversation = conversation::single(1, 3);
  m.head.id = 301;
  rows.put(m);
  const auto newest = [&](change_id bound) {
    const auto head = rows.newest(conversation::single(1, 2), bound);
    return head ? head->id : 0;
  };
  EXPECT_EQ(newest(change_id_max), 300U);
  EXPECT_EQ(newest(300), 300U);
  EXPECT_EQ(newest(299), 9U);
  EXPECT_EQ(newest(4), 0U);
  EXPECT_FALSE(rows.newest(conversation::group(1)));
}

TEST(Tables, NamesSessionsAndFriendsComeAndGo) {
  memory_backend backend;
  const auto txn = backend.begin_write();
  kv_tables rows(*txn);
  rows.put_name("li", 7);
  EXPECT_EQ(rows.named("li"), 7U);
  rows.erase_name("li");
  EXPECT_EQ(rows.named("li"), std::nullopt);
  EXPECT_EQ(rows.named(""), std::nullopt);

  session_row s;
  for (unsigned char c : {9, 3, 5}) {
    s.hash.fill(c);
    rows.put(s);
  }
  rows.erase_session(s.hash);
  EXPECT_FALSE(rows.session(s.hash));
  std::vector<unsigned char> order;
  rows.for_each_session([&](const session_row& r) {
    order.push_back(r.hash[0]);
    return true;
  });
  EXPECT_EQ(order, (std::vector<unsigned char>{3, 9}));

  rows.put(friend_row{1, 300, friendship::asked, 0, 1});
  rows.put(friend_row{1, 2, friendship::agreed, 0, 2});
  rows.put(friend_row{2, 1, friendship::agreed, 0, 2});
  std::vector<user_id> friends;
  rows.for_each_friend(1, [&](const friend_row& f) {
    friends.push_back(f.other);
    return true;
  });
  EXPECT_EQ(friends, (std::vector<user_id>{2, 300}));
}

}  // namespace
}  // namespace lingerd
