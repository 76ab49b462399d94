#include <benchmark/benchmark.h>

#include <string>

#include "bench/micro/allocations.hpp"
#include "bench/micro/forgetful_store.hpp"
#include "bench/micro/store_fixture.hpp"
#include "http/protocol/response.hpp"
#include "http/streams/long_poll.hpp"

// Writes the answer to a poll with a cursor some events behind, from memory.
namespace lingerd::bench {
namespace {

constexpr user_id reader = 2;

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t n = 0;
  for (auto offset = text.find(part); offset != text.npos;
       offset = text.find(part, offset + part.size())) {
    ++n;
  }
  return n;
}

void answer_a_poll(benchmark::State& state) {
  const auto events = static_cast<std::size_t>(state.range(0));
  manual_runtime runtime;
  forgetful_store store(10);
  chat chat(runtime.loop, store, runtime.bounds);
  chat.load();
  poll_request request;
  request.caller.user = reader;
  request.after = chat.horizon();
  for (std::size_t i = 0; i < events; ++i) {
    const user_id sender = i % 2 == 0 ? 1 : 3;
    chat.commit_unwatched(message(sender, conversation::single(sender, reader)));
  }
  store.commit_all();

  std::string encoded, body, out;  // shared by all polls of a server
  std::int64_t answered = 0;
  {
    const allocation_counter blocks(state);
    for (auto _ : state) {
      poll_request poll = request;
      response answer;
      answered += long_poll::look(chat, poll, false, encoded, body) == long_poll::verdict::answered;
      answer.fixed = body;
      out.clear();
      render(out, answer, true);
      benchmark::DoNotOptimize(out.data());
      benchmark::ClobberMemory();
    }
  }
  if (answered != state.iterations() || count(out, R"("event":"message")") != events) {
    state.SkipWithError("the answer does not have the expected events");
  }
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(out.size()));
}
BENCHMARK(answer_a_poll)->Arg(1)->Arg(20)->Arg(500);

}  // namespace
}  // namespace lingerd::bench
