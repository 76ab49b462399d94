#include <gtest/gtest.h>

#include "core/base/log.hpp"
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
  world_loop on(time);
  seeded_entropy chance(1);
  limits bounds;
  sim::network wires(on, chance);
  const auto disk = sim::make_memory_disk();
  sim::world_server server(on, wires, *disk, bounds, sim::world_prices(), 1, nullptr);
  server.start();
  chat& talk = server.talk();

  struct outcome {
    std::vector<world_user> people;
    change_id message = 0;
  } got;
  const auto set_up = [](chat& in, entropy& dice, outcome& out) -> task<void> {
    out.people = co_await make_ring_of_friends(in, dice, 2);
    const conversation two = conversation::single(out.people[0].id, out.people[1].id);
    std::string text = "hello";
    std::string no_cid;
    const result<chat::sent> s =
        co_await in.send(out.people[0].id, two, std::move(text), std::move(no_cid));
    out.message = s ? s->id : 0;
  };
  server.spawn(set_up(talk, chance, got));
  on.run_until(10s);
  ASSERT_GT(got.message, 0U);

  const user_id reader = got.people[1].id;
  const conversation in = conversation::single(got.people[0].id, reader);
  disk->set_full(true);
  EXPECT_TRUE(talk.mark_read(reader, in, got.message).has_value());
  on.run_until(20s);
  EXPECT_EQ(talk.people().unread(reader, in), 1U) << "there was no room for it";
  disk->set_full(false);
  on.run_until(25s);
  EXPECT_EQ(talk.people().unread(reader, in), 0U);
  log::set_level(log::level::info);
}

}  // namespace
}  // namespace lingerd::world_tests
