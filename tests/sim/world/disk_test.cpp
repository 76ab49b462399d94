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

// The store on a disk that may fail, and who counts what was told.
struct world : append_listener {
  virtual_clock time;
  virtual_loop loop{time};
  seeded_entropy entropy;
  limits bounds;
  std::unique_ptr<world_disk> disk;
  std::unique_ptr<priced_worker> storage;
  std::unique_ptr<store> kept;
  std::vector<std::string> told;  // names of users that were told of
  std::vector<error> refused;
  bool has_died = false;

  world(kind k, std::uint64_t seed) : entropy(seed) {
    log::set_level(log::level::off);
    disk = k == kind::lmdb ? make_lmdb_disk(some_folder()) : make_memory_disk();
    open();
  }
  ~world() override { log::set_level(log::level::info); }

  void open() {
    storage = std::make_unique<priced_worker>(loop, instant(10ms));
    kept = disk->open(
        loop, *storage, *storage, bounds, [this](std::string_view) { has_died = true; }, entropy);
    kept->set_listener(*this);
  }
  void crash(sim::crash how) {
    const bool under_way = storage->is_under_way();
    storage.reset();
    kept.reset();
    disk->crash(how, under_way, entropy);
  }
  void add(const std::string& name, std::size_t length = 10) {
    add_user a;
    a.name = name;
    a.display = std::string(length, 'x');
    names_.push_back(name);
    kept->append(change(std::move(a)));
  }
  void run(instant how_long) { loop.run_until(loop.now() + how_long); }

  void on_committed(std::span<const std::uint64_t>, std::span<applied> results) override {
    disk->acknowledge();
    for (applied& a : results) {
      if (a.refused) {
        refused.push_back(a.refused->code);
      } else {
        told.push_back(std::get<user_row>(a.rows.at(0)).name);
      }
    }
  }

  std::vector<std::string> users() {
    const auto there = disk->look();
    std::vector<std::string> all;
    there->for_each(table::users, {}, {}, [&](std::string_view key, std::string_view value) {
      all.push_back(codec::user(key, value).name);
      return true;
    });
    return all;
  }

 private:
  std::vector<std::string> names_;
};

class Disk : public testing::TestWithParam<kind> {};

TEST_P(Disk, ACrashAtAnyMomentKeepsWhatWasToldAndTheLastCommitWholeOrNot) {
  std::size_t without = 0;
  std::size_t with = 0;
  std::uint64_t lost = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    world w(GetParam(), seed);
    for (int i = 0; i < 5; ++i) {
      w.add("told" + std::to_string(i));
      w.run(1s);
    }
    ASSERT_EQ(w.told.size(), 5U);
    w.add("a");
    w.add("b");
    w.run(5ms);  // under way: the commit has run, and nobody was told
    ASSERT_EQ(w.told.size(), 5U);
    w.crash(seed % 2 == 0 ? crash::power_cut : crash::killed);
    w.open();
    const std::vector<std::string> there = w.users();
    ASSERT_TRUE(there.size() == 5 || there.size() == 7) << "seed " << seed << ": " << there.size();
    (there.size() == 5 ? without : with)++;
    w.add("afterwards");
    w.run(1s);
    EXPECT_EQ(w.users().size(), there.size() + 1);
    lost += w.disk->counts().sectors_lost;
  }
  EXPECT_GT(without, 0U);
  EXPECT_GT(with, 0U);
  if (GetParam() == kind::lmdb) {
    EXPECT_GT(lost, 0U);
  }
}

TEST_P(Disk, AFullOneRefusesAndRecovers) {
  world w(GetParam(), 1);
  w.disk->set_full(true);
  for (int i = 0; i < 40; ++i) {
    w.add("refused" + std::to_string(i), 3'000);
    w.run(1s);
  }
  ASSERT_FALSE(w.refused.empty());
  EXPECT_EQ(w.refused.back(), error::storage_full);
  EXPECT_FALSE(w.has_died);
  const std::size_t before = w.told.size();
  w.disk->set_full(false);
  w.add("room again");
  w.run(1s);
  EXPECT_EQ(w.told.size(), before + 1);
  EXPECT_EQ(w.users().size(), before + 1);
}

TEST_P(Disk, AFailedSyncEndsTheServerAndNothingThatWasToldIsLost) {
  world w(GetParam(), 1);
  w.add("told");
  w.run(1s);
  w.disk->fail_next_sync();
  w.add("not told");
  w.run(1s);
  EXPECT_TRUE(w.has_died);
  EXPECT_EQ(w.told, std::vector<std::string>{"told"});
  w.add("refused, too");
  w.run(1s);
  EXPECT_EQ(w.refused.size(), 2U);
  w.crash(crash::power_cut);
  w.open();
  const std::vector<std::string> there = w.users();
  ASSERT_FALSE(there.empty());
  EXPECT_EQ(there.front(), "told");
  w.add("goes on");
  w.run(1s);
  EXPECT_EQ(w.users().size(), there.size() + 1);
}

INSTANTIATE_TEST_SUITE_P(Each, Disk, testing::Values(kind::memory, kind::lmdb), [](const auto& at) {
  return at.param == kind::memory ? "Memory" : "Lmdb";
});

TEST(LmdbDisk, OutgrowsItsMap) {
  world w(kind::lmdb, 1);
  for (int i = 0; i < 300; ++i) {
    w.add("user" + std::to_string(i), 2'000);
    w.run(100ms);
  }
  EXPECT_EQ(w.told.size(), 300U);
  EXPECT_EQ(w.users().size(), 300U);
}

std::size_t open_descriptors() {
  const std::filesystem::directory_iterator all("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(all, std::filesystem::directory_iterator()));
}

TEST(LmdbDisk, LeavesNoFilesAndNoDescriptors) {
  const std::size_t before = open_descriptors();
  for (int i = 0; i < 50; ++i) {
    world w(kind::lmdb, 1);
    w.add("somebody");
    w.run(5ms);
    w.crash(crash::power_cut);
    w.open();
  }
  EXPECT_EQ(open_descriptors(), before);
  for (const auto& at : std::filesystem::directory_iterator("/dev/shm")) {
    EXPECT_FALSE(at.path().filename().string().starts_with("linger-disk-test-" +
                                                           std::to_string(::getpid())));
  }
}

// The proof that the tap bites: where syncs do nothing, what was told is lost or damaged.
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
      std::string there(4'096, '\0');
      const int again = ::open((folder / "file").c_str(), O_RDONLY);
      ASSERT_GE(again, 0);
      const ssize_t n = ::pread(again, there.data(), there.size(), 0);
      ::close(again);
      const bool is_whole = n == 4'096 && there == sent;
      if (drops) {
        lost += is_whole ? 0 : 1;
      } else {
        EXPECT_TRUE(is_whole) << "it was synced";
      }
    }
  }
  EXPECT_GT(lost, 15);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace lingerd::sim
