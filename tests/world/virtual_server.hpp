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

// Observes one wire: every segment with bytes and every FIN (empty bytes) as it is sent, with the
// time of its arrival and the receiving end (0: the client's, 1: the server's).
struct wire_observer {
  std::function<void(instant, int, std::string_view)> on_segment;
};

// Prices in virtual time.
struct test_prices {
  instant commit = std::chrono::milliseconds(2);
  instant latency = std::chrono::milliseconds(1);
};

// One server on a calm network, with its data in memory: everything in a small world except the
// clients.
class virtual_server : private sim::wire_tap {
 public:
  virtual_server(virtual_loop& loop, const limits& bounds, const test_prices& prices,
                 std::uint64_t seed)
      : entropy_(seed),
        network_(loop, entropy_),
        disk_(sim::make_memory_disk()),
        server_(loop, network_, *disk_, bounds, prices_of(prices), seed, nullptr) {
    network_.conditions().latency = prices.latency;
    network_.set_tap(this);
    server_.start();
  }

  // A new connection; returns the client's end.
  stream_ptr connect(wire_observer observer = {}) {
    if (observer.on_segment) observers_[network_.counts().connections + 1] = std::move(observer);
    return network_.connect(counts_);
  }

  void spawn(task<void> work) { server_.spawn(std::move(work)); }
  lingerd::chat& chat() { return server_.chat(); }
  lingerd::counters& counters() { return server_.http().context().counters; }
  lingerd::connections& connections() { return server_.http().connections(); }
  sim::world_server& server() { return server_; }

 private:
  static sim::world_prices prices_of(const test_prices& p) {
    sim::world_prices all;
    all.commit = [commit = p.commit] { return commit; };
    return all;
  }
  void segment(const sim::observed_segment& s) override {
    const bool is_fin = (s.flags & sim::observed_segment::fin) != 0;
    if (s.bytes.empty() && !is_fin) return;
    const auto entry = observers_.find(s.connection);
    if (entry != observers_.end())
      entry->second.on_segment(s.arrives_at, s.from_client ? 1 : 0, s.bytes);
  }

  seeded_entropy entropy_;
  sim::wire_counts counts_;
  sim::network network_;
  std::unique_ptr<sim::world_disk> disk_;
  sim::world_server server_;
  std::map<std::uint64_t, wire_observer> observers_;
};

// The account of a test's client.
struct test_user {
  user_id id = 0;
  std::string token;
};

// Makes `count` users ("u0", "u1", …) with a session each; each is a friend of the next, the last
// of the first. Throws where a change is refused.
inline task<std::vector<test_user>> make_ring_of_friends(lingerd::chat& chat, entropy& entropy,
                                                         std::size_t count) {
  const auto checked = [](const result<applied>& a) {
    if (!a) throw std::runtime_error("the set-up of a virtual server: " + a.error().message);
    return a->party;
  };
  std::vector<test_user> all;
  for (std::size_t i = 0; i < count; ++i) {
    add_user add;
    add.name = add.display = "u" + std::to_string(i);
    change adding = std::move(add);
    const result<applied> added = co_await chat.commit(std::move(adding));
    test_user u;
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
