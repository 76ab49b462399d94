#include <benchmark/benchmark.h>

#include <string>
#include <variant>

#include "bench/micro/allocations.hpp"
#include "bench/micro/forgetful_store.hpp"
#include "bench/micro/server_fixture.hpp"

// From a parsed request to a poll that may be held: the route, who asks, the query's numbers.
namespace lingerd::bench {
namespace {

void route_a_poll(benchmark::State& state) {
  house in;
  const std::string token = make_token(in.chance);
  forgetful_store keep(1'000);
  keep.sign_in(7, *hash_of_token(token), in.time.wall());
  chat talk(in.on, keep, in.bounds);
  talk.load();
  service_world world(in, talk);

  std::string bytes;
  write_poll(bytes, talk.epoch(), talk.horizon(), token);
  memory_line line;
  line.ask(bytes);
  loop_scratch scratch(in.bounds);
  request_reader reader(in.bounds);
  if (reader.next(line, scratch) != request_reader::got::request) {
    return state.SkipWithError("the request was not understood");
  }
  std::int64_t right = 0;
  {
    const blocks_counted blocks(state);
    for (auto _ : state) {
      const reply what = world.routes.answer(scratch.request, line);
      const auto* poll = std::get_if<poll_request>(&what);
      right += poll && poll->who.user == 7 && poll->after == talk.horizon() && poll->wait_s == 100;
    }
  }
  if (right != state.iterations()) state.SkipWithError("it is not the poll that was asked");
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(route_a_poll);

}  // namespace
}  // namespace lingerd::bench
