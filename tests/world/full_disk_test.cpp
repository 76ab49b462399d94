#include <gtest/gtest.h>

#include "core/base/log.hpp"
#include "sim/client/seeded_entropy.hpp"
#include "sim/world/server/world_server.hpp"
#include "tests/world/virtual_server.hpp"

namespace lingerd::world_tests {
namespace {

using namespace std::chrono_literals;

// A read mark is acknowledged before it is committed. On a full disk it was once dropped, though
// only a crash may lose it; a virtual world with full disks found that.
TEST(FullDisk, AReadMarkIsCommittedOnceThereIsRoom) {
  log::set_level(log::level::off);
  virtual_clock clock;
  virtual_loop loop(clock);
  seeded_entropy entropy(1);
  limits bounds;
  sim::network network(loop, entropy);
  const auto disk = sim::make_memory_disk();
  sim::world_server server(loop, network, *disk, bounds, sim::world_prices(), 1, nullptr);
  server.start();
  lingerd::chat& chat = server.chat();

  struct set_up_result {
    std::vector<test_user> people;
    change_id message = 0;
  } users;
  const auto set_up = [](lingerd::chat& chat, lingerd::entropy& entropy,
                         set_up_result& users) -> task<void> {
    users.people = co_await make_ring_of_friends(chat, entropy, 2);
    const conversation pair = conversation::single(users.people[0].id, users.people[1].id);
    std::string text = "hello";
    std::string no_cid;
    const result<lingerd::chat::sent> s =
        co_await chat.send(users.people[0].id, pair, std::move(text), std::move(no_cid));
    users.message = s ? s->id : 0;
  };
  server.spawn(set_up(chat, entropy, users));
  loop.run_until(10s);
  ASSERT_GT(users.message, 0U);

  const user_id reader = users.people[1].id;
  const conversation conversation = conversation::single(users.people[0].id, reader);
  disk->set_full(true);
  EXPECT_TRUE(chat.mark_read(reader, conversation, users.message).has_value());
  loop.run_until(20s);
  EXPECT_EQ(chat.directory().unread(reader, conversation), 1U) << "the disk is full";
  disk->set_full(false);
  loop.run_until(25s);
  EXPECT_EQ(chat.directory().unread(reader, conversation), 0U);
  log::set_level(log::level::info);
}

}  // namespace
}  // namespace lingerd::world_tests
