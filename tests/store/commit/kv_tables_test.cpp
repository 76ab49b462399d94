#include "store/commit/kv_tables.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "store/codec/keys.hpp"
#include "store/codec/row_codec.hpp"
#include "store/commit/schema.hpp"
#include "store/memory/memory_backend.hpp"
#include "tests/store/commit/store_fixtures.hpp"

namespace lingerd {
namespace {

using namespace store_tests;  // NOLINT

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
