#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "tests/disk/tapped.hpp"
#include "tests/server/server_fixture.hpp"

namespace lingerd::disk_tests {
namespace {

using namespace server_tests;  // NOLINT

// A small file system of its own, in a mount namespace of its own. Needs root.
class small_disk {
 public:
  explicit small_disk(const char* options) {
    is_mounted_ = ::unshare(CLONE_NEWNS) == 0 &&
                  ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
                  ::mount("none", folder_.path().c_str(), "tmpfs", 0, options) == 0;
  }
  ~small_disk() {
    if (is_mounted_) ::umount2(folder_.path().c_str(), MNT_DETACH);
  }
  bool is_mounted() const { return is_mounted_; }
  std::string operator/(std::string_view name) const { return folder_ / name; }

  // Fills the disk but for `pages` pages; negative is an error of the test.
  void leave_pages(std::size_t pages) {
    std::filesystem::remove(folder_ / "ballast");
    struct statvfs room {};
    ASSERT_EQ(::statvfs(folder_.path().c_str(), &room), 0);
    ASSERT_GE(room.f_bavail, pages);
    const int file = ::open((folder_ / "ballast").c_str(), O_WRONLY | O_CREAT, 0600);
    ASSERT_EQ(
        ::posix_fallocate(file, 0, static_cast<off_t>((room.f_bavail - pages) * room.f_frsize)), 0);
    ::close(file);
  }
  void free_all() { std::filesystem::remove(folder_ / "ballast"); }

 private:
  temp_folder folder_;
  bool is_mounted_ = false;
};

TEST(FullDisk, StartWithoutRoomIsRefusedInPlainWords) {
  small_disk disk("size=512k");
  if (!disk.is_mounted()) GTEST_SKIP() << "needs root";
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"serve", "--listen", "127.0.0.1:0"}, {"user", "list"}}) {
    for (std::size_t pages = 0; pages < 9; ++pages) {
      SCOPED_TRACE(command[0] + " with " + std::to_string(pages) + " pages");
      std::filesystem::remove_all(disk / "data");
      disk.leave_pages(pages);
      std::vector<std::string> arguments = command;
      arguments.insert(arguments.end(), {"--data", disk / "data"});
      process p(arguments);
      if (pages >= 8 && command[0] == "serve") continue;  // it may serve
      const int exit_code = p.wait();
      if (exit_code == 0) continue;
      EXPECT_EQ(exit_code, 1);
      EXPECT_NE(p.errors().find("linger: "), std::string::npos) << p.errors();
      EXPECT_TRUE(p.errors().find("room") != std::string::npos ||
                  p.errors().find("No space") != std::string::npos)
          << p.errors();
    }
  }
  disk.free_all();
  EXPECT_EQ(run({"user", "list", "--data", disk / "data"}).exit_code, 0);
}

TEST(FullDisk, DatabaseCopiedBackAloneIsRefusedInPlainWordsUntilThereIsRoom) {
  small_disk disk("size=1m");
  if (!disk.is_mounted()) GTEST_SKIP() << "needs root";
  ASSERT_EQ(run({"user", "add", "li", "--data", disk / "data"}).exit_code, 0);
  for (std::size_t pages = 0; pages < 4; ++pages) {
    SCOPED_TRACE(pages);
    std::filesystem::remove(disk / "data/linger.mdb-lock");
    disk.leave_pages(pages);
    const ended listed = run({"user", "list", "--data", disk / "data"});
    EXPECT_EQ(listed.exit_code, 1);
    EXPECT_NE(listed.err.find("no room for the database's lock file"), std::string::npos)
        << listed.err;
    process served({"serve", "--listen", "127.0.0.1:0", "--data", disk / "data"});
    EXPECT_EQ(served.wait(), 1);
    EXPECT_NE(served.errors().find("no room for the database's lock file"), std::string::npos)
        << served.errors();
  }
  disk.free_all();
  const ended listed = run({"user", "list", "--data", disk / "data"});
  EXPECT_EQ(listed.exit_code, 0);
  EXPECT_NE(listed.out.find("li"), std::string::npos);
}

// A disk that is full in the middle of the work: changes are refused, the process lives.
TEST(FullDisk, RunningServerRefusesUntilThereIsRoom) {
  small_disk disk("size=2m");
  if (!disk.is_mounted()) GTEST_SKIP() << "needs root";
  ASSERT_EQ(run({"user", "add", "li", "--data", disk / "data"}).exit_code, 0);
  server s(disk / "data");
  disk.leave_pages(0);
  const auto add = [&](const std::string& name) {
    return run({"user", "add", name, "--data", disk / "data"});
  };
  int refusals = 0;
  for (int i = 0; i < 30; ++i) {
    const ended e = add("user" + std::to_string(i));
    if (e.exit_code == 0) continue;
    EXPECT_EQ(e.err, "linger: the server's disk is full\n");
    ++refusals;
  }
  EXPECT_GT(refusals, 0);
  disk.free_all();
  EXPECT_EQ(add("another").exit_code, 0);
  EXPECT_EQ(count_lines(s.errors(), "changes are refused"), 1U) << s.errors();
  EXPECT_EQ(s.stop(), 0);
}

}  // namespace
}  // namespace lingerd::disk_tests
