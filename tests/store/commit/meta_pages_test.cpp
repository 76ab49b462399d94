#include <gtest/gtest.h>

#include <random>

#include "store/engine/lmdb_backend.hpp"
#include "store/engine/store_error.hpp"
#include "tests/store/commit/open_fixture.hpp"

namespace lingerd {
namespace {

using namespace store_tests;  // NOLINT

constexpr std::size_t page_bytes = 4096;

// A database of `count` messages, each in a batch of its own.
std::string filled(const fs::path& folder, int count) {
  store_fixture fixture;
  open(fixture, folder);
  fixture.make_users(2);
  for (int i = 0; i < count; ++i) fixture.commit(message_to(1, 2, "message " + std::to_string(i)));
  fixture.store.reset();
  return bytes_of(folder / database_name);
}

std::size_t count_messages(const fs::path& folder) {
  store_fixture fixture;
  open(fixture, folder);
  const auto list = fixture.read([&](auto on_done) {
    fixture.store->read_forward({{conversation::single(1, 2), 0, change_id_max}}, 5000, 1 << 30,
                                on_done);
  });
  EXPECT_TRUE(list.has_value());
  const std::size_t count = list ? list->messages.size() : 0;
  EXPECT_FALSE(fixture.commit(message_to(1, 2, "new")).refused);
  return count;
}

std::vector<fs::path> set_aside(const fs::path& folder, const std::string& reason) {
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().filename().string().starts_with("linger.mdb." + reason + "-2")) {
      found.push_back(entry.path());
    }
  }
  return found;
}

std::string noise(std::size_t size, unsigned seed) {
  std::mt19937 random(seed);
  std::string bytes(size, 0);
  for (char& c : bytes) c = static_cast<char>(random());
  return bytes;
}

// Which of the two is the newer one depends on the number of commits.
TEST(Open, OneDamagedMetaPageCostsTheNewestBatchAtMost) {
  for (const int count : {20, 21}) {
    temp_folder source;
    const std::string intact = filled(source.path, count);
    for (const std::size_t page : {0, 1}) {
      for (const bool is_noise : {false, true}) {
        for (const std::size_t size : {std::size_t{512}, page_bytes}) {
          SCOPED_TRACE(testing::Message()
                       << count << " page " << page << " noise " << is_noise << " bytes " << size);
          temp_folder folder;
          std::string bytes = intact;
          bytes.replace(
              page * page_bytes, size,
              is_noise ? noise(size, static_cast<unsigned>(count)) : std::string(size, 0));
          write_bytes(folder.path / database_name, bytes);
          const std::size_t found = count_messages(folder.path);
          EXPECT_GE(found, static_cast<std::size_t>(count - 1));
          EXPECT_LE(found, static_cast<std::size_t>(count));
          const auto copies = set_aside(folder.path, "damaged");
          ASSERT_EQ(copies.size(), 1U);
          EXPECT_EQ(bytes_of(copies[0]), bytes);
          EXPECT_EQ(mode_of(copies[0]) & 077U, 0U);
          // The repaired page is one like any other: the next damage is survived as well.
          std::string again = bytes_of(folder.path / database_name);
          again.replace((1 - page) * page_bytes, page_bytes, std::string(page_bytes, 0));
          write_bytes(folder.path / database_name, again);
          EXPECT_GE(count_messages(folder.path), found);
        }
      }
    }
  }
}

TEST(Open, OlderMetaPageCostsNothing) {
  temp_folder folder;
  std::string bytes = filled(folder.path, 20);
  const auto transaction = [&](std::size_t page) { return bytes[page * page_bytes + 144]; };
  const std::size_t older = transaction(0) < transaction(1) ? 0 : 1;
  bytes.replace(older * page_bytes, 512, std::string(512, 0));
  write_bytes(folder.path / database_name, bytes);
  EXPECT_EQ(count_messages(folder.path), 20U);
}

