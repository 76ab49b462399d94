#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "core/loop/waiter.hpp"
#include "http/net/byte_stream.hpp"
#include "sim/client/connector.hpp"
#include "sim/world/net/virtual_wire.hpp"
#include "sim/world/net/wire_context.hpp"

namespace lingerd::sim {

// The wires between all clients and the one server of a world: byte streams with latency and
// bounded windows, counted as TCP would send them (handshake, acknowledgements that are piggybacked
// or sent alone after 40 ms, FIN). One thread, no system call; all randomness comes from `entropy`.
// Both constructor arguments outlive it; it outlives all ends.
class network {
 public:
  network(loop& loop, seeded_entropy& entropy);
  ~network();
  network(const network&) = delete;
  network& operator=(const network&) = delete;

  // Applies from now on. What was drawn per connection (slow, idle_cut, buffered) stays until
  // heal().
  wire_conditions& conditions() { return context_.conditions; }
  // Resets all conditions to the calm defaults. What was slow, stalled or buffered flows; what is
  // half-open stays half-open.
  void heal();

  // The server accepts connections through `accept`; before, and after stop_listening(), connecting
  // is refused.
  void listen(std::function<void(stream_ptr)> accept);
  void stop_listening();
  // The server's process is gone: its ends are dead at once and signal nothing. `silent` (a power
  // cut): the clients receive nothing; their bytes are answered with a reset once a server listens
  // again. Otherwise (a killed process) each client's end is reset after the latency. Releasing a
  // server's end afterwards has no effect. Implies stop_listening().
  void lose_server(bool silent);

  // A connector for clients. It counts the connections and bytes of its streams into `counts`, not
  // their requests; what TCP did is added when the client's end closes. `counts` outlives all its
  // streams.
  std::unique_ptr<connector> make_connector(wire_counts& counts);
  // Connects at once, without the handshake's time (its segments are counted). Returns the client's
  // end; null where no server listens.
  stream_ptr connect(wire_counts& counts);

  // May be null.
  void set_tap(wire_tap* tap) { context_.tap = tap; }
  // Over every arrival: time, connection, direction, bytes.
  std::uint64_t trace_hash() const { return context_.trace_hash; }
  const network_counts& counts() const { return context_.counts; }
  // Connections of which at least one end is still held.
  std::size_t open() const;

 private:
  class network_connector;
  bool is_listening() const { return static_cast<bool>(accept_); }

  wire_context context_;
  std::function<void(stream_ptr)> accept_;
  std::uint32_t last_number_ = 0;
  boost::intrusive::list<virtual_wire, boost::intrusive::constant_time_size<false>> wires_;
};

}  // namespace lingerd::sim
