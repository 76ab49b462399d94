#include "store/engine/folder_lock.hpp"

#include <gtest/gtest.h>

#include <utility>

#include "store/engine/store_error.hpp"
#include "tests/store/commit/open_fixture.hpp"

namespace lingerd {
namespace {

using namespace store_tests;  // NOLINT

TEST(FolderLock, OneHolderAtATime) {
  temp_folder folder;
  auto first = try_lock(folder.path / "new");
  ASSERT_TRUE(first);
  EXPECT_EQ(mode_of(folder.path / "new"), 0700U);
  EXPECT_FALSE(try_lock(folder.path / "new"));
  const int status = run_in_child([&] { return try_lock(folder.path / "new") ? 1 : 0; });
  EXPECT_EQ(WEXITSTATUS(status), 0);
  folder_lock moved = std::move(*first);
  first.reset();
  EXPECT_FALSE(try_lock(folder.path / "new"));
  { const folder_lock holder = std::move(moved); }
  EXPECT_TRUE(try_lock(folder.path / "new"));
}

TEST(FolderLock, UnusableFolderThrowsWithAMessage) {
  temp_folder folder;
  write_bytes(folder.path / "file", "");
  try {
    try_lock(folder.path / "file");
    FAIL();
  } catch (const store_error& e) {
    EXPECT_NE(std::string(e.what()).find("is not a folder"), std::string::npos) << e.what();
  }
}

}  // namespace
}  // namespace lingerd
