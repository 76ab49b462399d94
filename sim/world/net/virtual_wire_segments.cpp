#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <new>

#include "core/base/check.hpp"
#include "sim/world/net/virtual_wire.hpp"

// Segments from their sending to their arrival.
namespace lingerd::sim {

using namespace std::chrono_literals;

namespace {

constexpr instant first_retry = 200ms;
constexpr unsigned retransmissions_max = 5;
// Losses are correlated: a retransmission is lost with 30 % probability.
constexpr std::uint32_t retransmission_loss_ppm = 300'000;

}  // namespace

virtual_wire::segment* virtual_wire::make_segment(std::size_t size, segment_kind kind) {
  void* const memory = std::malloc(sizeof(segment) + size);
  CHECK(memory);
  auto* const s = new (memory) segment;
  s->size = static_cast<std::uint32_t>(size);
  s->kind = kind;
  return s;
}

void virtual_wire::drop_all(direction& d) {
  d.cancel();
  for (segment* s = d.unread; s;) {
    segment* const following = s->next;
    std::free(s);
    s = following;
  }
  d.unread = d.in_flight = d.tail = nullptr;
  d.buffered = 0;
}

// Takes a segment without bytes out of the list.
void virtual_wire::remove(direction& d, segment* s) {
  segment** link = &d.unread;
  segment* previous = nullptr;
  while (*link != s) {
    previous = *link;
    link = &(*link)->next;
  }
  *link = s->next;
  if (d.tail == s) d.tail = previous;
  std::free(s);
}

void virtual_wire::append(direction& d, segment* s) {
  if (d.tail)
    d.tail->next = s;
  else
    d.unread = s;
  d.tail = s;
  d.buffered += s->size;
  if (d.in_flight) return;
  d.in_flight = s;
  arm(d);
}

void virtual_wire::arm(direction& d) {
  if (!d.in_flight || is_dead_) return;
  context_.loop.set_timer(d, d.in_flight->arrives_at);
}

// When a segment that is sent now arrives, with everything that delays it. `retransmissions`: how
// often it is sent again; retransmissions_max means that it never arrives.
instant virtual_wire::draw_arrival(direction& d, std::size_t size, std::uint32_t& retransmissions) {
  wire_context& w = context_;
  const wire_conditions& c = w.conditions;
  const instant now = w.loop.now();
  instant sent = now;
  if (d.bytes_per_s > 0) {
    sent = std::max(now, d.free_at) +
           instant(static_cast<std::int64_t>(std::uint64_t{size} * 1'000'000'000u / d.bytes_per_s));
    d.free_at = sent;
  }
  instant arrival = sent + c.latency + w.random_time(c.jitter);
  if (w.happens(c.tail)) {
    ++w.counts.tail;
    arrival += w.random_time(c.tail_max);
  }
  if (w.happens(c.stall)) {
    ++w.counts.stall;
    arrival += w.random_time(c.stall_max);
  }
  instant retry = first_retry;
  bool is_lost = w.happens(c.loss);
  while (is_lost && retransmissions < retransmissions_max) {
    ++w.counts.loss;
    ++retransmissions;
    arrival += retry;
    retry *= 2;
    is_lost = w.happens(retransmission_loss_ppm);
  }
  arrival = std::max(arrival, d.last_arrival + 1ns);
  d.last_arrival = arrival;
  return arrival;
}

void virtual_wire::send_piece(std::size_t side, std::string_view data) {
  wire_context& w = context_;
  direction& d = outgoing(side);
  segment* const s = make_segment(data.size(), segment_kind::bytes);
  std::memcpy(s->bytes(), data.data(), data.size());
  std::uint32_t retransmissions = 0;
  s->arrives_at = draw_arrival(d, data.size(), retransmissions);
  const bool is_lost_for_good = retransmissions >= retransmissions_max;
  count_sent(side, data.size(), retransmissions);
  tap_segment(side, *s, observed_segment::ack | observed_segment::push, is_lost_for_good);
  if (is_lost_for_good) {
    ++w.counts.loss_reset;
    s->kind = segment_kind::reset_both;
  } else if (w.happens(w.conditions.reset)) {
    ++w.counts.reset;
    s->kind = segment_kind::reset_both;
  } else if (w.happens(w.conditions.half_open)) {
    ++w.counts.half_open;
    is_dead_ = true;
    for (direction& each : directions_) each.cancel();
  }
  if (has_buffering_proxy_ && side == server) {
    if (d.held_by_proxy == 0) d.last_arrival += w.conditions.buffer_time;
    s->arrives_at = std::max(s->arrives_at, d.last_arrival);
    d.last_arrival = s->arrives_at;
    d.held_by_proxy += s->size;
  }
  append(d, s);
  if (d.held_by_proxy >= w.conditions.buffer_bytes) release_held(d);
}

// The proxy forwards everything at once: its buffer is full, or the server has ended the stream.
void virtual_wire::release_held(direction& d) {
  d.held_by_proxy = 0;
  instant arrival = context_.loop.now() + context_.conditions.latency;
  for (segment* s = d.in_flight; s; s = s->next) {
    if (s->arrives_at > arrival) s->arrives_at = arrival;
    arrival = std::max(arrival, s->arrives_at) + 1ns;
  }
  d.last_arrival = arrival;
  if (d.is_set()) d.cancel();
  arm(d);
}

void virtual_wire::arrive(direction& d) {
  const std::size_t sender = sender_of(d);
  if (is_dead_) return give_up(sender);
  segment* const s = d.in_flight;
  d.in_flight = s->next;
  arm(d);
  const std::size_t receiver = 1 - sender;
  context_.hash_arrival(number_, receiver << 4 | static_cast<std::uint64_t>(s->kind),
                        {s->bytes(), s->size});
  if (d.held_by_proxy > 0) d.held_by_proxy -= std::min(d.held_by_proxy, s->size);
  switch (s->kind) {
    case segment_kind::reset:
    case segment_kind::reset_both: return reset_both();
    case segment_kind::fin:
      d.fin_arrived = true;
      remove(d, s);
      return wake_reader(d);
    case segment_kind::bytes: break;
  }
  acknowledge(d, s->size);
  // As with TCP: bytes for an end that is closed are answered with a reset.
  if (!is_held_[receiver]) return send_reset(sender);
  wake_reader(d);
}

}  // namespace lingerd::sim
