#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>

#include "tests/store/commit/open_fixture.hpp"

namespace lingerd {
namespace {

using namespace store_tests;  // NOLINT

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

TEST(Open, FullMapAtItsBoundIsAFullDiskAndRecovers) {
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

TEST(Open, FullDiskRefusesAndRecovers) {
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
    // Not a multiple of a page, so that writes are short.
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

}  // namespace
}  // namespace lingerd
