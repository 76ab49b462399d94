#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "bench/micro/allocations.hpp"
#include "bench/micro/poller.hpp"

// One message to a group with a waiting client for each member: applied, committed in memory,
// published and delivered. An item is one delivery.
namespace lingerd::bench {
namespace {

// A client that waits for news in a loop, and counts. The arguments outlive the coroutine.
task<void> count_wakes(chat& chat, user_id user, std::int64_t& wakes) {
  waiter sleeper(chat.loop());
  subscriber client(sleeper, false);
  for (;;) {
    chat.fanout().wait(user, client);
    co_await sleeper.wait(wake::news);
    sleeper.clear(wake::news);
    ++wakes;
  }
}

// The core's part alone. Allocations are counted for a message, not for a member.
void fan_out(benchmark::State& state) {
  const auto members = static_cast<user_id>(state.range(0));
  manual_runtime runtime;
  table_storage tables(backend_kind::memory);
  const auto store = tables.open(runtime);
  chat chat(runtime.loop, *store, runtime.bounds);
  chat.load();
  make_users(runtime, chat, members);
  const group_id group = make_group_of(runtime, chat, members);
  nursery tasks;
  std::int64_t wakes = 0;
  for (user_id u = 1; u <= members; ++u) tasks.spawn(count_wakes(chat, u, wakes));
  {
    const allocation_counter blocks(state);
    for (auto _ : state) {
      chat.commit_unwatched(message(1, conversation::group(group)));
      runtime.settle();
    }
  }
  if (wakes != state.iterations() * members) state.SkipWithError("not every member was woken once");
  state.SetItemsProcessed(state.iterations() * members);
}
BENCHMARK(fan_out)->Arg(10)->Arg(1'000);

// With complete connections: each poll is answered, and its client polls again.
void fan_out_to_polls(benchmark::State& state) {
  const auto members = static_cast<user_id>(state.range(0));
  manual_runtime runtime;
  table_storage tables(backend_kind::memory);
  const auto store = tables.open(runtime);
  chat chat(runtime.loop, *store, runtime.bounds);
  chat.load();
  make_users(runtime, chat, members);
  const group_id group = make_group_of(runtime, chat, members);
  std::vector<std::string> tokens;
  for (user_id u = 1; u <= members; ++u) {
    tokens.push_back(make_token(runtime.entropy));
    open_session c;
    c.user = u;
    c.hash = *hash_of_token(tokens.back());
    c.now = runtime.clock.wall();
    chat.commit_unwatched(c);
  }
  runtime.settle();
  std::vector<poller> pollers(members);
  server server(chat, runtime.entropy, runtime.hashing);
  const std::size_t& polls_held = server.context().counters.held_now;
  for (std::size_t i = 0; i < members; ++i) pollers[i].connect(server, tokens[i]);
  const auto poll_all = [&] {
    for (poller& p : pollers) p.poll(chat.epoch(), chat.horizon());
    runtime.settle();
  };
  poll_all();
  if (polls_held != members) return state.SkipWithError("not every poll is held");
  std::int64_t answered_polls = 0;
  {
    const allocation_counter blocks(state, members);
    for (auto _ : state) {
      chat.commit_unwatched(message(1, conversation::group(group)));
      runtime.settle();
      for (const poller& p : pollers) answered_polls += p.has_message();
      poll_all();
    }
  }
  if (answered_polls != state.iterations() * members || polls_held != members) {
    state.SkipWithError("a poll was not answered, or is not held again");
  }
  state.SetItemsProcessed(state.iterations() * members);
}
BENCHMARK(fan_out_to_polls)->Arg(1'000);

}  // namespace
}  // namespace lingerd::bench
