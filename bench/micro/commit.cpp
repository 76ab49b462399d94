#include <benchmark/benchmark.h>

#include <span>
#include <string>

#include "bench/micro/allocations.hpp"
#include "bench/micro/store_fixture.hpp"
#include "sim/client/seeded_entropy.hpp"

// Messages that are appended in one turn of the loop and become durable together: the group commit,
// apply(), the codec, the tables. An item is one message. The cost of threads is not included.
namespace lingerd::bench {
namespace {

constexpr user_id pairs = 32;  // of friends: 1 and 2, 3 and 4, …

class append_counter final : public append_listener {
 public:
  void on_committed(std::span<const std::uint64_t>, std::span<applied> results) override {
    for (const applied& a : results) {
      accepted += !a.refused;
      messages += a.message.has_value();
    }
  }
  std::int64_t accepted = 0;
  std::int64_t messages = 0;
};

// The number of stored messages, summed up from each conversation's newest.
class message_count final : public row_sink {
 public:
  void on_meta(const meta_row&) override {}
  void on_user(const user_row&) override {}
  void on_friend(const friend_row&) override {}
  void on_group(const group_row&) override {}
  void on_member(const member_row&) override {}
  void on_read(const read_row&) override {}
  void on_session(const session_row&) override {}
  void on_conversation(conversation, const message_head& newest) override {
    messages += static_cast<std::int64_t>(newest.number);
  }
  std::int64_t messages = 0;
};

std::string hex(std::uint64_t n) {
  std::string text(16, '0');
  for (std::size_t i = text.size(); i-- > 0; n >>= 4) text[i] = "0123456789abcdef"[n & 15];
  return text;
}

void commit(benchmark::State& state, backend_kind kind) {
  const auto batch = static_cast<std::size_t>(state.range(0));
  manual_runtime runtime;
  table_storage tables(kind);
  const auto store = tables.open(runtime);
  append_counter counter;
  store->set_listener(counter);
  for (user_id u = 1; u <= 2 * pairs; ++u) store->append(new_user(u));
  for (user_id u = 1; u < 2 * pairs; u += 2) store->append(make_friends{u, u + 1, 0});
  runtime.settle();
  if (counter.accepted != 3 * pairs) return state.SkipWithError("users or friendships are missing");

  seeded_entropy cids(7);
  user_id sender = 1;
  {
    const allocation_counter blocks(state, batch);
    for (auto _ : state) {
      for (std::size_t i = 0; i < batch; ++i) {
        sender = (sender + 2) % (2 * pairs);
        store->append(message(sender, conversation::single(sender, sender + 1), hex(cids.next())));
      }
      runtime.settle();
    }
  }
  const std::int64_t sent = state.iterations() * state.range(0);
  message_count stored;
  store->load(stored);
  if (counter.messages != sent || stored.messages != sent) {
    state.SkipWithError("not every message was stored once");
  }
  state.SetItemsProcessed(sent);
}
BENCHMARK_CAPTURE(commit, lmdb, backend_kind::lmdb)->Arg(1)->Arg(16)->Arg(256);
BENCHMARK_CAPTURE(commit, memory, backend_kind::memory)->Arg(1)->Arg(16)->Arg(256);

}  // namespace
}  // namespace lingerd::bench
