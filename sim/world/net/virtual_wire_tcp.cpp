#include <chrono>

#include "sim/world/net/virtual_wire.hpp"

// What TCP counts, and what a tap sees. No timer is set for acknowledgements: whether one was
// piggybacked or sent alone is decided when the next thing is sent or arrives.
namespace lingerd::sim {

using namespace std::chrono_literals;

namespace {

// As sim/client/tcp_usage and sim/report/model count: IP and TCP headers with timestamps, and the
// longer options of a SYN.
constexpr std::uint64_t segment_head = 40 + 12;
constexpr std::uint64_t syn_options = 8;
constexpr std::uint64_t handshake_segments = 3;
constexpr std::uint64_t close_segments = 3;  // FIN, FIN with acknowledgement, acknowledgement

constexpr instant delayed_ack = 40ms;

}  // namespace

// Counts the handshake, and shows it to the tap as if it had just ended.
void virtual_wire::tap_handshake() {
  tcp_.segments = handshake_segments;
  tcp_.head_bytes = handshake_segments * segment_head + 2 * syn_options;
  if (!context_.tap) return;
  const instant now = context_.loop.now();
  const instant latency = context_.conditions.latency;
  observed_segment s;
  s.connection = number_;
  s.from_client = true;
  s.sent_at = now - 2 * latency;
  s.arrives_at = now - latency;
  s.flags = observed_segment::syn;
  context_.tap->segment(s);
  s.from_client = false;
  s.sent_at = now - latency;
  s.arrives_at = now;
  s.flags = observed_segment::syn | observed_segment::ack;
  context_.tap->segment(s);
  s.from_client = true;
  s.sent_at = now;
  s.arrives_at = now + latency;
  s.flags = observed_segment::ack;
  context_.tap->segment(s);
}

void virtual_wire::tap_segment(std::size_t side, const segment& s, std::uint8_t flags, bool lost) {
  if (!context_.tap) return;
  observed_segment observed;
  observed.sent_at = context_.loop.now();
  observed.arrives_at = s.arrives_at;
  observed.connection = number_;
  observed.from_client = side == client;
  observed.lost = lost;
  observed.flags = flags;
  observed.bytes = {const_cast<segment&>(s).bytes(), s.size};
  context_.tap->segment(observed);
}

void virtual_wire::count_sent(std::size_t side, std::size_t size, std::uint32_t retransmissions) {
  tcp_.segments += 1 + retransmissions;
  tcp_.head_bytes += (1 + retransmissions) * segment_head;
  tcp_.again_bytes += retransmissions * size;
  tcp_.retransmitted += side == client ? retransmissions : 0;
}

void virtual_wire::count_reset() {
  ++tcp_.segments;
  tcp_.head_bytes += segment_head;
}

// The client's end closes: with one reset where `is_abrupt`, else with FINs.
void virtual_wire::count_close(bool is_abrupt) {
  const std::uint64_t segments = is_abrupt ? 1 : close_segments;
  tcp_.segments += segments;
  tcp_.head_bytes += segments * segment_head;
  counts_.tcp.add(tcp_);
}

// A segment of `size` bytes has arrived. Its acknowledgement is due within 40 ms, piggybacked or
// alone; the second full segment is acknowledged at once.
void virtual_wire::acknowledge(direction& d, std::size_t size) {
  const instant now = context_.loop.now();
  if (d.ack_due.count() >= 0 && d.ack_due < now) {
    count_pure_ack(d, d.ack_due);
    d.ack_due = instant(-1);
  }
  if (size == context_.conditions.segment_bytes && ++d.full_segments == 2) {
    d.full_segments = 0;
    d.ack_due = instant(-1);
    count_pure_ack(d, now);
    return;
  }
  if (d.ack_due.count() < 0) d.ack_due = now + delayed_ack;
}

// The receiver of `d` sends something, which acknowledges what has arrived.
void virtual_wire::piggyback_ack(direction& d) {
  if (d.ack_due.count() < 0) return;
  if (d.ack_due < context_.loop.now()) count_pure_ack(d, d.ack_due);
  d.ack_due = instant(-1);
  d.full_segments = 0;
}

void virtual_wire::count_pure_ack(direction& d, instant sent_at) {
  ++tcp_.segments;
  tcp_.head_bytes += segment_head;
  if (!context_.tap) return;
  observed_segment s;
  s.sent_at = sent_at;
  s.arrives_at = sent_at + context_.conditions.latency;
  s.connection = number_;
  s.from_client = sender_of(d) == server;
  s.flags = observed_segment::ack;
  context_.tap->segment(s);
}

}  // namespace lingerd::sim
