#include <benchmark/benchmark.h>

#include "bench/micro/store_fixture.hpp"

// Creates a group with all its members in one change, and removes it: the time for which other
// changes have to wait. An item is one member.
namespace lingerd::bench {
namespace {

void found_a_group(benchmark::State& state) {
  const auto members = static_cast<user_id>(state.range(0));
  manual_runtime runtime;
  table_storage tables(backend_kind::memory);
  const auto store = tables.open(runtime);
  chat chat(runtime.loop, *store, runtime.bounds);
  chat.load();
  make_users(runtime, chat, members);
  for (auto _ : state) {
    const group_id group = make_group_of(runtime, chat, members);
    chat.commit_unwatched(remove_group{1, group});
    runtime.settle();
  }
  state.SetItemsProcessed(state.iterations() * members);
}
// A user's number of groups ever joined is bounded, and therefore the number of rounds.
BENCHMARK(found_a_group)->Arg(100)->Arg(10'000)->Iterations(5);

}  // namespace
}  // namespace lingerd::bench
