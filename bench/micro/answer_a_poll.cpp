#include <benchmark/benchmark.h>

#include <string>

#include "bench/micro/allocations.hpp"
#include "bench/micro/forgetful_store.hpp"
#include "bench/micro/store_fixture.hpp"
#include "http/protocol/response.hpp"
#include "http/streams/long_poll.hpp"

// From a cursor that is some events behind to the answer's bytes, out of memory.
namespace lingerd::bench {
namespace {

constexpr user_id reader = 2;

std::size_t count(std::string_view all, std::string_view part) {
  std::size_t n = 0;
  for (auto at = all.find(part); at != all.npos; at = all.find(part, at + part.size())) ++n;
  return n;
}

void answer_a_poll(benchmark::State& state) {
  const auto events = static_cast<std::size_t>(state.range(0));
  house in;
  forgetful_store keep(10);
  chat talk(in.loop, keep, in.bounds);
  talk.load();
  poll_request request;
  request.who.user = reader;
  request.after = talk.horizon();
  for (std::size_t i = 0; i < events; ++i) {
    const user_id from = i % 2 == 0 ? 1 : 3;
    talk.commit_unwatched(message(from, conversation::single(from, reader)));
  }
  keep.tell();

  std::string encoded, body, out;  // shared by all polls of a server
  std::int64_t answered = 0;
  {
    const blocks_counted blocks(state);
    for (auto _ : state) {
      poll_request now = request;
      response answer;
      answered += long_poll::look(talk, now, false, encoded, body) == long_poll::verdict::answered;
      answer.fixed = body;
      out.clear();
      render(out, answer, true);
      benchmark::DoNotOptimize(out.data());
      benchmark::ClobberMemory();
    }
  }
  if (answered != state.iterations() || count(out, R"("event":"message")") != events) {
    state.SkipWithError("the answer has not the events that it should");
  }
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(out.size()));
}
BENCHMARK(answer_a_poll)->Arg(1)->Arg(20)->Arg(500);

}  // namespace
}  // namespace lingerd::bench
