#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <thread>

#include "tests/store/commit/open_fixture.hpp"

namespace lingerd {
namespace {

using namespace store_tests;  // NOLINT

// The child's listener: writes each acknowledged id to a pipe.
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
      ASSERT_EQ(list->messages[i].head.number, i + 1) << "batches are complete";
    }
  }
  EXPECT_FALSE(acknowledged.empty());
}

}  // namespace
}  // namespace lingerd
