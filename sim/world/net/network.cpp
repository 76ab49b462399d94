#include "sim/world/net/network.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "sim/client/seeded_entropy.hpp"

namespace lingerd::sim {

// One who dials: the waiter is told when the answer is there.
class network::calls final : public connector {
 public:
  calls(network& in, wire_counts& counted) : net_(in), counted_(counted) {}

  task<stream_ptr> connect(waiter& w) override {
    why_.clear();
    ringing answer(w);
    w.clear(wake::done);
    const instant there_and_back = 2 * net_.conditions_.latency;
    const bool is_refused = !net_.take_ || net_.happens(net_.conditions_.refused);
    if (!net_.is_silent_) net_.loop_.set_timer(answer, net_.loop_.now() + there_and_back);
    co_await w.wait(wake::done | wake::timeout | wake::closing);
    stream_ptr made;
    if (has(w.reasons(), wake::closing)) {
      why_ = "closing";
    } else if (!has(w.reasons(), wake::done)) {
      why_ = "no answer";
    } else if (is_refused || !net_.take_) {
      why_ = "refused";
      if (net_.take_) ++net_.counts_.refused;
    } else {
      made = net_.connect(counted_);
    }
    w.clear(wake::done);
    co_return made;
  }

 private:
  struct ringing : timer {
    explicit ringing(waiter& to)
        : timer([](timer& t) { static_cast<ringing&>(t).sleeper.signal(wake::done); }),
          sleeper(to) {}
    waiter& sleeper;
  };
  network& net_;
  wire_counts& counted_;
};

network::network(loop& on, seeded_entropy& entropy) : loop_(on), entropy_(entropy) {}

// Ends that are still held go before the network does.
network::~network() = default;

instant network::some_of(instant most) {
  if (most.count() <= 0) return {};
  return instant(
      static_cast<std::int64_t>(entropy_.below(static_cast<std::uint64_t>(most.count()) + 1)));
}

void network::heal() {
  conditions calm;
  conditions_ = calm;
  for (virtual_wire& w : wires_) w.heal();
}

void network::listen(std::function<void(stream_ptr)> take) {
  take_ = std::move(take);
  if (!std::exchange(is_silent_, false)) return;
  for (virtual_wire& w : wires_) w.server_is_back();
}

void network::deaf() { take_ = nullptr; }

void network::lose_server(bool silent) {
  take_ = nullptr;
  is_silent_ = silent;
  for (virtual_wire& w : wires_) w.lose_server(silent);
}

std::unique_ptr<connector> network::make_connector(wire_counts& counted) {
  return std::make_unique<calls>(*this, counted);
}

stream_ptr network::connect(wire_counts& counted) {
  if (!take_) return nullptr;
  virtual_wire* const w = make_wire(counted);
  stream_ptr client = w->client_end();
  take_(w->server_end());
  return client;
}

virtual_wire* network::make_wire(wire_counts& counted) {
  ++counts_.connections;
  ++counted.connections;
  virtual_wire* const w = new virtual_wire(*this, ++dialled_, counted);
  wires_.push_back(*w);
  return w;
}

std::size_t network::open() const {
  return static_cast<std::size_t>(std::distance(wires_.begin(), wires_.end()));
}

// Eight bytes at a time; little-endian, as every machine of an architecture is.
void network::mix(instant at, std::uint32_t connection, std::uint64_t what,
                  std::string_view bytes) {
  constexpr std::uint64_t prime = 0x9e3779b97f4a7c15u;
  std::uint64_t h = hash_;
  const auto take = [&h](std::uint64_t v) {
    h = (h ^ v) * prime;
    h ^= h >> 32;
  };
  take(static_cast<std::uint64_t>(at.count()));
  take(std::uint64_t{connection} << 8 | what);
  const char* p = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= 8; left -= 8, p += 8) {
    std::uint64_t v = 0;
    std::memcpy(&v, p, 8);
    take(v);
  }
  std::uint64_t rest = left;
  std::memcpy(reinterpret_cast<char*>(&rest) + 1, p, left);
  take(rest);
  hash_ = h;
}

}  // namespace lingerd::sim
