#include <benchmark/benchmark.h>

#include <string>
#include <variant>

#include "bench/micro/allocations.hpp"
#include "bench/micro/forgetful_store.hpp"
#include "bench/micro/poller.hpp"
#include "http/streams/long_poll.hpp"

// Routes a parsed request to a poll that can be held: the route, the session, the query's numbers.
namespace lingerd::bench {
namespace {

void route_a_poll(benchmark::State& state) {
  manual_runtime runtime;
  const std::string token = make_token(runtime.entropy);
  forgetful_store store(1'000);
  store.sign_in(7, *hash_of_token(token), runtime.clock.wall());
  chat chat(runtime.loop, store, runtime.bounds);
  chat.load();
  server server(chat, runtime.entropy, runtime.hashing);

  std::string bytes;
  write_poll(bytes, chat.epoch(), chat.horizon(), token);
  memory_stream stream;
  stream.request(bytes);
  loop_scratch scratch(runtime.bounds);
  request_reader reader(runtime.bounds);
  if (reader.next(stream, scratch) != request_reader::status::request) {
    return state.SkipWithError("the request could not be read");
  }
  std::int64_t correct = 0;
  {
    const allocation_counter blocks(state);
    for (auto _ : state) {
      const reply outcome = server.router().answer(scratch.request, stream);
      const auto* held = std::get_if<std::unique_ptr<pending>>(&outcome);
      const auto* poll = held ? dynamic_cast<const long_poll*>(held->get()) : nullptr;
      correct += poll && poll->request().caller.user == 7 &&
                 poll->request().after == chat.horizon() && poll->request().wait_s == 100;
    }
  }
  if (correct != state.iterations())
    state.SkipWithError("the routed poll differs from the request");
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(route_a_poll);

}  // namespace
}  // namespace lingerd::bench
