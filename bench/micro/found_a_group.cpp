#include <benchmark/benchmark.h>

#include "bench/micro/store_fixture.hpp"

// A group that is founded with all its members at once, and ended again: how long nobody else has
// his turn meanwhile. An item is one member.
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
// How many groups one may ever have been in is bounded, so the number of rounds is, too.
BENCHMARK(found_a_group)->Arg(100)->Arg(10'000)->Iterations(5);

}  // namespace
}  // namespace lingerd::bench
