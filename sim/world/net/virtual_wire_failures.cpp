#include <algorithm>
#include <chrono>

#include "sim/world/net/virtual_wire.hpp"

// Ends that fail: resets, dead wires, proxies that cut, servers that are gone.
namespace lingerd::sim {

using namespace std::chrono_literals;

void virtual_wire::reset_both() {
  if (sees_reset_[client] && sees_reset_[server]) return;
  sees_reset_[client] = sees_reset_[server] = true;
  count_reset();
  for (direction& d : directions_) {
    drop_all(d);
    wake_reader(d);
    wake_writer(d);
  }
}

// The other end sends a reset to `side` now. It overtakes nothing; what is unread when it arrives
// is lost.
void virtual_wire::send_reset(std::size_t side) {
  direction& d = incoming(side);
  if (sees_reset_[side] || is_dead_) return;
  segment* const s = make_segment(0, segment_kind::reset);
  s->arrives_at = std::max(context_.loop.now() + context_.conditions.latency, d.last_arrival + 1ns);
  d.last_arrival = s->arrives_at;
  tap_segment(1 - side, *s, observed_segment::rst, false);
  append(d, s);
}

// Nothing that is sent into a dead wire is acknowledged: its sender gives up after a while.
void virtual_wire::arm_give_up(direction& d) {
  if (!d.is_set()) context_.loop.set_timer(d, context_.loop.now() + context_.conditions.give_up);
}

void virtual_wire::give_up(std::size_t side) {
  ++context_.counts.gave_up;
  sees_reset_[side] = true;
  wake_reader(incoming(side));
  wake_writer(outgoing(side));
}

void virtual_wire::check_idle() {
  const instant due = last_byte_at_ + context_.conditions.idle_time;
  if (context_.loop.now() < due) return context_.loop.set_timer(*idle_, due);
  ++context_.counts.idle_cut;
  if (!is_dead_) reset_both();
}

void virtual_wire::lose_server(bool silent) {
  if (server_is_gone_) return;
  server_is_gone_ = true;
  direction& to_client = directions_[server];
  direction& to_server = directions_[client];
  to_server.reader = nullptr;
  to_client.writer = nullptr;
  if (sees_reset_[client] || !is_held_[client]) return;
  if (silent) {
    // What the server has sent still arrives.
    is_silent_ = true;
    client_sent_to_silence_ = to_server.in_flight != nullptr;
    drop_all(to_server);
    return;
  }
  drop_all(to_server);
  send_reset(client);
}

void virtual_wire::server_is_back() {
  if (is_silent_ && client_sent_to_silence_ && is_held_[client]) send_reset(client);
}

}  // namespace lingerd::sim
