#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "bench/micro/allocations.hpp"
#include "bench/micro/forgetful_store.hpp"
#include "bench/micro/poller.hpp"
#include "core/loop/wall_clock.hpp"
#include "http/net/asio_loop.hpp"
#include "http/net/system_entropy.hpp"

// Finds the session of a token: the complete look-up, then its parts.
namespace lingerd::bench {
namespace {

// A chat with `users` users, one session each.
struct signed_in {
  explicit signed_in(user_id users) : store(users) {
    for (user_id u = 1; u <= users; ++u) {
      tokens.push_back(make_token(runtime.entropy));
      store.sign_in(u, *hash_of_token(tokens.back()), runtime.clock.wall());
    }
    chat.load();
  }
  manual_runtime runtime;
  forgetful_store store;
  lingerd::chat chat{runtime.loop, store, runtime.bounds};
  std::vector<std::string> tokens;
};

// Iterates over [0, n) in large steps, so that consecutive look-ups are far apart.
class strides {
 public:
  explicit strides(std::size_t n) : n_(n) {}
  std::size_t next() { return offset_ = (offset_ + 7919) % n_; }

 private:
  const std::size_t n_;
  std::size_t offset_ = 0;
};

void find_a_session(benchmark::State& state) {
  signed_in users(static_cast<user_id>(state.range(0)));
  system_entropy entropy;
  authenticator authenticator(users.chat, entropy);
  http_request request;
  std::string& authorization = request.fields[static_cast<std::size_t>(field::authorization)];
  strides order(users.tokens.size());
  std::int64_t correct = 0;
  {
    const allocation_counter blocks(state);
    for (auto _ : state) {
      const std::size_t i = order.next();
      authorization.assign("Bearer ").append(users.tokens[i]);
      const std::optional<caller> session = authenticator.authenticate(request);
      correct += session && session->user == i + 1;
    }
  }
  if (correct != state.iterations()) state.SkipWithError("a wrong session, or none");
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(find_a_session)->Arg(1'000)->Arg(20'000);

void find_a_session_hash_the_token(benchmark::State& state) {
  manual_runtime runtime;
  const std::string token = make_token(runtime.entropy);
  for (auto _ : state) {
    auto hash = hash_of_token(token);
    benchmark::DoNotOptimize(hash);
  }
  if (!hash_of_token(token)) state.SkipWithError("a valid token has no hash");
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(find_a_session_hash_the_token);

void find_a_session_look_up(benchmark::State& state) {
  signed_in users(static_cast<user_id>(state.range(0)));
  std::vector<token_hash> hashes;
  for (const std::string& t : users.tokens) hashes.push_back(*hash_of_token(t));
  strides order(hashes.size());
  std::int64_t correct = 0;
  for (auto _ : state) {
    const std::size_t i = order.next();
    const sessions::session* session = users.chat.sessions().find(hashes[i]);
    correct += session && session->row.user == i + 1;
  }
  if (correct != state.iterations()) state.SkipWithError("a wrong session, or none");
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(find_a_session_look_up)->Arg(1'000)->Arg(20'000);

// The kernel's clock, which the server uses; the benchmarks' own clock costs nothing.
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
