#include <gtest/gtest.h>

#include <map>
#include <thread>

#include "store/engine/lmdb_backend.hpp"
#include "store/engine/store_error.hpp"
#include "store/memory/memory_backend.hpp"
#include "tests/store/commit/store_fixtures.hpp"

// The contract of every backend.
namespace lingerd {
namespace {

using store_tests::temp_folder;

struct memory_tables {
  memory_backend backend;
};
struct lmdb_tables {
  temp_folder folder;
  lmdb_backend backend{folder.path / "test.mdb", {std::size_t{64} << 20, 0}};
};

template <class Tables>
class Kv : public ::testing::Test {
 protected:
  void put(std::string_view key, std::string_view value) {
    const auto txn = backend.begin_write();
    txn->put(table::users, key, value);
    txn->commit();
  }
  std::string list_keys(std::string_view lower, std::string_view upper) {
    std::string keys;
    backend.begin_read()->for_each(table::users, lower, upper, [&](auto key, auto) {
      keys += key;
      keys += ' ';
      return true;
    });
    return keys;
  }
  Tables tables;
  lingerd::backend& backend = tables.backend;
};
using backends = ::testing::Types<memory_tables, lmdb_tables>;
TYPED_TEST_SUITE(Kv, backends);

TYPED_TEST(Kv, ReturnsStoredValues) {
  this->put("a", "1");
  this->put("a", "2");
  this->put("b", "");
  const auto txn = this->backend.begin_read();
  EXPECT_EQ(txn->get(table::users, "a"), "2");
  EXPECT_EQ(txn->get(table::users, "b"), "");
  EXPECT_EQ(txn->get(table::users, "c"), std::nullopt);
  EXPECT_EQ(txn->get(table::groups, "a"), std::nullopt);
}

TYPED_TEST(Kv, WriterSeesItsOwnWrites) {
  const auto txn = this->backend.begin_write();
  txn->put(table::users, "a", "1");
  EXPECT_EQ(txn->get(table::users, "a"), "1");
  EXPECT_TRUE(txn->erase(table::users, "a"));
  EXPECT_FALSE(txn->erase(table::users, "a"));
  EXPECT_EQ(txn->get(table::users, "a"), std::nullopt);
}

TYPED_TEST(Kv, NothingIsKeptWithoutCommit) {
  this->put("kept", "1");
  this->put("gone", "1");
  {
    const auto txn = this->backend.begin_write();
    txn->put(table::users, "kept", "2");
    txn->put(table::users, "kept", "3");
    txn->put(table::users, "new", "1");
    txn->erase(table::users, "gone");
    txn->put(table::users, "gone", "9");
    txn->erase(table::users, "gone");
  }
  const auto txn = this->backend.begin_read();
  EXPECT_EQ(txn->get(table::users, "kept"), "1");
  EXPECT_EQ(txn->get(table::users, "gone"), "1");
  EXPECT_EQ(txn->get(table::users, "new"), std::nullopt);
}

TYPED_TEST(Kv, WalksInTheOrderOfUnsignedBytes) {
  for (const char* key : {"b", "\xff", "a", "ab", "\x80", "c"}) this->put(key, "");
  EXPECT_EQ(this->list_keys("", ""), "a ab b c \x80 \xff ");
  EXPECT_EQ(this->list_keys("ab", "c"), "ab b ");
  EXPECT_EQ(this->list_keys("aa", "aa"), "");
  EXPECT_EQ(this->list_keys("d", ""), "\x80 \xff ");
}

TYPED_TEST(Kv, VisitorStopsTheWalk) {
  for (const char* key : {"a", "b", "c"}) this->put(key, "");
  int visits = 0;
  this->backend.begin_read()->for_each(table::users, "", "",
                                       [&](auto, auto) { return ++visits < 2; });
  EXPECT_EQ(visits, 2);
}

TYPED_TEST(Kv, CursorGoesBothWays) {
  for (const char* key : {"a", "b", "c"}) this->put(key, "");
  const auto txn = this->backend.begin_read();
  const auto entry = txn->walk(table::users);
  EXPECT_EQ(entry->seek_at_or_above("b")->key, "b");
  EXPECT_EQ(entry->previous()->key, "a");
  EXPECT_FALSE(entry->previous());
  EXPECT_EQ(entry->seek_below("b")->key, "a");
  EXPECT_EQ(entry->seek_below("bb")->key, "b");
  EXPECT_EQ(entry->seek_below("x")->key, "c");
  EXPECT_FALSE(entry->next());
  EXPECT_FALSE(entry->seek_below("a"));
  EXPECT_FALSE(entry->seek_at_or_above("x"));
  EXPECT_FALSE(txn->walk(table::groups)->seek_below("a"));
}

TYPED_TEST(Kv, CursorsFollowTheWritesOfTheirTransaction) {
  const auto txn = this->backend.begin_write();
  for (int i = 0; i < 500; ++i) {
    const std::string key = "k" + std::to_string(1000 + i);
    txn->put(table::messages, key, std::string(100, 'x'));
    ASSERT_EQ(txn->walk(table::messages)->seek_below("k9")->key, key);
  }
  txn->commit();
}

TEST(MemoryBackend, UndoRevertsTheLastCommitOnly) {
  memory_backend storage;
  const auto list_rows = [&] {
    std::map<std::string, std::string> rows;
    storage.begin_read()->for_each(table::users, "", "", [&](auto key, auto value) {
      rows.emplace(key, value);
      return true;
    });
    return rows;
  };
  {
    const auto txn = storage.begin_write();
    for (int i = 0; i < 200; ++i) txn->put(table::users, std::to_string(i), "first");
    txn->commit();
  }
  const auto before = list_rows();
  {
    const auto txn = storage.begin_write();
    for (int i = 0; i < 300; i += 2) {
      txn->put(table::users, std::to_string(i), "second");
      txn->put(table::users, std::to_string(i), "third");
      if (i % 3 == 0) txn->erase(table::users, std::to_string(i));
      if (i % 9 == 0) txn->put(table::users, std::to_string(i), "fourth");
    }
    txn->commit();
  }
  EXPECT_NE(list_rows(), before);
  storage.undo_last();
  EXPECT_EQ(list_rows(), before);
  storage.undo_last();
  EXPECT_EQ(list_rows(), before);
}

TYPED_TEST(Kv, RandomWorkMatchesAMap) {
  std::map<std::string, std::string> model;
  std::uint64_t seed = 42;
  const auto random = [&](std::uint64_t below) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (seed >> 33) % below;
  };
  for (int round = 0; round < 60; ++round) {
    auto next = model;
    const auto txn = this->backend.begin_write();
    for (int i = 0; i < 40; ++i) {
      const std::string key = std::to_string(random(300));
      if (random(3) == 0) {
        EXPECT_EQ(txn->erase(table::reads, key), next.erase(key) == 1);
      } else {
        next[key] = std::string(random(700), 'v');
        txn->put(table::reads, key, next[key]);
      }
    }
    if (random(4) == 0) continue;
    txn->commit();
    model = std::move(next);
  }
  std::map<std::string, std::string> rows;
  this->backend.begin_read()->for_each(table::reads, "", "", [&](auto key, auto value) {
    rows.emplace(key, value);
    return true;
  });
  EXPECT_EQ(rows, model);
}

TEST(LmdbBackend, MapGrowsUnderReaders) {
  temp_folder folder;
  lmdb_backend storage(folder.path / "test.mdb", {std::size_t{1} << 20, 0});
  std::atomic<bool> stop = false;
  std::atomic<std::size_t> reads = 0;
  std::thread reader([&] {
    while (!stop) {
      const auto txn = storage.begin_read();
      std::size_t sum = 0;
      txn->for_each(table::messages, "", "", [&](auto, auto value) {
        sum += static_cast<unsigned char>(value[value.size() / 2]);
        return true;
      });
      reads += 1 + (sum == 1);
    }
  });
  const std::string value(2000, 'v');
  const auto write = [&](int batch) {
    const auto txn = storage.begin_write();
    for (int i = 0; i < 50; ++i) {
      txn->put(table::messages, std::to_string(batch * 1000 + i), value);
    }
    txn->commit();
  };
  std::string failed;
  for (int batch = 0; batch < 80 && failed.empty();) {
    storage.keep_room();
    try {
      write(batch);
      ++batch;
    } catch (const store_error& e) {
      // Pages that the reader still sees are not reused, so the reserve of keep_room() may not
      // suffice.
      if (e.kind() != store_failure::map_full || !storage.make_room()) failed = e.what();
    }
  }
  stop = true;
  reader.join();
  EXPECT_EQ(failed, "");
  EXPECT_GT(reads, 0U);
  std::size_t rows = 0;
  storage.begin_read()->for_each(table::messages, "", "", [&](auto, auto) { return ++rows > 0; });
  EXPECT_EQ(rows, 4000U);
}

TEST(LmdbBackend, FullMapIsReportedAndKeepsTheRows) {
  temp_folder folder;
  const std::size_t map = std::size_t{256} << 10;
  lmdb_backend storage(folder.path / "test.mdb", {map, map});
  {
    const auto txn = storage.begin_write();
    txn->put(table::users, "a", "1");
    txn->commit();
  }
  try {
    const auto txn = storage.begin_write();
    for (int i = 0; i < 1000; ++i)
      txn->put(table::users, std::to_string(i), std::string(1000, 'x'));
    FAIL();
  } catch (const store_error& e) {
    EXPECT_EQ(e.kind(), store_failure::map_full);
  }
  EXPECT_FALSE(storage.make_room());
  EXPECT_EQ(storage.begin_read()->get(table::users, "a"), "1");
  const auto txn = storage.begin_write();
  txn->put(table::users, "b", "2");
  txn->commit();
}

}  // namespace
}  // namespace lingerd
