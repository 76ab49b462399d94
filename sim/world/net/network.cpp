#include "sim/world/net/network.hpp"

#include <iterator>
#include <utility>

namespace lingerd::sim {

// Connecting takes one round trip, refused or not. A silent server does not answer at all.
class network::network_connector final : public connector {
 public:
  network_connector(network& network, wire_counts& counts) : network_(network), counts_(counts) {}

  task<stream_ptr> connect(waiter& w) override {
    why_.clear();
    answer_timer answer(w);
    w.clear(wake::done);
    wire_context& context = network_.context_;
    const instant round_trip = 2 * context.conditions.latency;
    const bool is_refused = !network_.is_listening() || context.happens(context.conditions.refused);
    if (!context.is_server_silent) context.loop.set_timer(answer, context.loop.now() + round_trip);
    co_await w.wait(wake::done | wake::timeout | wake::closing);
    stream_ptr stream;
    if (has(w.reasons(), wake::closing)) {
      why_ = "closing";
    } else if (!has(w.reasons(), wake::done)) {
      why_ = "no answer";
    } else if (is_refused || !network_.is_listening()) {
      why_ = "refused";
      if (network_.is_listening()) ++context.counts.refused;
    } else {
      stream = network_.connect(counts_);
    }
    w.clear(wake::done);
    co_return stream;
  }

 private:
  struct answer_timer : timer {
    explicit answer_timer(waiter& w)
        : timer([](timer& t) { static_cast<answer_timer&>(t).sleeper.signal(wake::done); }),
          sleeper(w) {}
    waiter& sleeper;
  };
  network& network_;
  wire_counts& counts_;
};

network::network(loop& loop, seeded_entropy& entropy) : context_(loop, entropy) {}

network::~network() = default;

void network::heal() {
  context_.conditions = wire_conditions();
  for (virtual_wire& w : wires_) w.heal();
}

void network::listen(std::function<void(stream_ptr)> accept) {
  accept_ = std::move(accept);
  if (!std::exchange(context_.is_server_silent, false)) return;
  for (virtual_wire& w : wires_) w.server_is_back();
}

void network::stop_listening() { accept_ = nullptr; }

void network::lose_server(bool silent) {
  accept_ = nullptr;
  context_.is_server_silent = silent;
  for (virtual_wire& w : wires_) w.lose_server(silent);
}

std::unique_ptr<connector> network::make_connector(wire_counts& counts) {
  return std::make_unique<network_connector>(*this, counts);
}

stream_ptr network::connect(wire_counts& counts) {
  if (!is_listening()) return nullptr;
  ++context_.counts.connections;
  ++counts.connections;
  // Deletes itself when its second end is released.
  virtual_wire* const wire = new virtual_wire(context_, ++last_number_, counts);
  wires_.push_back(*wire);
  stream_ptr client = wire->client_end();
  accept_(wire->server_end());
  return client;
}

std::size_t network::open() const {
  return static_cast<std::size_t>(std::distance(wires_.begin(), wires_.end()));
}

}  // namespace lingerd::sim
