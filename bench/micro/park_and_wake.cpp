#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "bench/micro/allocations.hpp"
#include "bench/micro/forgetful_store.hpp"
#include "bench/micro/poller.hpp"

// Many clients have polls parked; a message ends one of them, and its client polls again: from the
// message's commit to the next parked poll, all of the server's work without the store's and the
// kernel's. For comparison, publishing alone, without waiting clients.
namespace lingerd::bench {
namespace {

constexpr user_id writer = 1;  // the readers are 2, 3, …

void send_to(chat& chat, forgetful_store& store, user_id reader) {
  chat.commit_unwatched(message(writer, conversation::single(writer, reader)));
  store.commit_all();
}

void park_and_wake(benchmark::State& state) {
  const auto clients = static_cast<std::size_t>(state.range(0));
  manual_runtime runtime;
  forgetful_store store(static_cast<user_id>(clients + 1));
  std::vector<std::string> tokens;
  for (std::size_t i = 0; i < clients; ++i) {
    tokens.push_back(make_token(runtime.entropy));
    store.sign_in(static_cast<user_id>(i + 2), *hash_of_token(tokens.back()), runtime.clock.wall());
  }
  chat chat(runtime.loop, store, runtime.bounds);
  chat.load();
  std::vector<poller> pollers(clients);
  server server(chat, runtime.entropy, runtime.hashing);
  const std::size_t& polls_held = server.context().counters.held_now;
  for (std::size_t i = 0; i < clients; ++i) {
    pollers[i].connect(server, tokens[i]);
    pollers[i].poll(chat.epoch(), chat.horizon());
    runtime.settle();
  }
  if (polls_held != clients) return state.SkipWithError("not every poll is held");

  std::int64_t answered_polls = 0;
  std::size_t next = 0;
  {
    const allocation_counter blocks(state);
    for (auto _ : state) {
      next = (next + 7919) % clients;
      send_to(chat, store, static_cast<user_id>(next + 2));
      runtime.settle();
      answered_polls += pollers[next].has_message();
      pollers[next].poll(chat.epoch(), chat.horizon());
      runtime.settle();
    }
  }
  if (answered_polls != state.iterations() || polls_held != clients) {
    state.SkipWithError("a poll was not answered, or is not held again");
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(park_and_wake)->Arg(1)->Arg(1'000)->Arg(10'000);

void publish_to_nobody(benchmark::State& state) {
  const auto readers = static_cast<std::size_t>(state.range(0));
  manual_runtime runtime;
  forgetful_store store(static_cast<user_id>(readers + 1));
  chat chat(runtime.loop, store, runtime.bounds);
  chat.load();
  const change_id start = chat.horizon();
  std::size_t next = 0;
  {
    const allocation_counter blocks(state);
    for (auto _ : state) {
      next = (next + 7919) % readers;
      send_to(chat, store, static_cast<user_id>(next + 2));
    }
  }
  if (chat.horizon() - start != static_cast<change_id>(state.iterations())) {
    state.SkipWithError("not every message was published");
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(publish_to_nobody)->Arg(1)->Arg(10'000);

}  // namespace
}  // namespace lingerd::bench
