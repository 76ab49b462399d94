#include <benchmark/benchmark.h>

#include <string>
#include <variant>

#include "bench/micro/allocations.hpp"
#include "bench/micro/forgetful_store.hpp"
#include "bench/micro/server_fixture.hpp"
#include "http/streams/long_poll.hpp"

// From a parsed request to a poll that may be held: the route, who asks, the query's numbers.
namespace lingerd::bench {
namespace {

void route_a_poll(benchmark::State& state) {
  house fixture;
  const std::string token = make_token(fixture.entropy);
  forgetful_store keep(1'000);
  keep.sign_in(7, *hash_of_token(token), fixture.time.wall());
  chat talk(fixture.loop, keep, fixture.bounds);
  talk.load();
  service_world world(fixture, talk);

  std::string bytes;
  write_poll(bytes, talk.epoch(), talk.horizon(), token);
  memory_line line;
  line.ask(bytes);
  loop_scratch scratch(fixture.bounds);
  request_reader reader(fixture.bounds);
  if (reader.next(line, scratch) != request_reader::got::request) {
    return state.SkipWithError("the request was not understood");
  }
  std::int64_t right = 0;
  {
    const blocks_counted blocks(state);
    for (auto _ : state) {
      const reply what = world.routes.answer(scratch.request, line);
      const auto* held = std::get_if<std::unique_ptr<pending>>(&what);
      const auto* poll = held ? dynamic_cast<const long_poll*>(held->get()) : nullptr;
      right += poll && poll->request().who.user == 7 && poll->request().after == talk.horizon() &&
               poll->request().wait_s == 100;
    }
  }
  if (right != state.iterations()) state.SkipWithError("it is not the poll that was asked");
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(route_a_poll);

}  // namespace
}  // namespace lingerd::bench
