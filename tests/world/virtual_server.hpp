#pragma once

#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "sim/client/seeded_entropy.hpp"
#include "sim/world/server/world_server.hpp"

namespace lingerd::world_tests {

// What a test wants to know of a wire: every piece and end that is sent, by when it arrives and at
// which end (0: the client's, 1: the server's); empty bytes are the end.
struct wire_watch {
  std::function<void(instant, int, std::string_view)> arrived;
};

// What things cost, in virtual time.
struct world_prices {
  instant commit = std::chrono::milliseconds(2);
  instant latency = std::chrono::milliseconds(1);
};

// One server on a calm network, with its data in memory: the whole of a small test's world but its
// clients.
class virtual_server : private sim::wire_tap {
 public:
  virtual_server(virtual_loop& loop, const limits& bounds, const world_prices& prices,
                 std::uint64_t seed)
      : entropy_(seed),
        wires_(loop, entropy_),
        disk_(sim::make_memory_disk()),
        server_(loop, wires_, *disk_, bounds, prices_of(prices), seed, nullptr) {
    wires_.now().latency = prices.latency;
    wires_.set_tap(this);
    server_.start();
  }

  // A connection: the client's end.
  stream_ptr connect(wire_watch watch = {}) {
    if (watch.arrived) watches_[wires_.counts().connections + 1] = std::move(watch);
    return wires_.connect(counted_);
  }

  void spawn(task<void> work) { server_.spawn(std::move(work)); }
  lingerd::chat& chat() { return server_.chat(); }
  counters& counted() { return server_.host().counters; }
  connections& host() { return server_.host(); }
  sim::world_server& whole() { return server_; }

 private:
  static sim::world_prices prices_of(const world_prices& p) {
    sim::world_prices all;
    all.commit = [commit = p.commit] { return commit; };
    return all;
  }
  void segment(const sim::segment_seen& s) override {
    const bool ends = (s.flags & sim::segment_seen::fin) != 0;
    if (s.bytes.empty() && !ends) return;
    const auto at = watches_.find(s.connection);
    if (at != watches_.end()) at->second.arrived(s.arrives_at, s.from_client ? 1 : 0, s.bytes);
  }

  seeded_entropy entropy_;
  sim::wire_counts counted_;
  sim::network wires_;
  std::unique_ptr<sim::world_disk> disk_;
  sim::world_server server_;
  std::map<std::uint64_t, wire_watch> watches_;
};

// Who a world's client is.
struct world_user {
  user_id id = 0;
  std::string token;
};

// Makes `count` users ("u0", "u1", …), each a friend of the next, the last of the first, each
// signed in. Throws where a change is refused.
inline task<std::vector<world_user>> make_ring_of_friends(lingerd::chat& chat, entropy& entropy,
                                                          std::size_t count) {
  const auto checked = [](const result<applied>& a) {
    if (!a) throw std::runtime_error("a world's people: " + a.error().message);
    return a->party;
  };
  std::vector<world_user> all;
  for (std::size_t i = 0; i < count; ++i) {
    add_user add;
    add.name = add.display = "u" + std::to_string(i);
    change adding = std::move(add);
    const result<applied> added = co_await chat.commit(std::move(adding));
    world_user u;
    u.id = checked(added);
    u.token = make_token(entropy);
    open_session open;
    open.user = u.id;
    open.hash = *hash_of_token(u.token);
    open.now = chat.wall().now;
    change opening = std::move(open);
    const result<applied> opened = co_await chat.commit(std::move(opening));
    checked(opened);
    all.push_back(std::move(u));
  }
  for (std::size_t i = 0; i < count; ++i) {
    make_friends f;
    f.a = all[i].id;
    f.b = all[(i + 1) % count].id;
    f.now = chat.wall().now;
    change joining = f;
    const result<applied> joined = co_await chat.commit(std::move(joining));
    checked(joined);
  }
  co_return all;
}

}  // namespace lingerd::world_tests
