#include "sim/world/disk/disk.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/base/log.hpp"
#include "sim/client/seeded_entropy.hpp"
#include "sim/world/disk/file_tap.hpp"
#include "sim/world/time/priced_worker.hpp"
#include "sim/world/time/virtual_loop.hpp"
#include "store/codec/row_codec.hpp"

namespace lingerd::sim {
namespace {

using namespace std::chrono_literals;

enum class kind { memory, lmdb };

std::filesystem::path some_folder() {
  static int n = 0;
  return "/dev/shm/linger-disk-test-" + std::to_string(::getpid()) + "-" + std::to_string(++n);
}

// A store on a fallible disk, and what it has reported as committed or refused.
struct disk_fixture : append_listener {
  virtual_clock clock;
  virtual_loop loop{clock};
  seeded_entropy entropy;
  limits bounds;
  std::unique_ptr<world_disk> disk;
  std::unique_ptr<priced_worker> storage;
  std::unique_ptr<lingerd::store> store;
  std::vector<std::string> committed;  // names of users
  std::vector<error> refused;
  bool has_died = false;

  disk_fixture(kind k, std::uint64_t seed) : entropy(seed) {
    log::set_level(log::level::off);
    disk = k == kind::lmdb ? make_lmdb_disk(some_folder()) : make_memory_disk();
    open();
  }
  ~disk_fixture() override { log::set_level(log::level::info); }

  void open() {
    storage = std::make_unique<priced_worker>(loop, instant(10ms));
    store = disk->open(
        loop, *storage, *storage, bounds, [this](std::string_view) { has_died = true; }, entropy);
    store->set_listener(*this);
  }
  void crash(sim::crash kind) {
    const bool under_way = storage->is_under_way();
    storage.reset();
    store.reset();
    disk->crash(kind, under_way, entropy);
  }
  void append_user(const std::string& name, std::size_t length = 10) {
    add_user a;
    a.name = name;
    a.display = std::string(length, 'x');
    store->append(change(std::move(a)));
  }
  void run(instant duration) { loop.run_until(loop.now() + duration); }

  void on_committed(std::span<const std::uint64_t>, std::span<applied> results) override {
    disk->acknowledge();
    for (applied& a : results) {
      if (a.refused) {
        refused.push_back(a.refused->code);
      } else {
        committed.push_back(std::get<user_row>(a.rows.at(0)).name);
      }
    }
  }

