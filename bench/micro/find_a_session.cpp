#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "bench/micro/allocations.hpp"
#include "bench/micro/forgetful_store.hpp"
#include "bench/micro/server_fixture.hpp"
#include "core/loop/wall_clock.hpp"
#include "http/net/asio_loop.hpp"
#include "http/net/system_entropy.hpp"

// From a token to who he is: the whole of it, then its parts.
namespace lingerd::bench {
namespace {

// As many users as asked for, one session each.
struct signed_in {
  explicit signed_in(user_id users) : keep(users) {
    for (user_id u = 1; u <= users; ++u) {
      tokens.push_back(make_token(in.chance));
      keep.sign_in(u, *hash_of_token(tokens.back()), in.time.wall());
    }
    talk.load();
  }
  house in;
  forgetful_store keep;
  chat talk{in.on, keep, in.bounds};
  std::vector<std::string> tokens;
};

// Goes through [0, n) so that neighbours are far apart.
class strides {
 public:
  explicit strides(std::size_t n) : n_(n) {}
  std::size_t next() { return at_ = (at_ + 7919) % n_; }

 private:
  const std::size_t n_;
  std::size_t at_ = 0;
};

void find_a_session(benchmark::State& state) {
  signed_in all(static_cast<user_id>(state.range(0)));
  system_entropy chance;
  guard door(all.talk, {}, chance);
  http_request request;
  std::string& sign = request.fields[static_cast<std::size_t>(field::authorization)];
  strides who(all.tokens.size());
  std::int64_t right = 0;
  {
    const blocks_counted blocks(state);
    for (auto _ : state) {
      const std::size_t i = who.next();
      sign.assign("Bearer ").append(all.tokens[i]);
      const std::optional<caller> found = door.who(request);
      right += found && found->user == i + 1;
    }
  }
  if (right != state.iterations()) state.SkipWithError("another's session, or none");
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(find_a_session)->Arg(1'000)->Arg(20'000);

void find_a_session_hash_the_token(benchmark::State& state) {
  house in;
  const std::string token = make_token(in.chance);
  for (auto _ : state) {
    auto hash = hash_of_token(token);
    benchmark::DoNotOptimize(hash);
  }
  if (!hash_of_token(token)) state.SkipWithError("a token of ours has no hash");
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(find_a_session_hash_the_token);

void find_a_session_look_up(benchmark::State& state) {
  signed_in all(static_cast<user_id>(state.range(0)));
  std::vector<token_hash> hashes;
  for (const std::string& t : all.tokens) hashes.push_back(*hash_of_token(t));
  strides who(hashes.size());
  std::int64_t right = 0;
  for (auto _ : state) {
    const std::size_t i = who.next();
    const sessions::session* found = all.talk.signed_in().find(hashes[i]);
    right += found && found->row.user == i + 1;
  }
  if (right != state.iterations()) state.SkipWithError("another's session, or none");
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(find_a_session_look_up)->Arg(1'000)->Arg(20'000);

// The kernel's, as the server has it: the benchmarks' own clock costs nothing.
void find_a_session_read_the_clock(benchmark::State& state) {
  system_clock kernel;
  wall_clock wall(kernel);
  for (auto _ : state) benchmark::DoNotOptimize(wall.read().now);
  if (wall.read().now <= 0) state.SkipWithError("it is before 1970");
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(find_a_session_read_the_clock);

}  // namespace
}  // namespace lingerd::bench
