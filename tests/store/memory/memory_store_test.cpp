#include "store/memory/memory_store.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "store/codec/keys.hpp"
#include "tests/store/commit/store_fixtures.hpp"

namespace lingerd {
namespace {

using namespace store_tests;  // NOLINT

TEST(Store, ReadsAnswerThroughTheWorker) {
  store_fixture fixture;
  fixture.set_store(open_memory_store(std::make_shared<memory_backend>(), fixture.loop,
                                      fixture.storage, fixture.reader, fixture.bounds, {},
                                      fixture.entropy));
  fixture.make_users(3);
  fixture.commit(message_to(1, 2, "one"));
  const change_id two = fixture.commit(message_to(2, 3, "two")).id;
  const change_id three = fixture.commit(message_to(2, 1, "three")).id;
  const conversation c12 = conversation::single(1, 2);
  const conversation c23 = conversation::single(2, 3);

  auto forward = fixture.read([&](auto on_done) {
    fixture.store->read_forward({{c12, 0, change_id_max}, {c23, 0, change_id_max}}, 10, 1000,
                                on_done);
  });
  ASSERT_EQ(forward->messages.size(), 3U);
  EXPECT_EQ(forward->messages[1].text, "two");
  auto backward = fixture.read([&](auto on_done) {
    fixture.store->read_backward(c12, {{c12, 0, change_id_max}}, three, 10, on_done);
  });
  ASSERT_EQ(backward->messages.size(), 1U);
  EXPECT_EQ(backward->messages[0].text, "one");
  auto newest = fixture.read([&](auto on_done) {
    fixture.store->read_newest({{c23, 0, change_id_max}, {c12, 0, change_id_max}}, on_done);
  });
  EXPECT_EQ(ids_of(*newest), (std::vector<change_id>{two, three}));

  std::string known_hash = "?", unknown_hash = "?";
  fixture.store->read_password_hash(2, [&](result<std::string> r) { known_hash = *r; });
  fixture.store->read_password_hash(99, [&](result<std::string> r) { unknown_hash = *r; });
  fixture.settle();
  EXPECT_EQ(known_hash, "hash of user2");
  EXPECT_EQ(unknown_hash, "");
}

TEST(Store, UnreadableStoreGivesARefusal) {
  store_fixture fixture;
  fixture.bounds.index_behind = 0;
  const auto storage = std::make_shared<memory_backend>();
  fixture.set_store(open_memory_store(storage, fixture.loop, fixture.storage, fixture.reader,
                                      fixture.bounds, {}, fixture.entropy));
  fixture.make_users(2);
  const conversation c = conversation::single(1, 2);
  const change_id last = fixture.commit(message_to(1, 2, "hello")).id;
  {
    const auto txn = storage->begin_write();
    txn->put(table::recent, keys::recent(c), "nonsense");
    txn->put(table::users, keys::party(1), "");
    txn->commit();
  }
  const std::vector<message_range> ranges = {{c, 0, last + 1}};
  const auto forward =
      fixture.read([&](auto on_done) { fixture.store->read_forward(ranges, 10, 10, on_done); });
  const auto backward = fixture.read(
      [&](auto on_done) { fixture.store->read_backward(c, ranges, last + 1, 10, on_done); });
  const auto newest =
      fixture.read([&](auto on_done) { fixture.store->read_newest(ranges, on_done); });
  for (const auto* outcome : {&forward, &backward, &newest}) {
    ASSERT_TRUE(outcome->has_error());
    EXPECT_EQ(outcome->error().code, error::overloaded);
  }
  bool refused = false;
  fixture.store->read_password_hash(1, [&](result<std::string> r) { refused = r.has_error(); });
  fixture.settle();
  EXPECT_TRUE(refused);
}

TEST(Store, MemoryIsOpenedAgainWithItsEpoch) {
  const auto storage = std::make_shared<memory_backend>();
  std::string epoch;
  change_id last = 0;
  for (int life = 0; life < 2; ++life) {
    store_fixture fixture;
    fixture.entropy = counting_entropy(static_cast<unsigned char>(10 * life));
    fixture.set_store(open_memory_store(storage, fixture.loop, fixture.storage, fixture.reader,
                                        fixture.bounds, {}, fixture.entropy));
    row_counter rows;
    fixture.store->load(rows);
    if (life == 0) {
      epoch = rows.meta.epoch;
      EXPECT_EQ(epoch.size(), 16U);
      fixture.make_users(2);
      last = fixture.commit(message_to(1, 2, "hello")).id;
    } else {
      EXPECT_EQ(rows.meta.epoch, epoch);
      EXPECT_EQ(rows.meta.last_id, last);
      ASSERT_EQ(rows.heads.size(), 1U);
      EXPECT_EQ(rows.heads[0].second.id, last);
      EXPECT_EQ(rows.users.size(), 2U);
      EXPECT_EQ(rows.friends, 2U);
    }
  }
}

}  // namespace
}  // namespace lingerd
