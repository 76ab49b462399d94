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
    if (refuse_begin) throw store_error(*refuse_begin, "begin refused");
    return std::make_unique<writing>(*this);
  }
  std::unique_ptr<kv_transaction> begin_read() override { return below.begin_read(); }
  bool make_room() override {
    ++grown;
    fail_commit.reset();
    return can_grow;
  }

  memory_backend below;
  std::optional<store_failure> fail_commit;
  std::optional<store_failure> refuse_begin;
  bool can_grow = false;
  int commits = 0;
  int grown = 0;

 private:
  class writing final : public write_transaction {
   public:
    explicit writing(faulty_backend& of) : backend_(of), below_(of.below.begin_write()) {}
    std::optional<std::string_view> get(table t, std::string_view key) override {
      return below_->get(t, key);
    }
    void put(table t, std::string_view key, std::string_view value) override {
      below_->put(t, key, value);
    }
    bool erase(table t, std::string_view key) override { return below_->erase(t, key); }
    std::unique_ptr<kv_cursor> walk(table t) override { return below_->walk(t); }
    void commit() override {
      if (backend_.fail_commit) throw store_error(*backend_.fail_commit, "commit refused");
      below_->commit();
      ++backend_.commits;
    }

   private:
    faulty_backend& backend_;
    std::unique_ptr<write_transaction> below_;
  };
};

class GroupCommit : public ::testing::Test {
 protected:
  void open(std::chrono::milliseconds window = {}) {
    group_commit::options options;
    options.window = window;
    options.fatal = [this](std::string_view what) { fatal.emplace_back(what); };
    fixture.use(open_memory_store(in, fixture.loop, fixture.storage, fixture.reader, fixture.bounds,
                                  options, fixture.entropy));
    in->commits = 0;
  }
  std::size_t messages() {
    std::size_t n = 0;
    in->begin_read()->for_each(table::messages, "", "", [&](auto, auto) { return ++n > 0; });
    return n;
  }
  std::shared_ptr<faulty_backend> in = std::make_shared<faulty_backend>();
  house fixture;
  std::vector<std::string> fatal;
};

TEST_F(GroupCommit, OneTurnIsOneTransaction) {
  open();
  fixture.people(3);
  EXPECT_EQ(in->commits, 1);
  for (int i = 0; i < 10; ++i) fixture.keep->append(message_to(1, 2, "hello"));
  EXPECT_EQ(fixture.storage.waiting(), 0U) << "nothing is submitted within the turn";
  EXPECT_EQ(fixture.keep->pending(), 10U);
  fixture.settle();
  EXPECT_EQ(in->commits, 2);
  EXPECT_EQ(fixture.heard.batches.back(), 10U);
  EXPECT_EQ(fixture.keep->pending(), 0U);
}

TEST_F(GroupCommit, TicketsAreToldInOrder) {
  open();
  fixture.people(2);
  for (int i = 0; i < 100; ++i) {
    fixture.keep->append(message_to(1, 2, std::to_string(i)));
    if (i % 7 == 0) fixture.settle();
  }
  fixture.settle();
  std::vector<std::uint64_t> expected(fixture.heard.tickets.size());
  std::iota(expected.begin(), expected.end(), 1);
  EXPECT_EQ(fixture.heard.tickets, expected);
  change_id last = 0;
  for (const applied& a : fixture.heard.results) {
    EXPECT_GT(a.id, last);
    last = a.id;
  }
}

TEST_F(GroupCommit, OneBatchIsInFlightAtMost) {
  open();
  fixture.people(2);
  fixture.keep->append(message_to(1, 2, "first"));
  fixture.loop.turn();
  ASSERT_EQ(fixture.storage.waiting(), 1U);
  job* const batch = fixture.storage.begin_one();
  for (int i = 0; i < 5; ++i) fixture.keep->append(message_to(1, 2, "while it is on its way"));
  fixture.loop.turn();
  EXPECT_EQ(fixture.storage.waiting(), 0U);
  EXPECT_EQ(fixture.keep->pending(), 6U);
  batch->done();
  EXPECT_EQ(fixture.heard.batches.back(), 1U);
  EXPECT_EQ(fixture.keep->pending(), 5U);
  EXPECT_EQ(fixture.storage.waiting(), 1U) << "the rest follows at once";
  fixture.storage.run_one();
  EXPECT_EQ(fixture.heard.batches.back(), 5U);
}