TEST(Open, BothMetaPagesDamagedIsRefusedAndChangesNothing) {
  temp_folder folder;
  std::string bytes = filled(folder.path, 20);
  bytes.replace(0, 2 * page_bytes, std::string(2 * page_bytes, 0));
  write_bytes(folder.path / database_name, bytes);
  store_fixture fixture;
  try {
    open(fixture, folder.path);
    FAIL();
  } catch (const store_damaged& e) {
    EXPECT_NE(std::string(e.what()).find("backup"), std::string::npos) << e.what();
  }
  EXPECT_EQ(bytes_of(folder.path / database_name), bytes);
}

// Taken for the newer one, it would bring back an old state without a word.
TEST(Open, MetaPagesThatContradictEachOtherAreRefused) {
  temp_folder folder;
  std::string bytes = filled(folder.path, 20);
  for (const int bit : {2, 3, 4, 5, 11, 40}) {
    std::string damaged = bytes;
    damaged[page_bytes + 144 + static_cast<std::size_t>(bit / 8)] ^=
        static_cast<char>(1 << (bit % 8));
    write_bytes(folder.path / database_name, damaged);
    store_fixture fixture;
    EXPECT_THROW(open(fixture, folder.path), store_damaged) << bit;
    EXPECT_EQ(bytes_of(folder.path / database_name), damaged);
  }
}

// A compacted copy has the meta page of an empty database beside that of its rows.
TEST(Open, EmptyMetaPageIsNotTakenForADatabaseWithRows) {
  temp_folder folder;
  std::string bytes = filled(folder.path, 20);
  temp_folder empty;
  write_bytes(empty.path / "x", "");
  { lmdb_backend created(empty.path / "fresh", {}); }
  const std::string fresh = bytes_of(empty.path / "fresh");
  bytes.replace(0, page_bytes, fresh.substr(0, page_bytes));
  bytes.replace(page_bytes, page_bytes, std::string(page_bytes, 0));
  write_bytes(folder.path / database_name, bytes);
  store_fixture fixture;
  EXPECT_THROW(open(fixture, folder.path), store_damaged);
  EXPECT_EQ(bytes_of(folder.path / database_name), bytes);
}

// Before the database was built under another name, a first start that was cut off left these.
TEST(Open, UnfinishedFileOfAnOlderVersionIsSetAsideAndBegunAgain) {
  temp_folder old;
  { lmdb_backend created(old.path / "fresh", {}); }
  // Until the first pages were synced both meta pages were those of an empty file.
  std::string complete = bytes_of(old.path / "fresh");
  ASSERT_GE(complete.size(), 3 * page_bytes);
  complete.replace(page_bytes, page_bytes, complete.substr(0, page_bytes));
  complete[page_bytes] = 1;
  std::vector<std::string> states;
  for (std::size_t size = 0; size <= complete.size(); size += 1024) {
    states.push_back(complete.substr(0, size));                      // written up to here
    states.push_back(std::string(size, 0));                          // only the length
    states.push_back(std::string(size, 0) + complete.substr(size));  // the last part alone
  }
  std::mt19937 random(7);
  for (int i = 0; i < 40; ++i) {
    std::string bytes = complete;
    for (std::size_t offset = 0; offset < bytes.size(); offset += 512) {
      if (random() % 2 == 0) bytes.replace(offset, 512, std::string(512, 0));
    }
    states.push_back(bytes);
  }
  for (const std::string& bytes : states) {
    temp_folder folder;
    write_bytes(folder.path / database_name, bytes);
    store_fixture fixture;
    ASSERT_NO_THROW(open(fixture, folder.path)) << bytes.size();
  }
}

TEST(Open, FileOfAnotherWordSizeSaysSo) {
  temp_folder folder;
  std::string bytes = filled(folder.path, 1);
  // The magic number lies behind a header that is shorter by a half of the page's number.
  if constexpr (sizeof(void*) == 8) {
    bytes.erase(4, 4);
  } else {
    bytes.insert(4, 4, 0);
  }
  write_bytes(folder.path / database_name, bytes);
  store_fixture fixture;
  try {
    open(fixture, folder.path);
    FAIL();
  } catch (const store_error& e) {
    EXPECT_EQ(e.kind(), store_failure::other);
    EXPECT_NE(std::string(e.what()).find("-bit system"), std::string::npos) << e.what();
    EXPECT_NE(std::string(e.what()).find("linger dump"), std::string::npos) << e.what();
  }
}

}  // namespace
}  // namespace lingerd
