#include <benchmark/benchmark.h>

#include <optional>
#include <string>

#include "bench/micro/allocations.hpp"
#include "bench/micro/forgetful_store.hpp"
#include "bench/micro/store_fixture.hpp"
#include "http/streams/event_list.hpp"

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

struct read_batch : batch {
  std::string events;
};

// Reads batch after batch with `read(after)`; returns what `count` makes of all of them.
template <class Read, class Count>
std::size_t read_all(change_id after, Read read, Count count) {
  std::size_t counted = 0;
  for (;;) {
    const read_batch b = read(after);
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
change_id write_messages(tables_place& place, house& fixture, std::size_t messages) {
  const auto keep = place.open(fixture);
  chat talk(fixture.loop, *keep, fixture.bounds);
  talk.load();
  make_users(fixture, talk, 1 + friends);
  for (user_id u = 2; u < 2 + friends; ++u) talk.commit_unwatched(make_friends{reader, u, 0});
  fixture.settle();
  const change_id before = talk.horizon();
  for (std::size_t i = 0; i < messages; ++i) {
    const user_id from = writer_of(i);
    talk.commit_unwatched(message(from, conversation::single(from, reader)));
  }
  fixture.settle();
  return before;
}

void catch_up(benchmark::State& state, kept how) {
  house fixture;
  tables_place place(how);
  const change_id after = write_messages(place, fixture, static_cast<std::size_t>(state.range(0)));
  const auto keep = place.open(fixture);
  chat talk(fixture.loop, *keep, fixture.bounds);
  talk.load();
  catch_up_from(state, after, [&](change_id from) {
    read_batch read;
    event_list sink(read.events);
    const result<batch> b =
        fixture.finish(talk.feed().from_store(reader, from, selection::everything, sink));
    if (!b) throw std::runtime_error(b.error().message);
    static_cast<batch&>(read) = *b;
    return read;
  });
}
BENCHMARK_CAPTURE(catch_up, lmdb, kept::lmdb)->Arg(10'000);
BENCHMARK_CAPTURE(catch_up, memory, kept::memory)->Arg(10'000);

void catch_up_from_ring(benchmark::State& state) {
  const auto behind = static_cast<std::size_t>(state.range(0));
  house fixture;
  if (behind > fixture.bounds.ring_entries)
    return state.SkipWithError("memory does not reach back so far");
  forgetful_store keep(1 + friends);
  chat talk(fixture.loop, keep, fixture.bounds);
  talk.load();
  const change_id after = talk.horizon();
  for (std::size_t i = 0; i < behind; ++i) {
    const user_id from = writer_of(i);
    talk.commit_unwatched(message(from, conversation::single(from, reader)));
  }
  keep.tell();
  const person& back = *talk.directory().user(reader);
  catch_up_from(state, after, [&](change_id from) {
    read_batch read;
    event_list sink(read.events);
    const auto b = talk.feed().at_hand(back, from, selection::everything, sink);
    if (!b) throw std::runtime_error("memory does not reach back so far");
    static_cast<batch&>(read) = *b;
    return read;
  });
}
BENCHMARK(catch_up_from_ring)->Arg(500)->Arg(4'000);

}  // namespace
}  // namespace lingerd::bench