TEST_F(GroupCommit, BatchTakesWhatComesUntilItBegins) {
  open();
  fixture.people(2);
  fixture.keep->append(message_to(1, 2, "first"));
  fixture.loop.turn();
  ASSERT_EQ(fixture.storage.waiting(), 1U);
  fixture.keep->append(message_to(1, 2, "before the thread has begun"));
  fixture.loop.turn();
  fixture.storage.run_one();
  EXPECT_EQ(fixture.heard.batches.back(), 2U);
  EXPECT_EQ(fixture.keep->pending(), 0U);
  EXPECT_EQ(fixture.storage.waiting(), 0U);
}

TEST_F(GroupCommit, RefusalInTheMiddleLeavesTheOthers) {
  open();
  fixture.people(3);
  fixture.heard.results.clear();
  fixture.keep->append(message_to(1, 2, "a"));
  fixture.keep->append(message_to(1, 3, "no friends"));
  fixture.keep->append(message_to(2, 3, "c"));
  fixture.settle();
  ASSERT_EQ(fixture.heard.results.size(), 3U);
  EXPECT_FALSE(fixture.heard.results[0].refused);
  ASSERT_TRUE(fixture.heard.results[1].refused);
  EXPECT_EQ(fixture.heard.results[1].refused->code, error::not_friends);
  EXPECT_FALSE(fixture.heard.results[2].refused);
  EXPECT_EQ(messages(), 2U);
}

TEST_F(GroupCommit, BatchIsBounded) {
  fixture.bounds.batch_changes = 4;
  open();
  fixture.people(2);
  fixture.heard.batches.clear();
  for (int i = 0; i < 10; ++i) fixture.keep->append(message_to(1, 2, "x"));
  fixture.settle();
  EXPECT_EQ(fixture.heard.batches, (std::vector<std::size_t>{4, 4, 2}));
}

TEST_F(GroupCommit, WhatTheListenerAppendsGoesIntoTheNextBatch) {
  open();
  fixture.people(2);
  fixture.heard.batches.clear();
  int left = 3;
  fixture.heard.continuation = [&] {
    if (left-- > 0) fixture.keep->append(message_to(2, 1, "answer"));
  };
  fixture.commit(message_to(1, 2, "question"));
  EXPECT_EQ(fixture.heard.batches, (std::vector<std::size_t>{1, 1, 1, 1}));
}

TEST_F(GroupCommit, WindowCountsFromTheFirstChange) {
  using namespace std::chrono_literals;
  open(100ms);
  fixture.keep->append(new_user("first"));
  fixture.loop.turn();
  fixture.loop.advance(60ms);
  fixture.keep->append(new_user("second"));
  fixture.loop.turn();
  fixture.loop.advance(39ms);
  EXPECT_EQ(fixture.storage.waiting(), 0U);
  fixture.loop.advance(1ms);
  ASSERT_EQ(fixture.storage.waiting(), 1U);
  fixture.storage.run_one();
  EXPECT_EQ(fixture.heard.batches, (std::vector<std::size_t>{2}));
}

TEST_F(GroupCommit, WindowOfChangesThatCameInFlightHasRunMeanwhile) {
  using namespace std::chrono_literals;
  open(100ms);
  fixture.keep->append(new_user("first"));
  fixture.loop.turn();
  fixture.loop.advance(100ms);
  job* const batch = fixture.storage.begin_one();
  ASSERT_TRUE(batch);
  fixture.keep->append(new_user("second"));
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
  for (const char* name : {"first", "second", "third"}) fixture.keep->append(new_user(name));
  fixture.loop.turn();
  job* const batch = fixture.storage.begin_one();
  ASSERT_TRUE(batch);
  fixture.loop.advance(60ms);
  fixture.keep->append(new_user("fourth"));
  fixture.loop.turn();
  batch->done();
  ASSERT_EQ(fixture.heard.batches.back(), 2U);
  EXPECT_EQ(fixture.storage.waiting(), 1U) << "two are a full batch";
  fixture.storage.run_one();
  EXPECT_EQ(fixture.keep->pending(), 0U);

  for (const char* name : {"a", "b", "c"}) fixture.keep->append(new_user(name));
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
  fixture.keep->append(new_user("first"));
  fixture.keep->append(new_user("second"));
  fixture.loop.turn();
  EXPECT_EQ(fixture.storage.waiting(), 1U);
}

