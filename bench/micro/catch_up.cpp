#include <benchmark/benchmark.h>

#include <optional>
#include <string>

#include "bench/micro/allocations.hpp"
#include "bench/micro/store_fixture.hpp"
#include "bench/micro/forgetful_store.hpp"

// A reader comes back who missed many messages, and reads batch after batch until he has them all:
// from the store, or, where memory reaches back that far, from there. An item is one message.
namespace lingerd::bench {
namespace {

constexpr user_id reader = 1;
constexpr user_id friends = 10;  // who wrote to him in turn

user_id writer_of(std::size_t i) { return static_cast<user_id>(2 + i % friends); }

std::size_t count_messages(std::string_view events) {
  constexpr std::string_view mark = R"("event":"message")";
  std::size_t n = 0;
  for (auto at = events.find(mark); at != events.npos; at = events.find(mark, at + 1)) ++n;
  return n;
}

// Reads batch after batch with `read(after)`; returns what `count` makes of all of them.
template <class Read, class Count>
std::size_t read_all(change_id after, Read read, Count count) {
  std::size_t counted = 0;
  for (;;) {
    const batch b = read(after);
    counted += count(b.events);
    if (!b.more) return counted;
    after = b.next;
  }
}

template <class Read>
void catch_up_from(benchmark::State& state, change_id after, Read read) {
  const auto behind = static_cast<std::size_t>(state.range(0));
  if (read_all(after, read, count_messages) != behind) {
    return state.SkipWithError("not all that was missed was read");
  }
  const auto size = [](const std::string& events) { return events.size(); };
  const std::size_t whole = read_all(after, read, size);
  bool is_whole = true;
  {
    const blocks_counted blocks(state, behind);
    for (auto _ : state) is_whole &= read_all(after, read, size) == whole;
  }
  if (!is_whole) state.SkipWithError("another time he read something else");
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(whole));
}

// Returns the cursor before the messages.
change_id write_messages(tables_place& place, house& in, std::size_t messages) {
  const auto keep = place.open(in);
  chat talk(in.on, *keep, in.bounds);
  talk.load();
  make_users(in, talk, 1 + friends);
  for (user_id u = 2; u < 2 + friends; ++u) talk.commit_unwatched(make_friends{reader, u, 0});
  in.settle();
  const change_id before = talk.horizon();
  for (std::size_t i = 0; i < messages; ++i) {
    const user_id from = writer_of(i);
    talk.commit_unwatched(message(from, conversation::single(from, reader)));
  }
  in.settle();
  return before;
}

void catch_up(benchmark::State& state, kept how) {
  house in;
  tables_place place(how);
  const change_id after = write_messages(place, in, static_cast<std::size_t>(state.range(0)));
  const auto keep = place.open(in);
  chat talk(in.on, *keep, in.bounds);
  talk.load();
  catch_up_from(state, after, [&](change_id from) {
    result<batch> b = in.finish(talk.from_store(reader, from));
    if (!b) throw std::runtime_error(b.error().what);
    return std::move(*b);
  });
}
BENCHMARK_CAPTURE(catch_up, lmdb, kept::lmdb)->Arg(10'000);
BENCHMARK_CAPTURE(catch_up, memory, kept::memory)->Arg(10'000);

void catch_up_from_ring(benchmark::State& state) {
  const auto behind = static_cast<std::size_t>(state.range(0));
  house in;
  if (behind > in.bounds.ring_entries)
    return state.SkipWithError("memory does not reach back so far");
  forgetful_store keep(1 + friends);
  chat talk(in.on, keep, in.bounds);
  talk.load();
  const change_id after = talk.horizon();
  for (std::size_t i = 0; i < behind; ++i) {
    const user_id from = writer_of(i);
    talk.commit_unwatched(message(from, conversation::single(from, reader)));
  }
  keep.tell();
  const person& back = *talk.people().user(reader);
  catch_up_from(state, after, [&](change_id from) {
    std::optional<batch> b = talk.at_hand(back, from);
    if (!b) throw std::runtime_error("memory does not reach back so far");
    return std::move(*b);
  });
}
BENCHMARK(catch_up_from_ring)->Arg(500)->Arg(4'000);

}  // namespace
}  // namespace lingerd::bench
