#include <benchmark/benchmark.h>

#include <span>
#include <string>

#include "bench/micro/allocations.hpp"
#include "bench/micro/store_fixture.hpp"
#include "sim/client/seeded_entropy.hpp"

// Messages that are appended in one turn of the loop and become durable together: the group commit,
// apply(), the codec, the tables. An item is one message. The threads' part is left out.
namespace lingerd::bench {
namespace {

constexpr user_id pairs = 32;  // of friends: 1 and 2, 3 and 4, …

class tally final : public append_listener {
 public:
  void on_committed(std::span<const std::uint64_t>, std::span<applied> results) override {
    for (const applied& a : results) {
      done += !a.refused;
      messages += a.message.has_value();
    }
  }
  std::int64_t done = 0;
  std::int64_t messages = 0;
};

// How many messages there are, by their conversations' newest.
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

void commit(benchmark::State& state, kept mode) {
  const auto batch = static_cast<std::size_t>(state.range(0));
  house fixture;
  tables_place place(mode);
  const auto keep = place.open(fixture);
  tally heard;
  keep->set_listener(heard);
  for (user_id u = 1; u <= 2 * pairs; ++u) keep->append(new_user(u));
  for (user_id u = 1; u < 2 * pairs; u += 2) keep->append(make_friends{u, u + 1, 0});
  fixture.settle();
  if (heard.done != 3 * pairs) return state.SkipWithError("no people");

  seeded_entropy cids(7);
  user_id from = 1;
  {
    const blocks_counted blocks(state, batch);
    for (auto _ : state) {
      for (std::size_t i = 0; i < batch; ++i) {
        from = (from + 2) % (2 * pairs);
        keep->append(message(from, conversation::single(from, from + 1), hex(cids.next())));
      }
      fixture.settle();
    }
  }
  const std::int64_t sent = state.iterations() * state.range(0);
  message_count stored;
  keep->load(stored);
  if (heard.messages != sent || stored.messages != sent) {
    state.SkipWithError("not every message was stored once");
  }
  state.SetItemsProcessed(sent);
}
BENCHMARK_CAPTURE(commit, lmdb, kept::lmdb)->Arg(1)->Arg(16)->Arg(256);
BENCHMARK_CAPTURE(commit, memory, kept::memory)->Arg(1)->Arg(16)->Arg(256);

}  // namespace
}  // namespace lingerd::bench
