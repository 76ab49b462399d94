#include "store/commit/open.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <thread>

#include "store/codec/keys.hpp"
#include "store/codec/row_codec.hpp"
#include "store/engine/folder_lock.hpp"
#include "store/engine/lmdb_backend.hpp"
#include "store/engine/store_error.hpp"
#include "tests/store/commit/store_fixtures.hpp"

namespace lingerd {
namespace {

using namespace store_tests;  // NOLINT
namespace fs = std::filesystem;

void open(store_fixture& fixture, const fs::path& folder, open_options options = {}) {
  fixture.set_store(open_store(folder, fixture.loop, fixture.storage, fixture.reader,
                               fixture.bounds, std::move(options), fixture.entropy));
}

mode_t mode_of(const fs::path& p) {
  struct stat s {};
  EXPECT_EQ(::stat(p.c_str(), &s), 0) << p;
  return s.st_mode & 0777;
}

// Runs `body` in a child process; gives its exit status.
int run_in_child(const std::function<int()>& body) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(body());
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}

TEST(Open, MakesFolderAndFilesForTheirOwnerAlone) {
  temp_folder folder;
  store_fixture fixture;
  open(fixture, folder.path / "deep" / "data");
  EXPECT_EQ(mode_of(folder.path / "deep" / "data"), 0700U);
  EXPECT_EQ(mode_of(folder.path / "deep" / "data" / database_name), 0600U);
}

TEST(Open, ReopenedKeepsEpochIdsAndRows) {
  temp_folder folder;
  std::string epoch;
  change_id last = 0;
  {
    store_fixture fixture;
    open(fixture, folder.path);
    row_counter rows;
    fixture.store->load(rows);
    epoch = rows.meta.epoch;
    EXPECT_EQ(rows.meta.last_id, 0U);
    fixture.make_users(3);
    add_group g;
    g.owner = 2;
    g.name = "group";
    g.members = {1, 3};
    ASSERT_FALSE(fixture.commit(g).refused);
    fixture.commit(open_session{1, {}, 1000, {}, {}});
    fixture.commit(message_to(1, 2, "hello", "cid"));
    last = fixture.commit(message_to(2, 1, "hello")).id;
  }
  store_fixture fixture;
  fixture.entropy = counting_entropy(77);
  open(fixture, folder.path);
  row_counter rows;
  fixture.store->load(rows);
  EXPECT_EQ(rows.meta.epoch, epoch);
  EXPECT_EQ(rows.meta.last_id, last);
  EXPECT_EQ(rows.meta.users, 3U);
  EXPECT_EQ(rows.users.size(), 3U);
  EXPECT_EQ(rows.friends, 4U);
  EXPECT_EQ(rows.groups, 1U);
  EXPECT_EQ(rows.members, 3U);
  EXPECT_EQ(rows.sessions, 1U);
  ASSERT_EQ(rows.heads.size(), 1U);
  EXPECT_EQ(rows.heads[0].second.id, last);
  EXPECT_EQ(rows.heads[0].second.number, 2U);
  EXPECT_TRUE(fixture.commit(message_to(1, 2, "hello", "cid")).repeated);
  EXPECT_GT(fixture.commit(message_to(1, 2, "next")).id, last);
}

TEST(Open, EpochIsSixteenHexDigitsAndDiffers) {
  std::string epochs[2];
  for (unsigned char i = 0; i < 2; ++i) {
    temp_folder folder;
    store_fixture fixture;
    fixture.entropy = counting_entropy(static_cast<unsigned char>(i * 50));
    open(fixture, folder.path);
    row_counter rows;
    fixture.store->load(rows);
    epochs[i] = rows.meta.epoch;
    EXPECT_EQ(epochs[i].size(), 16U);
    EXPECT_EQ(epochs[i].find_first_not_of("0123456789abcdef"), std::string::npos);
  }
  EXPECT_NE(epochs[0], epochs[1]);
}

TEST(Open, OtherSchemaIsRefusedWithASentence) {
  for (const auto& [schema, reason] : {std::pair(codec::schema_version + 1, "newer version"),
                                       {codec::schema_version - 1, "before the first release"}}) {
    temp_folder folder;
    {
      store_fixture fixture;
      open(fixture, folder.path);
    }
    {
      lmdb_backend storage(folder.path / database_name, {});
      std::string row;
      codec::encode_schema(row, keys::schema, schema);
      const auto txn = storage.begin_write();
      txn->put(table::meta, keys::schema, row);
      txn->commit();
    }
    store_fixture fixture;
    try {
      open(fixture, folder.path);
      FAIL();
    } catch (const store_error& e) {
      EXPECT_EQ(e.kind(), store_failure::other);
      EXPECT_NE(std::string(e.what()).find(reason), std::string::npos) << e.what();
    }
  }
}

// A database with some hundred messages; gives its file.
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

std::string bytes_of(const fs::path& file) {
  std::ifstream input(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(input), {}};
}
void write_bytes(const fs::path& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
}

TEST(Open, DamagedNewMessageIsOneClearException) {
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
  EXPECT_EQ(bytes_of(file), bytes) << "the file is left alone";
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
    // In a child: what LMDB cannot name it aborts on, after a line in the log.
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
    // A page that nothing refers to any more may be missing.
    EXPECT_NE(WEXITSTATUS(status), 1) << bytes << " of " << intact.size();
  }
}

