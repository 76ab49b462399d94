#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "bench/micro/allocations.hpp"
#include "bench/micro/server_fixture.hpp"

// One message to a group of which everybody waits: applied, committed in memory, published, and
// heard. An item is one member who was told.
namespace lingerd::bench {
namespace {

// Somebody who waits for news, again and again. What he refers to outlives him.
task<void> hear(chat& talk, user_id who, std::int64_t& heard) {
  waiter asleep(talk.on());
  held_stream here(asleep, false);
  for (;;) {
    talk.streams().wait(who, here);
    co_await asleep.wait(wake::news);
    asleep.clear(wake::news);
    ++heard;
  }
}

// Streams alone: the core's side of it. Its blocks are counted a message, not a member.
void fan_out(benchmark::State& state) {
  const auto members = static_cast<user_id>(state.range(0));
  house in;
  tables_place place(kept::memory);
  const auto keep = place.open(in);
  chat talk(in.on, *keep, in.bounds);
  talk.load();
  make_users(in, talk, members);
  const group_id everybody = make_group_of(in, talk, members);
  nursery roots;
  std::int64_t heard = 0;
  for (user_id u = 1; u <= members; ++u) roots.spawn(hear(talk, u, heard));
  {
    const blocks_counted blocks(state);
    for (auto _ : state) {
      talk.commit_unwatched(message(1, conversation::group(everybody)));
      in.settle();
    }
  }
  if (heard != state.iterations() * members) state.SkipWithError("not everybody was told once");
  state.SetItemsProcessed(state.iterations() * members);
}
BENCHMARK(fan_out)->Arg(10)->Arg(1'000);

// Whole connections, whose polls are answered and who poll again.
void fan_out_to_polls(benchmark::State& state) {
  const auto members = static_cast<user_id>(state.range(0));
  house in;
  tables_place place(kept::memory);
  const auto keep = place.open(in);
  chat talk(in.on, *keep, in.bounds);
  talk.load();
  make_users(in, talk, members);
  const group_id everybody = make_group_of(in, talk, members);
  std::vector<std::string> tokens;
  for (user_id u = 1; u <= members; ++u) {
    tokens.push_back(make_token(in.chance));
    open_session c;
    c.user = u;
    c.hash = *hash_of_token(tokens.back());
    c.now = in.time.wall();
    talk.commit_unwatched(c);
  }
  in.settle();
  std::vector<poller> all(members);
  service_world world(in, talk);
  for (std::size_t i = 0; i < members; ++i) all[i].connect(world, tokens[i]);
  const auto everybody_polls = [&] {
    for (poller& p : all) p.poll(talk.epoch(), talk.horizon());
    in.settle();
  };
  everybody_polls();
  if (world.held() != members) return state.SkipWithError("not everybody's poll is held");
  std::int64_t told = 0;
  {
    const blocks_counted blocks(state, members);
    for (auto _ : state) {
      talk.commit_unwatched(message(1, conversation::group(everybody)));
      in.settle();
      for (const poller& p : all) told += p.was_told();
      everybody_polls();
    }
  }
  if (told != state.iterations() * members || world.held() != members) {
    state.SkipWithError("somebody was not told, or is not held again");
  }
  state.SetItemsProcessed(state.iterations() * members);
}
BENCHMARK(fan_out_to_polls)->Arg(1'000);

}  // namespace
}  // namespace lingerd::bench