TEST_F(GroupCommit, FullDiskRefusesTheBatchAndPassesByItself) {
  open();
  fixture.people(2);
  in->fail_commit = store_failure::disk_full;
  fixture.heard.results.clear();
  fixture.keep->append(message_to(1, 2, "a"));
  fixture.keep->append(message_to(1, 2, "b"));
  fixture.settle();
  ASSERT_EQ(fixture.heard.results.size(), 2U);
  for (const applied& a : fixture.heard.results) {
    ASSERT_TRUE(a.refused);
    EXPECT_EQ(a.refused->code, error::storage_full);
    EXPECT_FALSE(a.message);
  }
  EXPECT_EQ(messages(), 0U);
  in->fail_commit.reset();
  EXPECT_FALSE(fixture.commit(message_to(1, 2, "c")).refused);
  EXPECT_EQ(messages(), 1U);
  EXPECT_TRUE(fatal.empty());
}

TEST_F(GroupCommit, OtherTroubleIsOverloaded) {
  open();
  fixture.people(2);
  in->refuse_begin = store_failure::other;
  EXPECT_EQ(fixture.commit(message_to(1, 2, "a")).refused->code, error::overloaded);
  in->refuse_begin.reset();
  EXPECT_FALSE(fixture.commit(message_to(1, 2, "b")).refused);
}

TEST_F(GroupCommit, FullMapGrowsAndTheBatchGoesThrough) {
  open();
  fixture.people(2);
  in->fail_commit = store_failure::map_full;
  in->can_grow = true;
  EXPECT_FALSE(fixture.commit(message_to(1, 2, "a")).refused);
  EXPECT_EQ(in->grown, 1);
  EXPECT_EQ(messages(), 1U);
  in->fail_commit = store_failure::map_full;
  in->can_grow = false;
  EXPECT_EQ(fixture.commit(message_to(1, 2, "b")).refused->code, error::storage_full);
}

TEST_F(GroupCommit, FatalIsToldOnce) {
  open();
  fixture.people(2);
  in->fail_commit = store_failure::unusable;
  EXPECT_EQ(fixture.commit(message_to(1, 2, "a")).refused->code, error::overloaded);
  EXPECT_EQ(fixture.commit(message_to(1, 2, "b")).refused->code, error::overloaded);
  EXPECT_EQ(fatal.size(), 1U);
}

// Each message's number in its conversation, which stands on the index, and all that it lists:
// sweeps rest between several of them, and what is lost or applied anew may be one that went on.
TEST_F(GroupCommit, NumbersGoOnWhateverBecameOfTheBatchBefore) {
  constexpr user_id others[] = {2, 3, 4};
  for (const std::size_t behind : {0, 1, 2, 3, 5, 8, 1000}) {
    in = std::make_shared<faulty_backend>();
    house fresh;
    fresh.bounds.index_behind = behind;
    fresh.use(open_memory_store(in, fresh.loop, fresh.storage, fresh.reader, fresh.bounds, {},
                                fresh.entropy));
    fresh.people(4);
    for (const user_id other : {3, 4}) fresh.keep->append(befriend(1, other));
    fresh.settle();
    std::map<user_id, std::vector<change_id>> said;
    unsigned next = 0;
    const auto say = [&](bool is_lost) {
      fresh.heard.results.clear();
      std::vector<user_id> recipients;
      for (int i = 0; i < 3; ++i) recipients.push_back(others[next++ * 7 / 3 % 3]);
      for (const user_id other : recipients) fresh.keep->append(message_to(1, other, "x"));
      fresh.settle();
      ASSERT_EQ(fresh.heard.results.size(), recipients.size());
      for (std::size_t i = 0; i < recipients.size(); ++i) {
        const applied& a = fresh.heard.results[i];
        ASSERT_EQ(a.refused.has_value(), is_lost);
        if (is_lost) continue;
        std::vector<change_id>& all = said[recipients[i]];
        all.push_back(a.id);
        ASSERT_EQ(a.message->head.number, all.size()) << behind;
      }
    };
    for (int round = 0; round < 12; ++round) {
      for (int i = 0; i <= round % 3; ++i) say(false);
      in->fail_commit = round % 2 == 0 ? store_failure::disk_full : store_failure::map_full;
      in->can_grow = true;
      say(round % 2 == 0);
      in->fail_commit.reset();
    }
    EXPECT_EQ(in->grown, 6);
    row_counter rows;
    fresh.keep->load(rows);
    ASSERT_EQ(rows.heads.size(), said.size());
    for (const user_id other : others) {
      const auto all = fresh.take([&](auto done) {
        fresh.keep->read_forward({{conversation::single(1, other), 0, change_id_max}}, 1000,
                                 1 << 20, done);
      });
      EXPECT_EQ(ids_of(*all), said[other]) << behind;
    }
  }
}

