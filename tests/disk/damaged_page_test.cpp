#include <gtest/gtest.h>

#include <csignal>

#include "tests/disk/tapped.hpp"

namespace lingerd::disk_tests {
namespace {

using namespace server_tests;  // NOLINT

// A leaf that says that it is a branch, and the reverse: LMDB has no error code for some of what it
// meets then, and asserts; a page number out of the file is a read of nothing (SIGBUS).
TEST(DamagedPage, AssertionOfLmdbIsALineAndExitOne) {
  const temp_folder folder;
  std::string cast;
  for (int i = 0; i < 300; ++i) cast += R"({"user":"user)" + std::to_string(i) + "\"}\n";
  for (int i = 0; i + 1 < 300; ++i) {
    cast += R"({"friends":["user)" + std::to_string(i) + R"(","user)" + std::to_string(i + 1) +
            "\"]}\n";
  }
  write_file(folder / "cast.jsonl", cast);
  ASSERT_EQ(run({"import", folder / "cast.jsonl", "--data", folder / "data"}).exit_code, 0);
  const std::string intact = read_file(folder / "data/linger.mdb");
  constexpr std::size_t page_bytes = 4096;
  constexpr std::size_t flags_offset = sizeof(std::size_t) + 2;
  const std::string damaged = folder / "damaged";
  std::filesystem::create_directory(damaged);
  int assertions = 0;
  for (std::size_t page = 2; page * page_bytes < intact.size(); ++page) {
    SCOPED_TRACE(page);
    std::string bytes = intact;
    char& flags = bytes[page * page_bytes + flags_offset];
    flags = flags == 1 ? 2 : 1;
    write_file(damaged + "/linger.mdb", bytes);
    const ended e = run({"user", "add", "another", "--data", damaged});
    EXPECT_NE(e.exit_code, 128 + SIGABRT) << e.err;
    EXPECT_NE(e.exit_code, 128 + SIGBUS) << e.err;
    if (e.err.find("Assertion") == std::string::npos) continue;
    ++assertions;
    EXPECT_EQ(e.exit_code, 1);
    EXPECT_NE(e.err.find("the database file is damaged"), std::string::npos) << e.err;
  }
  EXPECT_GT(assertions, 0);
}

}  // namespace
}  // namespace lingerd::disk_tests
