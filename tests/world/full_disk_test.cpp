#include <gtest/gtest.h>

#include "core/base/log.hpp"
#include "sim/client/seeded_entropy.hpp"
#include "sim/world/server/world_server.hpp"
#include "tests/world/virtual_server.hpp"

namespace lingerd::world_tests {
namespace {

using namespace std::chrono_literals;

// A read mark is acknowledged before it is written. Where the disk had no room just then it was
// forgotten, though only a crash may forget it; a virtual world with full disks found that.
TEST(FullDisk, AReadMarkThatFoundNoRoomIsWrittenLater) {
  log::set_level(log::level::off);
  virtual_clock time;
  virtual_loop loop(time);
  seeded_entropy chance(1);
  limits bounds;
  sim::network wires(loop, chance);
  const auto disk = sim::make_memory_disk();
  sim::world_server server(loop, wires, *disk, bounds, sim::world_prices(), 1, nullptr);
  server.start();
  lingerd::chat& chat = server.chat();

  struct outcome {
    std::vector<world_user> people;
    change_id message = 0;
  } got;
  const auto set_up = [](lingerd::chat& in, entropy& dice, outcome& out) -> task<void> {
    out.people = co_await make_ring_of_friends(in, dice, 2);
    const conversation two = conversation::single(out.people[0].id, out.people[1].id);
    std::string text = "hello";
    std::string no_cid;
    const result<lingerd::chat::sent> s =
        co_await in.send(out.people[0].id, two, std::move(text), std::move(no_cid));
    out.message = s ? s->id : 0;
  };
  server.spawn(set_up(chat, chance, got));
  loop.run_until(10s);
  ASSERT_GT(got.message, 0U);

  const user_id reader = got.people[1].id;
  const conversation conversation = conversation::single(got.people[0].id, reader);
  disk->set_full(true);
  EXPECT_TRUE(chat.mark_read(reader, conversation, got.message).has_value());
  loop.run_until(20s);
  EXPECT_EQ(chat.directory().unread(reader, conversation), 1U) << "there was no room for it";
  disk->set_full(false);
  loop.run_until(25s);
  EXPECT_EQ(chat.directory().unread(reader, conversation), 0U);
  log::set_level(log::level::info);
}

}  // namespace
}  // namespace lingerd::world_tests
