#include "sim/world/net/virtual_wire.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <utility>

// The two ends: what the streams' owners call.
namespace lingerd::sim {

using namespace std::chrono_literals;

virtual_wire::virtual_wire(wire_context& context, std::uint32_t number, wire_counts& counts)
    : context_(context),
      counts_(counts),
      directions_{{[](timer& t) {
                     auto& d = static_cast<direction&>(t);
                     d.wire.arrive(d);
                   },
                   *this},
                  {[](timer& t) {
                     auto& d = static_cast<direction&>(t);
                     d.wire.arrive(d);
                   },
                   *this}},
      number_(number) {
  const wire_conditions& c = context.conditions;
  for (const std::size_t side : {std::size_t{client}, std::size_t{server}}) {
    ends_[side].wire = this;
    ends_[side].side = side;
    directions_[side].bytes_per_s = c.bytes_per_s;
  }
  last_byte_at_ = context.loop.now();
  if (context.happens(c.slow)) {
    ++context.counts.slow;
    directions_[server].bytes_per_s = std::max<std::uint64_t>(c.slow_bytes_per_s, 1);
  }
  if (context.happens(c.idle_cut)) {
    idle_ = std::make_unique<owned_timer<virtual_wire, &virtual_wire::check_idle>>(*this);
    context.loop.set_timer(*idle_, last_byte_at_ + c.idle_time);
  }
  if (context.happens(c.buffered)) {
    ++context.counts.buffered;
    has_buffering_proxy_ = true;
  }
  tap_handshake();
}

virtual_wire::~virtual_wire() {
  for (direction& d : directions_) drop_all(d);
}

byte_stream::transfer virtual_wire::write(std::size_t side, std::string_view data) {
  using status = byte_stream::status;
  const wire_conditions& c = context_.conditions;
  direction& d = outgoing(side);
  if (sees_reset_[side] || d.fin_sent || is_lost_end(side)) return {0, status::ended};
  const std::size_t room = c.window > d.buffered ? c.window - d.buffered : 0;
  const std::size_t fits = std::min(data.size(), room);
  if (fits < data.size()) ++context_.counts.blocked;
  if (fits == 0) return {0, data.empty() ? status::moved : status::blocked};
  if (side == client) counts_.bytes_sent += fits;
  if (side == client && is_silent_) {
    client_sent_to_silence_ = true;
    if (!context_.is_server_silent) send_reset(client);
    return {fits, status::moved};
  }
  piggyback_ack(incoming(side));
  last_byte_at_ = context_.loop.now();
  std::string_view remaining = data.substr(0, fits);
  const bool is_cut = remaining.size() > 1 && context_.happens(c.cut);
  if (is_cut) ++context_.counts.cut;
  while (!remaining.empty() && !is_dead_) {
    std::size_t piece = std::min(remaining.size(), c.segment_bytes);
    if (is_cut) piece = 1 + context_.entropy.below(piece);
    send_piece(side, remaining.substr(0, piece));
    remaining.remove_prefix(piece);
  }
  if (is_dead_) {
    // Bytes into a dead wire stay in the window, which fills up.
    d.buffered += static_cast<std::uint32_t>(remaining.size());
    arm_give_up(d);
  }
  return {fits, status::moved};
}

byte_stream::transfer virtual_wire::read(std::size_t side, std::span<char> buffer) {
  using status = byte_stream::status;
  direction& d = incoming(side);
  if (is_lost_end(side)) return {0, status::ended};
  std::size_t n = 0;
  while (n < buffer.size() && d.unread && d.unread != d.in_flight) {
    segment* const s = d.unread;
    const std::size_t part = std::min<std::size_t>(buffer.size() - n, s->size - s->consumed);
    std::memcpy(buffer.data() + n, s->bytes() + s->consumed, part);
    s->consumed += static_cast<std::uint32_t>(part);
    n += part;
    if (s->consumed < s->size) break;
    d.unread = s->next;
    if (!d.unread) d.tail = nullptr;
    d.buffered -= s->size;
    std::free(s);
  }
  if (n == 0) {
    const bool is_drained = !d.unread || d.unread == d.in_flight;
    const bool has_ended = sees_reset_[side] || (d.fin_arrived && is_drained);
    return {0, has_ended ? status::ended : status::blocked};
  }
  if (side == client) counts_.bytes_received += n;
  wake_writer(d);
  return {n, status::moved};
}

void virtual_wire::watch_readable(std::size_t side, waiter& w) {
  direction& d = incoming(side);
  d.reader = &w;
  const bool has_bytes = d.unread && d.unread != d.in_flight;
  if (has_bytes || d.fin_arrived || sees_reset_[side] || is_lost_end(side)) wake_reader(d);
}

void virtual_wire::watch_writable(std::size_t side, waiter& w) {
  direction& d = outgoing(side);
  d.writer = &w;
  wake_writer(d);
}

void virtual_wire::wake_reader(direction& d) {
  if (d.reader) std::exchange(d.reader, nullptr)->signal(wake::readable);
}

void virtual_wire::wake_writer(direction& d) {
  if (!d.writer) return;
  const std::size_t side = sender_of(d);
  if (sees_reset_[side] || is_lost_end(side) || d.buffered < context_.conditions.window) {
    std::exchange(d.writer, nullptr)->signal(wake::writable);
  }
}

void virtual_wire::send_fin(std::size_t side) {
  direction& d = outgoing(side);
  if (d.fin_sent || sees_reset_[side] || is_lost_end(side)) return;
  d.fin_sent = true;
  if (is_silent_) return;
  if (is_dead_) return arm_give_up(d);
  piggyback_ack(incoming(side));
  segment* const s = make_segment(0, segment_kind::fin);
  std::uint32_t retransmissions = 0;
  s->arrives_at = draw_arrival(d, 0, retransmissions);
  tap_segment(side, *s, observed_segment::fin | observed_segment::ack, false);
  append(d, s);
  if (d.held_by_proxy > 0) release_held(d);
}

// As with TCP: an end that goes with unread bytes resets the other; else it sends FIN.
void virtual_wire::release(std::size_t side) noexcept {
  direction& inbound = incoming(side);
  inbound.reader = nullptr;
  outgoing(side).writer = nullptr;
  is_held_[side] = false;
  const bool has_unread = inbound.unread && inbound.unread != inbound.in_flight;
  if (side == client) {
    if (inbound.ack_due.count() >= 0 && inbound.ack_due < context_.loop.now())
      count_pure_ack(inbound, inbound.ack_due);
    count_close(sees_reset_[client] || has_unread || is_silent_);
  }
  if (!is_held_[1 - side]) {
    delete this;
    return;
  }
  if (sees_reset_[side] || is_lost_end(side)) return;
  if (has_unread) {
    send_reset(1 - side);
  } else {
    send_fin(side);
  }
}

void virtual_wire::heal() {
  idle_.reset();
  has_buffering_proxy_ = false;
  for (direction& d : directions_) {
    d.bytes_per_s = 0;
    if (!is_dead_ && d.in_flight) release_held(d);
    d.held_by_proxy = 0;
    d.free_at = d.last_arrival = std::min(d.last_arrival, context_.loop.now() + 1s);
    for (segment* s = d.in_flight; s; s = s->next)
      d.last_arrival = std::max(d.last_arrival, s->arrives_at);
    wake_writer(d);
  }
}

}  // namespace lingerd::sim