  std::vector<std::string> users() {
    const auto read = disk->begin_read();
    std::vector<std::string> all;
    read->for_each(table::users, {}, {}, [&](std::string_view key, std::string_view value) {
      all.push_back(codec::user(key, value).name);
      return true;
    });
    return all;
  }
};

class Disk : public testing::TestWithParam<kind> {};

TEST_P(Disk, ACrashKeepsReportedCommitsAndTheLastOneCompletelyOrNotAtAll) {
  std::size_t times_absent = 0;
  std::size_t times_present = 0;
  std::uint64_t lost = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    disk_fixture f(GetParam(), seed);
    for (int i = 0; i < 5; ++i) {
      f.append_user("reported" + std::to_string(i));
      f.run(1s);
    }
    ASSERT_EQ(f.committed.size(), 5U);
    f.append_user("a");
    f.append_user("b");
    f.run(5ms);  // the commit has run, and is not reported yet
    ASSERT_EQ(f.committed.size(), 5U);
    f.crash(seed % 2 == 0 ? crash::power_cut : crash::killed);
    f.open();
    const std::vector<std::string> users = f.users();
    ASSERT_TRUE(users.size() == 5 || users.size() == 7) << "seed " << seed << ": " << users.size();
    (users.size() == 5 ? times_absent : times_present)++;
    f.append_user("afterwards");
    f.run(1s);
    EXPECT_EQ(f.users().size(), users.size() + 1);
    lost += f.disk->counts().sectors_lost;
  }
  EXPECT_GT(times_absent, 0U);
  EXPECT_GT(times_present, 0U);
  if (GetParam() == kind::lmdb) {
    EXPECT_GT(lost, 0U);
  }
}

TEST_P(Disk, AFullDiskRefusesAndRecovers) {
  disk_fixture f(GetParam(), 1);
  f.disk->set_full(true);
  for (int i = 0; i < 40; ++i) {
    f.append_user("refused" + std::to_string(i), 3'000);
    f.run(1s);
  }
  ASSERT_FALSE(f.refused.empty());
  EXPECT_EQ(f.refused.back(), error::storage_full);
  EXPECT_FALSE(f.has_died);
  const std::size_t committed = f.committed.size();
  f.disk->set_full(false);
  f.append_user("room again");
  f.run(1s);
  EXPECT_EQ(f.committed.size(), committed + 1);
  EXPECT_EQ(f.users().size(), committed + 1);
}

TEST_P(Disk, AFailedSyncEndsTheServerAndLosesNoReportedCommit) {
  disk_fixture f(GetParam(), 1);
  f.append_user("reported");
  f.run(1s);
  f.disk->fail_next_sync();
  f.append_user("not reported");
  f.run(1s);
  EXPECT_TRUE(f.has_died);
  EXPECT_EQ(f.committed, std::vector<std::string>{"reported"});
  f.append_user("refused, too");
  f.run(1s);
  EXPECT_EQ(f.refused.size(), 2U);
  f.crash(crash::power_cut);
  f.open();
  const std::vector<std::string> users = f.users();
  ASSERT_FALSE(users.empty());
  EXPECT_EQ(users.front(), "reported");
  f.append_user("goes on");
  f.run(1s);
  EXPECT_EQ(f.users().size(), users.size() + 1);
}

INSTANTIATE_TEST_SUITE_P(Each, Disk, testing::Values(kind::memory, kind::lmdb),
                         [](const auto& test) {
                           return test.param == kind::memory ? "Memory" : "Lmdb";
                         });

TEST(LmdbDisk, OutgrowsItsMap) {
  disk_fixture f(kind::lmdb, 1);
  for (int i = 0; i < 300; ++i) {
    f.append_user("user" + std::to_string(i), 2'000);
    f.run(100ms);
  }
  EXPECT_EQ(f.committed.size(), 300U);
  EXPECT_EQ(f.users().size(), 300U);
}

std::size_t open_descriptors() {
  const std::filesystem::directory_iterator all("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(all, std::filesystem::directory_iterator()));
}

TEST(LmdbDisk, LeavesNoFilesAndNoDescriptors) {
  const std::size_t descriptors = open_descriptors();
  for (int i = 0; i < 50; ++i) {
    disk_fixture f(kind::lmdb, 1);
    f.append_user("somebody");
    f.run(5ms);
    f.crash(crash::power_cut);
    f.open();
  }
  EXPECT_EQ(open_descriptors(), descriptors);
  for (const auto& entry : std::filesystem::directory_iterator("/dev/shm")) {
    EXPECT_FALSE(entry.path().filename().string().starts_with("linger-disk-test-" +
                                                              std::to_string(::getpid())));
  }
}

// Shows that the tap works: if syncs do nothing, a power cut loses or damages what was written.
TEST(FileTap, WithoutSyncsAPowerCutLosesWhatWasWritten) {
  const std::filesystem::path folder = some_folder();
  std::filesystem::create_directories(folder);
  int lost = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    for (const bool drops : {false, true}) {
      disk_counts counts;
      seeded_entropy entropy(seed);
      file_tap tap(folder / "file", counts);
      tap.drop_syncs(drops);
      const std::string sent(4'096, 'x');
      const int file = ::open((folder / "file").c_str(), O_RDWR | O_CREAT | O_TRUNC, 0600);
      ASSERT_GE(file, 0);
      ASSERT_EQ(::pwrite(file, sent.data(), sent.size(), 0), 4'096);
      ASSERT_EQ(::fdatasync(file), 0);
      ::close(file);
      tap.acknowledge();
      tap.crash(crash::power_cut, false, entropy);
      std::string content(4'096, '\0');
      const int again = ::open((folder / "file").c_str(), O_RDONLY);
      ASSERT_GE(again, 0);
      const ssize_t n = ::pread(again, content.data(), content.size(), 0);
      ::close(again);
      const bool is_intact = n == 4'096 && content == sent;
      if (drops) {
        lost += is_intact ? 0 : 1;
      } else {
        EXPECT_TRUE(is_intact) << "it was synced";
      }
    }
  }
  EXPECT_GT(lost, 15);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace lingerd::sim
