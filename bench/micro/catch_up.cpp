#include <benchmark/benchmark.h>

#include <optional>
#include <string>

#include "bench/micro/allocations.hpp"
#include "bench/micro/forgetful_store.hpp"
#include "bench/micro/store_fixture.hpp"
#include "http/streams/event_list.hpp"

// A reader that missed many messages reads them batch after batch: from the store, or from memory
// if the ring reaches back far enough. An item is one message.
namespace lingerd::bench {
namespace {

constexpr user_id reader = 1;
constexpr user_id friends = 10;  // the senders, in turn

user_id writer_of(std::size_t i) { return static_cast<user_id>(2 + i % friends); }

std::size_t count_messages(std::string_view events) {
  constexpr std::string_view mark = R"("event":"message")";
  std::size_t n = 0;
  for (auto offset = events.find(mark); offset != events.npos;
       offset = events.find(mark, offset + 1)) {
    ++n;
  }
  return n;
}

struct read_batch : batch {
  std::string events;
};

// Reads batch after batch with `read(after)`; returns the sum of `count(events)`.
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
    return state.SkipWithError("not every missed message was read");
  }
  const auto size = [](const std::string& events) { return events.size(); };
  const std::size_t expected_bytes = read_all(after, read, size);
  bool is_same = true;
  {
    const allocation_counter blocks(state, behind);
    for (auto _ : state) is_same &= read_all(after, read, size) == expected_bytes;
  }
  if (!is_same) state.SkipWithError("two reads returned different events");
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(expected_bytes));
}

// Returns the cursor before the messages.
change_id write_messages(table_storage& tables, manual_runtime& runtime, std::size_t messages) {
  const auto store = tables.open(runtime);
  chat chat(runtime.loop, *store, runtime.bounds);
  chat.load();
  make_users(runtime, chat, 1 + friends);
  for (user_id u = 2; u < 2 + friends; ++u) chat.commit_unwatched(make_friends{reader, u, 0});
  runtime.settle();
  const change_id start = chat.horizon();
  for (std::size_t i = 0; i < messages; ++i) {
    const user_id sender = writer_of(i);
    chat.commit_unwatched(message(sender, conversation::single(sender, reader)));
  }
  runtime.settle();
  return start;
}

void catch_up(benchmark::State& state, backend_kind kind) {
  manual_runtime runtime;
  table_storage tables(kind);
  const change_id after = write_messages(tables, runtime, static_cast<std::size_t>(state.range(0)));
  const auto store = tables.open(runtime);
  chat chat(runtime.loop, *store, runtime.bounds);
  chat.load();
  catch_up_from(state, after, [&](change_id cursor) {
    read_batch read;
    event_list sink(read.events);
    const result<batch> b =
        runtime.finish(chat.feed().from_store(reader, cursor, selection::everything, sink));
    if (!b) throw std::runtime_error(b.error().message);
    static_cast<batch&>(read) = *b;
    return read;
  });
}
BENCHMARK_CAPTURE(catch_up, lmdb, backend_kind::lmdb)->Arg(10'000);
BENCHMARK_CAPTURE(catch_up, memory, backend_kind::memory)->Arg(10'000);

void catch_up_from_ring(benchmark::State& state) {
  const auto behind = static_cast<std::size_t>(state.range(0));
  manual_runtime runtime;
  if (behind > runtime.bounds.ring_entries)
    return state.SkipWithError("the ring does not reach back far enough");
  forgetful_store store(1 + friends);
  chat chat(runtime.loop, store, runtime.bounds);
  chat.load();
  const change_id after = chat.horizon();
  for (std::size_t i = 0; i < behind; ++i) {
    const user_id sender = writer_of(i);
    chat.commit_unwatched(message(sender, conversation::single(sender, reader)));
  }
  store.commit_all();
  const person& back = *chat.directory().user(reader);
  catch_up_from(state, after, [&](change_id cursor) {
    read_batch read;
    event_list sink(read.events);
    const auto b = chat.feed().at_hand(back, cursor, selection::everything, sink);
    if (!b) throw std::runtime_error("the ring does not reach back far enough");
    static_cast<batch&>(read) = *b;
    return read;
  });
}
BENCHMARK(catch_up_from_ring)->Arg(500)->Arg(4'000);

}  // namespace
}  // namespace lingerd::bench