TEST(Open, FileInTheFoldersPlaceIsRefused) {
  temp_folder folder;
  write_bytes(folder.path / "file", "");
  store_fixture fixture;
  EXPECT_THROW(open(fixture, folder.path / "file"), store_error);
  EXPECT_THROW(open(fixture, folder.path / "file" / "below"), store_error);
}

TEST(Open, MapGrowsWhileChangesCome) {
  temp_folder folder;
  store_fixture fixture;
  open_options options;
  options.map_bytes = std::size_t{512} << 10;
  open(fixture, folder.path, options);
  fixture.make_users(2);
  fixture.listener.results.clear();
  for (int i = 0; i < 2000; ++i) {
    fixture.store->append(message_to(1, 2, std::string(2000, 'x')));
    if (i % 400 == 0) fixture.settle();
  }
  fixture.settle();
  for (const applied& a : fixture.listener.results) ASSERT_FALSE(a.refused) << a.refused->message;
  const auto list = fixture.read([&](auto on_done) {
    fixture.store->read_forward({{conversation::single(1, 2), 0, change_id_max}}, 5000, 1 << 30,
                                on_done);
  });
  EXPECT_EQ(list->messages.size(), 2000U);
}

TEST(Open, FullMapThatMayNotGrowIsAFullDiskAndPasses) {
  temp_folder folder;
  store_fixture fixture;
  open_options options;
  options.map_bytes = options.map_bytes_max = std::size_t{1} << 20;
  open(fixture, folder.path, options);
  fixture.make_users(2);
  for (int i = 0; i < 300; ++i) fixture.store->append(message_to(1, 2, std::string(10'000, 'x')));
  fixture.settle();
  EXPECT_EQ(fixture.listener.results.back().refused->code, error::storage_full);
  EXPECT_FALSE(fixture.commit(message_to(1, 2, "short")).refused);
}

TEST(Open, FullDiskRefusesKeepsAndResumes) {
  temp_folder folder;
  const int status = run_in_child([&] {
    ::signal(SIGXFSZ, SIG_IGN);
    store_fixture fixture;
    bool fatal = false;
    open_options options;
    options.fatal = [&](std::string_view) { fatal = true; };
    open(fixture, folder.path, options);
    fixture.make_users(2);
    const change_id message_id = fixture.commit(message_to(1, 2, "kept")).id;
    // Not at a page's border, so that writes fall short.
    const rlimit small{(300 << 10) + 100, RLIM_INFINITY};
    ::setrlimit(RLIMIT_FSIZE, &small);
    int refused = 0;
    for (int round = 0; round < 5; ++round) {
      for (int i = 0; i < 200; ++i) fixture.store->append(message_to(1, 2, std::string(3000, 'x')));
      fixture.settle();
      const auto& last = fixture.listener.results.back();
      if (!last.refused) return 10;
      if (last.refused->code != error::storage_full) return 11;
      ++refused;
    }
    const auto newest = fixture.read([&](auto on_done) {
      fixture.store->read_newest({{conversation::single(1, 2), 0, message_id + 1}}, on_done);
    });
    if (!newest || newest->messages.size() != 1 || newest->messages[0].text != "kept") return 12;
    const rlimit large{RLIM_INFINITY, RLIM_INFINITY};
    ::setrlimit(RLIMIT_FSIZE, &large);
    for (int i = 0; i < 200; ++i) fixture.store->append(message_to(1, 2, std::string(3000, 'x')));
    fixture.settle();
    if (fixture.listener.results.back().refused) return 13;
    return fatal ? 14 : 0;
  });
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
  store_fixture fixture;
  open(fixture, folder.path);
  row_counter rows;
  fixture.store->load(rows);
  EXPECT_EQ(rows.heads.at(0).second.number, 201U);
}

// The child's listener: tells each acknowledged id through a pipe.
class pipe_listener final : public append_listener {
 public:
  explicit pipe_listener(int pipe) : pipe_(pipe) {}
  void on_committed(std::span<const std::uint64_t>, std::span<applied> results) override {
    std::vector<change_id> ids;
    for (const applied& a : results) {
      if (a.message) ids.push_back(a.message->head.id);
    }
    const std::size_t bytes = ids.size() * sizeof(change_id);
    if (bytes > 0 && ::write(pipe_, ids.data(), bytes) < 0) ::_exit(1);
  }

 private:
  int pipe_;
};

[[noreturn]] void append_until_killed(const fs::path& folder, int pipe, unsigned seed) {
  store_fixture fixture;
  open(fixture, folder);
  pipe_listener pipe_writer(pipe);
  fixture.store->set_listener(pipe_writer);
  for (unsigned n = seed;; n = n * 1664525 + 1013904223) {
    for (unsigned i = 0; i <= (n >> 20) % 40; ++i) {
      fixture.store->append(message_to(1, 2, std::string((n >> 10) % 900, 'x')));
    }
    fixture.settle();
  }
}

TEST(Open, NothingAcknowledgedIsLostWhenKilled) {
  temp_folder folder;
  {
    store_fixture fixture;
    open(fixture, folder.path);
    fixture.make_users(2);
  }
  std::vector<change_id> acknowledged;
  for (unsigned round = 0; round < 8; ++round) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      ::close(ends[0]);
      append_until_killed(folder.path, ends[1], 12345 + round);
    }
    ::close(ends[1]);
    std::thread killer([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(60 + 37 * round % 200));
      ::kill(child, SIGKILL);
    });
    change_id id = 0;
    while (::read(ends[0], &id, sizeof id) == sizeof id) acknowledged.push_back(id);
    killer.join();
    ::close(ends[0]);
    ::waitpid(child, nullptr, 0);

    store_fixture fixture;
    open(fixture, folder.path);
    const auto list = fixture.read([&](auto on_done) {
      fixture.store->read_forward({{conversation::single(1, 2), 0, change_id_max}}, SIZE_MAX,
                                  SIZE_MAX, on_done);
    });
    ASSERT_TRUE(list.has_value());
    const std::vector<change_id> stored_ids = ids_of(*list);
    EXPECT_TRUE(std::includes(stored_ids.begin(), stored_ids.end(), acknowledged.begin(),
                              acknowledged.end()));
    for (std::size_t i = 0; i < stored_ids.size(); ++i) {
      ASSERT_EQ(list->messages[i].head.number, i + 1) << "batches are whole";
    }
  }
  EXPECT_FALSE(acknowledged.empty());
}

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

TEST(FolderLock, UnusableFolderIsASentence) {
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
