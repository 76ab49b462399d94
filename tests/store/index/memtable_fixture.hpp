#pragma once

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "store/codec/index_rows.hpp"
#include "store/codec/keys.hpp"
#include "store/index/index_memtable.hpp"
#include "tests/store/index/index_fixture.hpp"

// The contents of a memtable, compared with those of a new one.
namespace lingerd::store_tests {

constexpr std::size_t few = 5;
constexpr std::size_t plenty = 1000;

inline ids ids_in(const index_memtable& memtable, conversation target) {
  ids result;
  memtable.ids_above(target, 0, plenty, result);
  return result;
}

inline std::set<conversation> conversations_in(const index_memtable& memtable) {
  const std::vector<conversation> list = memtable.conversations();
  return {list.begin(), list.end()};
}

// Expects the same answers as from a memtable that is built from the tables.
inline void expect_as_if_rebuilt(written_messages& written, const index_memtable& memtable) {
  index_memtable rebuilt;
  rebuilt.sync_to(*written.tables().begin_read());
  EXPECT_EQ(memtable.checkpoint(), rebuilt.checkpoint());
  EXPECT_EQ(memtable.size(), rebuilt.size());
  EXPECT_EQ(conversations_in(memtable), conversations_in(rebuilt));
  for (const conversation conversation : {with_2, with_3}) {
    EXPECT_EQ(ids_in(memtable, conversation), ids_in(rebuilt, conversation));
    const message_head* const newest = memtable.newest(conversation);
    ASSERT_EQ(newest == nullptr, rebuilt.newest(conversation) == nullptr);
    if (newest) {
      EXPECT_EQ(newest->number, rebuilt.newest(conversation)->number);
    }
  }
}

inline void sync_to(written_messages& written, index_memtable& memtable) {
  memtable.sync_to(*written.tables().begin_read());
}

inline void set_checkpoint(kv_transaction& transaction, const index_checkpoint& checkpoint) {
  std::string row;
  codec::encode_indexed(row, keys::indexed, checkpoint);
  transaction.put(table::meta, keys::indexed, row);
}

}  // namespace lingerd::store_tests
