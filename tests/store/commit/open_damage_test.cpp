#include <gtest/gtest.h>

#include "store/codec/keys.hpp"
#include "store/engine/lmdb_backend.hpp"
#include "store/engine/store_error.hpp"
#include "tests/store/commit/open_fixture.hpp"

namespace lingerd {
namespace {

using namespace store_tests;  // NOLINT

// Creates a database with 300 messages; returns its file.
fs::path fill_database(const fs::path& folder) {
  store_fixture fixture;
  open(fixture, folder);
  fixture.make_users(20);
  for (int i = 0; i < 300; ++i) {
    const auto sender = static_cast<user_id>(1 + i % 19);
    fixture.store->append(message_to(sender, sender + 1, "findme " + std::to_string(i)));
  }
  fixture.settle();
  return folder / database_name;
}

TEST(Open, DamagedNewMessageThrowsStoreDamaged) {
  temp_folder folder;
  const fs::path file = fill_database(folder.path);
  std::string bytes = bytes_of(file);
  std::size_t count = 0;
  for (auto position = bytes.find("findme 29"); position != std::string::npos;
       position = bytes.find("findme 29", position + 1)) {
    bytes[position] = 'F';
    ++count;
  }
  ASSERT_GT(count, 0U);
  write_bytes(file, bytes);
  store_fixture fixture;
  try {
    open(fixture, folder.path);
    FAIL();
  } catch (const store_damaged& e) {
    EXPECT_NE(std::string(e.what()).find("checksum"), std::string::npos) << e.what();
  }
  EXPECT_EQ(bytes_of(file), bytes) << "the file is not changed";
}

TEST(Open, LostMetaIsDamage) {
  temp_folder folder;
  fill_database(folder.path);
  for (const std::string_view entry : {keys::state, keys::indexed, keys::schema}) {
    {
      lmdb_backend backend(folder.path / database_name, {});
      const auto txn = backend.begin_write();
      txn->erase(table::meta, entry);
      txn->commit();
    }
    store_fixture fixture;
    EXPECT_THROW(open(fixture, folder.path), store_damaged);
  }
}

TEST(Open, FileThatIsNoDatabaseIsDamage) {
  temp_folder folder;
  write_bytes(folder.path / database_name, std::string(100'000, 'x'));
  store_fixture fixture;
  EXPECT_THROW(open(fixture, folder.path), store_damaged);
  EXPECT_EQ(bytes_of(folder.path / database_name), std::string(100'000, 'x'));
}

TEST(Open, CutOffFileIsDamageAndNoCrash) {
  temp_folder folder;
  const fs::path file = fill_database(folder.path);
  const std::string intact = bytes_of(file);
  for (const std::size_t bytes : {std::size_t{5000}, std::size_t{8192}, std::size_t{12288},
                                  intact.size() / 2, intact.size() - 8192}) {
    write_bytes(file, intact.substr(0, bytes));
    // In a child: LMDB aborts, after a line in the log, on damage for which it has no error code.
    const int status = run_in_child([&] {
      store_fixture fixture;
      try {
        open(fixture, folder.path);
      } catch (const store_error& e) {
        return e.kind() == store_failure::damaged ? 0 : 1;
      }
      return 2;
    });
    EXPECT_TRUE(WIFEXITED(status)) << bytes << " of " << intact.size();
    // The missing page may be one that is no longer in use.
    EXPECT_NE(WEXITSTATUS(status), 1) << bytes << " of " << intact.size();
  }
}

}  // namespace
}  // namespace lingerd
