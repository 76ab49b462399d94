#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <vector>

#include "store/keys.hpp"
#include "store/memory_backend.hpp"
#include "store/message_index.hpp"

namespace lingerd {
namespace {

using ids = std::vector<change_id>;

const conversation with_2 = conversation::single(1, 2);
const conversation with_3 = conversation::single(1, 3);

// Two conversations that grow in turn, and what they should be.
class MessageIndex : public ::testing::Test {
 protected:
  void add(conversation to, change_id id) {
    message_head head;
    head.id = id;
    head.number = all[to].size() + 1;
    index.add(to, head);
    all[to].push_back(id);
  }
  // All that above() gives from `after` on, call by call.
  ids rising(conversation in, change_id after) {
    ids found;
    for (index.above(in, after, some); !some.empty(); index.above(in, some.back(), some)) {
      found.insert(found.end(), some.begin(), some.end());
    }
    return found;
  }
  ids falling(conversation in, change_id before) {
    ids found;
    for (index.below(in, before, some); !some.empty(); index.below(in, some.back(), some)) {
      found.insert(found.end(), some.begin(), some.end());
    }
    return found;
  }
  // The same, by looking at what was added.
  ids expected_above(conversation in, change_id after) {
    ids found;
    for (const change_id id : all[in]) {
      if (id > after) found.push_back(id);
    }
    return found;
  }
  ids expected_below(conversation in, change_id before) {
    ids found;
    for (const change_id id : all[in]) {
      if (id < before) found.push_back(id);
    }
    std::reverse(found.begin(), found.end());
    return found;
  }

  memory_backend home;
  std::unique_ptr<write_transaction> txn = home.begin_write();
  message_index index{*txn};
  std::map<conversation, ids> all;
  ids some;
};

TEST_F(MessageIndex, OfNothingIsEmpty) {
  EXPECT_FALSE(index.newest(with_2));
  EXPECT_EQ(index.at_or_below(with_2, 100), 0U);
  EXPECT_EQ(rising(with_2, 0), ids{});
  EXPECT_EQ(falling(with_2, change_id_max), ids{});
}

TEST_F(MessageIndex, FindsEveryPlaceAtEverySize) {
  std::minstd_rand chance(7);
  change_id id = 0;
  // Beyond three blocks, so that each kind of edge comes by.
  for (std::size_t i = 0; i < 3 * ids_in_block + 5; ++i) {
    add(with_2, id += 1 + chance() % 3);
    add(with_3, id += 1 + chance() % 3);
    for (const conversation in : {with_2, with_3}) {
      for (change_id at = 0; at <= id + 1; at += 1 + at % 7) {
        ASSERT_EQ(rising(in, at), expected_above(in, at)) << at;
        const ids below = expected_below(in, at + 1);
        ASSERT_EQ(falling(in, at + 1), below) << at;
        ASSERT_EQ(index.at_or_below(in, at), below.empty() ? 0 : below.front()) << at;
      }
    }
  }
}

TEST_F(MessageIndex, KnowsTheNewestOfEachConversation) {
  for (change_id id = 1; id <= 100; ++id) add(id % 3 == 0 ? with_2 : with_3, id);
  EXPECT_EQ(index.newest(with_2)->id, 99U);
  EXPECT_EQ(index.newest(with_2)->number, 33U);
  std::map<conversation, change_id> seen;
  index.for_each_newest([&](conversation in, const message_head& head) {
    EXPECT_TRUE(seen.emplace(in, head.id).second);
  });
  EXPECT_EQ(seen, (std::map<conversation, change_id>{{with_2, 99}, {with_3, 100}}));
}

TEST_F(MessageIndex, KeepsOneBlockForAsManyAsItHolds) {
  for (change_id id = 1; id <= 10 * ids_in_block; ++id) add(with_2, id);
  std::size_t blocks = 0;
  txn->for_each(table::older, {}, {}, [&](auto, auto) { return ++blocks > 0; });
  EXPECT_EQ(blocks, 9U);
}

TEST_F(MessageIndex, IdsDoNotFall) {
  add(with_2, 5);
  EXPECT_DEATH(add(with_2, 5), "");
}

}  // namespace
}  // namespace lingerd
