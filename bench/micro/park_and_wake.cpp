#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "bench/micro/allocations.hpp"
#include "bench/micro/forgetful_store.hpp"
#include "bench/micro/server_fixture.hpp"

// Many clients hold their polls; a message for one of them ends his, and he polls again: from the
// message's commit to the next parked poll, all of the server's work but the store's and the
// kernel's. Beside it what publishing alone takes, when nobody waits.
namespace lingerd::bench {
namespace {

constexpr user_id writer = 1;  // the readers are 2, 3, …

void send_to(chat& talk, forgetful_store& keep, user_id reader) {
  talk.commit_unwatched(message(writer, conversation::single(writer, reader)));
  keep.tell();
}

void park_and_wake(benchmark::State& state) {
  const auto clients = static_cast<std::size_t>(state.range(0));
  house in;
  forgetful_store keep(static_cast<user_id>(clients + 1));
  std::vector<std::string> tokens;
  for (std::size_t i = 0; i < clients; ++i) {
    tokens.push_back(make_token(in.chance));
    keep.sign_in(static_cast<user_id>(i + 2), *hash_of_token(tokens.back()), in.time.wall());
  }
  chat talk(in.on, keep, in.bounds);
  talk.load();
  std::vector<poller> all(clients);
  service_world world(in, talk);
  for (std::size_t i = 0; i < clients; ++i) {
    all[i].connect(world, tokens[i]);
    all[i].poll(talk.epoch(), talk.horizon());
    in.settle();
  }
  if (world.held() != clients) return state.SkipWithError("not everybody's poll is held");

  std::int64_t told = 0;
  std::size_t next = 0;
  {
    const blocks_counted blocks(state);
    for (auto _ : state) {
      next = (next + 7919) % clients;
      send_to(talk, keep, static_cast<user_id>(next + 2));
      in.settle();
      told += all[next].was_told();
      all[next].poll(talk.epoch(), talk.horizon());
      in.settle();
    }
  }
  if (told != state.iterations() || world.held() != clients) {
    state.SkipWithError("somebody was not told, or is not held again");
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(park_and_wake)->Arg(1)->Arg(1'000)->Arg(10'000);

void publish_to_nobody(benchmark::State& state) {
  const auto readers = static_cast<std::size_t>(state.range(0));
  house in;
  forgetful_store keep(static_cast<user_id>(readers + 1));
  chat talk(in.on, keep, in.bounds);
  talk.load();
  const change_id before = talk.horizon();
  std::size_t next = 0;
  {
    const blocks_counted blocks(state);
    for (auto _ : state) {
      next = (next + 7919) % readers;
      send_to(talk, keep, static_cast<user_id>(next + 2));
    }
  }
  if (talk.horizon() - before != static_cast<change_id>(state.iterations())) {
    state.SkipWithError("not every message was published");
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(publish_to_nobody)->Arg(1)->Arg(10'000);

}  // namespace
}  // namespace lingerd::bench
