#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "core/loop/loop.hpp"
#include "core/loop/waiter.hpp"
#include "http/net/byte_stream.hpp"
#include "sim/client/connector.hpp"
#include "sim/client/seeded_entropy.hpp"
#include "sim/world/net/virtual_wire.hpp"
#include "sim/world/time/virtual_loop.hpp"

namespace lingerd::sim {

// What goes over the wires is told here, segment by segment, in the order of sending.
struct segment_seen {
  enum flag : std::uint8_t { syn = 1, ack = 2, push = 4, fin = 8, rst = 16 };
  instant sent_at{};
  instant arrives_at{};          // never, where `lost`
  std::uint32_t connection = 0;  // 1, 2, 3 … in the order of dialling
  bool from_client = false;
  bool lost = false;
  std::uint8_t flags = 0;
  std::string_view bytes;  // good during the call
};
class wire_tap {
 public:
  virtual ~wire_tap() = default;
  virtual void segment(const segment_seen& s) = 0;
};

// How the wires are. Chances are parts per million; 0 never happens. Each is drawn for each segment
// that carries bytes, unless it says "of connections".
struct conditions {
  instant latency{std::chrono::microseconds(200)};  // one way
  instant jitter{};                                 // up to so much more, for each segment
  std::uint64_t bytes_per_s = 0;      // of each direction of a connection; 0: no bound
  std::size_t window = 64 * 1024;     // bytes under way or unread in one direction
  std::size_t segment_bytes = 65471;  // the most that one segment carries: loopback's

  std::uint32_t cut = 0;   // what is written is cut into pieces of random lengths
  std::uint32_t tail = 0;  // a delay from the tail: up to tail_max more
  instant tail_max{};
  std::uint32_t loss = 0;   // lost, and sent again after 200 ms, 400 ms, 800 ms …; lost
                            // five times, the connection is reset
  std::uint32_t stall = 0;  // this direction stands still for up to stall_max
  instant stall_max{};
  std::uint32_t reset = 0;      // instead of arriving, both ends see the connection reset
  std::uint32_t half_open = 0;  // from here on nothing arrives any more, in either direction,
                                // and neither end is told, until it has sent something
  instant give_up{std::chrono::seconds(60)};  // that nobody acknowledged for so long
  std::uint32_t refused = 0;                  // of connections: the dial is refused
  std::uint32_t slow = 0;  // of connections: the client takes slow_bytes_per_s at most
  std::uint64_t slow_bytes_per_s = 0;
  std::uint32_t idle_cut = 0;  // of connections: a proxy ends both sides after idle_time
  instant idle_time{std::chrono::seconds(30)};  // without a byte in either direction
  std::uint32_t buffered = 0;       // of connections: a proxy keeps the server's bytes back until
  std::size_t buffer_bytes = 4096;  // there are so many, or so much time has passed since the
  instant buffer_time{std::chrono::seconds(2)};  // first of them
};

// How often each of these happened: `cut`, `tail`, `loss`, … as above.
struct network_counts {
  std::uint64_t cut = 0, tail = 0, loss = 0, loss_reset = 0, stall = 0, reset = 0, half_open = 0,
                refused = 0, slow = 0, idle_cut = 0, buffered = 0, blocked = 0, gave_up = 0;
  std::uint64_t connections = 0;  // dialled
};

// The wires between all clients and the one server of a world: streams of bytes with latency and
// bounds, counted as TCP would send them (handshake, acknowledgements that ride along or come alone
// after 40 ms, FIN). One thread; no system call; all chance from `chance`.
class network {
 public:
  network(loop& on, seeded_entropy& entropy);
  ~network();
  network(const network&) = delete;
  network& operator=(const network&) = delete;

  // How things are from now on; connections that were drawn to be slow, cut or buffered stay so
  // until `heal()`.
  conditions& now() { return conditions_; }
  // Everything calm: no chance of anything, loopback's pace. What was half-open stays half-open;
  // what was slow, stalled or buffered flows.
  void heal();

  // The server takes connections by `take`; before, and after `deaf()`, dials are refused.
  void listen(std::function<void(stream_ptr)> take);
  void deaf();
  // The server's machine is gone: its ends are dead at once and tell nobody. `silent`: the clients
  // hear nothing (a power cut), their bytes meet a reset when a server listens again, nothing
  // before; else (a killed process) each client's end is reset after the latency. Server ends that
  // are released afterwards do nothing. Implies deaf().
  void lose_server(bool silent);

  // A dialler for clients; it counts into `counted` what its streams do: requests not, connections,
  // bytes, and with the last close of the client's end what TCP did. It must outlive its streams.
  std::unique_ptr<connector> make_connector(wire_counts& counted);
  // A connection at once, without a handshake in time (but counted): the client's end. Null where
  // nobody listens.
  stream_ptr connect(wire_counts& counted);

  // Both may be null. The hash takes in every arrival: time, connection, direction, bytes.
  void set_tap(wire_tap* tap) { tap_ = tap; }
  std::uint64_t trace_hash() const { return hash_; }
  const network_counts& counts() const { return counts_; }
  // Connections of which either end is still held by somebody.
  std::size_t open() const;

 private:
  friend class virtual_wire;
  class calls;
  bool happens(std::uint32_t ppm) { return ppm > 0 && entropy_.below(1'000'000) < ppm; }
  // From nothing up to so much.
  instant some_of(instant most);
  virtual_wire* make_wire(wire_counts& counted);
  void mix(instant at, std::uint32_t connection, std::uint64_t what, std::string_view bytes);

  loop& loop_;
  seeded_entropy& entropy_;
  conditions conditions_;
  network_counts counts_;
  wire_tap* tap_ = nullptr;
  std::uint64_t hash_ = 0xcbf29ce484222325u;
  std::function<void(stream_ptr)> take_;
  bool is_silent_ = false;  // the server's machine is gone
  std::uint32_t dialled_ = 0;
  boost::intrusive::list<virtual_wire, boost::intrusive::constant_time_size<false>> wires_;
};

}  // namespace lingerd::sim