TEST_F(GroupCommit, DamagedRowRefusesItsChangeAlone) {
  fixture.bounds.index_behind = 0;
  open();
  fixture.people(4);
  fixture.commit(message_to(1, 2, "to be damaged"));
  {
    const auto txn = in->below.begin_write();
    const auto key = keys::recent(conversation::single(1, 2));
    const std::string row(*txn->get(table::recent, key));
    txn->put(table::recent, key, row + "!");
    txn->commit();
  }
  fixture.heard.results.clear();
  fixture.keep->append(message_to(2, 3, "before"));
  fixture.keep->append(message_to(1, 2, "meets it"));
  fixture.keep->append(message_to(3, 4, "after"));
  fixture.settle();
  ASSERT_EQ(fixture.heard.results.size(), 3U);
  EXPECT_FALSE(fixture.heard.results[0].refused);
  ASSERT_TRUE(fixture.heard.results[1].refused);
  EXPECT_EQ(fixture.heard.results[1].refused->code, error::overloaded);
  EXPECT_FALSE(fixture.heard.results[2].refused);
  EXPECT_EQ(messages(), 3U);
  EXPECT_EQ(fixture.commit(message_to(2, 3, "next")).message->head.number, 2U);
  EXPECT_EQ(fixture.commit(message_to(3, 4, "next")).message->head.number, 2U);
}

// The conversation's messages so far were acknowledged, and the row that is to know of them is not
// what was written: it alone is refused, and others go on.
TEST_F(GroupCommit, DamagedRowThatIsToBeWrittenStopsNobodyElse) {
  fixture.bounds.index_behind = 2;
  open();
  fixture.people(4);
  for (int i = 0; i < 4; ++i)
    ASSERT_FALSE(fixture.commit(message_to(1, 2, "to be damaged")).refused);
  {
    const auto txn = in->below.begin_write();
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
  EXPECT_EQ(messages(), 9U);
}

TEST_F(GroupCommit, IndexIsBehindByItsBoundAtMost) {
  fixture.bounds.index_behind = 5;
  open();
  fixture.people(2);
  std::size_t most = 0;
  for (int i = 0; i < 40; ++i) {
    fixture.keep->append(message_to(1, 2, "a"));
    fixture.keep->append(message_to(2, 1, "b"));
    fixture.settle();
    const auto all = fixture.take([&](auto done) {
      fixture.keep->read_forward({{conversation::single(1, 2), 0, change_id_max}}, 100, 1 << 20,
                                 done);
    });
    EXPECT_EQ(all->messages.size(), static_cast<std::size_t>(2 * (i + 1)));
    most = std::max(most, fixture.keep->unindexed());
  }
  EXPECT_EQ(most, 6U) << "five, and the batch that was too much";
}

TEST_F(GroupCommit, RepeatedCidInOneBatchIsOneMessage) {
  open();
  fixture.people(2);
  fixture.heard.results.clear();
  fixture.keep->append(message_to(1, 2, "once", "cid"));
  fixture.keep->append(message_to(1, 2, "once", "cid"));
  fixture.settle();
  EXPECT_TRUE(fixture.heard.results[1].repeated);
  EXPECT_EQ(fixture.heard.results[0].id, fixture.heard.results[1].id);
  EXPECT_EQ(messages(), 1U);
}

TEST_F(GroupCommit, StoreGoesWithJobsInFlight) {
  open();
  fixture.people(2);
  fixture.keep->append(message_to(1, 2, "never"));
  fixture.loop.turn();
  fixture.keep->append(message_to(1, 2, "nor this"));
  bool called = false;
  fixture.keep->read_password_hash(1, [&](auto) { called = true; });
  fixture.storage.stop();
  fixture.reader.stop();
  fixture.keep.reset();
  fixture.loop.turn();
  EXPECT_FALSE(called);
}

TEST(Tables, IndexOfGroupsFollowsMemberships) {
  memory_backend in;
  const auto txn = in.begin_write();
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
  std::vector<group_id> seen;
  rows.for_each_group_of(7, [&](group_id g) {
    seen.push_back(g);
    return true;
  });
  EXPECT_EQ(seen, (std::vector<group_id>{2, 300, 70000}));
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
  const auto newest = [&](change_id at) {
    const auto head = rows.newest(conversation::single(1, 2), at);
    return head ? head->id : 0;
  };
  EXPECT_EQ(newest(change_id_max), 300U);
  EXPECT_EQ(newest(300), 300U);
  EXPECT_EQ(newest(299), 9U);
  EXPECT_EQ(newest(4), 0U);
  EXPECT_FALSE(rows.newest(conversation::group(1)));
}

TEST(Tables, NamesSessionsAndFriendsComeAndGo) {
  memory_backend in;
  const auto txn = in.begin_write();
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
