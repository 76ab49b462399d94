#include <benchmark/benchmark.h>

#include "bench/micro/store_fixture.hpp"

// A group that is founded with all its members at once, and ended again: how long nobody else has
// his turn meanwhile. An item is one member.
namespace lingerd::bench {
namespace {

void found_a_group(benchmark::State& state) {
  const auto members = static_cast<user_id>(state.range(0));
  house in;
  tables_place place(kept::memory);
  const auto keep = place.open(in);
  chat talk(in.on, *keep, in.bounds);
  talk.load();
  make_users(in, talk, members);
  for (auto _ : state) {
    const group_id everybody = make_group_of(in, talk, members);
    talk.commit_unwatched(remove_group{1, everybody});
    in.settle();
  }
  state.SetItemsProcessed(state.iterations() * members);
}
// How many groups one may ever have been in is bounded, so the number of rounds is, too.
BENCHMARK(found_a_group)->Arg(100)->Arg(10'000)->Iterations(5);

}  // namespace
}  // namespace lingerd::bench
