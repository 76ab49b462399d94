#include "sim/world/net/virtual_wire.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <new>
#include <utility>

#include "core/base/check.hpp"
#include "sim/world/net/network.hpp"

namespace lingerd::sim {

using namespace std::chrono_literals;

namespace {

// As sim/tcp_use and sim/model count: IP and TCP with timestamps, and a SYN's further options.
constexpr std::uint64_t segment_head = 40 + 12;
constexpr std::uint64_t syn_more = 8;
constexpr std::uint64_t handshake = 3;
constexpr std::uint64_t goodbye = 3;  // FIN, FIN with acknowledgement, acknowledgement

constexpr instant delayed_ack = 40ms;
constexpr instant first_retry = 200ms;
constexpr unsigned tries_most = 5;
// One that was lost is likely to be lost again: it rains.
constexpr std::uint32_t lost_again = 300'000;

}  // namespace

wire::wire(network& in, std::uint32_t number, wire_counts& client_counts)
    : net_(in),
      counted_(client_counts),
      ways_{{[](timer& t) {
               auto& d = static_cast<direction&>(t);
               d.of.arrive(d);
             },
             *this},
            {[](timer& t) {
               auto& d = static_cast<direction&>(t);
               d.of.arrive(d);
             },
             *this}},
      number_(number) {
  for (const std::size_t side : {std::size_t{client}, std::size_t{server}}) {
    ends_[side].of = this;
    ends_[side].side = side;
    ways_[side].bytes_per_s = in.conditions_.bytes_per_s;
  }
  tcp_.segments = handshake;
  tcp_.head_bytes = handshake * segment_head + 2 * syn_more;
  last_byte_at_ = in.loop_.now();
  const conditions& c = in.conditions_;
  if (in.happens(c.slow)) {
    ++in.counts_.slow;
    ways_[server].bytes_per_s = std::max<std::uint64_t>(c.slow_bytes_per_s, 1);
  }
  if (in.happens(c.idle_cut)) {
    idle_ = std::make_unique<idle_watch>(
        [](timer& t) { static_cast<idle_watch&>(t).of.idle_over(); }, *this);
    in.loop_.set_timer(*idle_, last_byte_at_ + c.idle_time);
  }
  if (in.happens(c.buffered)) {
    ++in.counts_.buffered;
    is_kept_back_ = true;
  }
  if (!in.tap_) return;
  const instant now = in.loop_.now();
  segment_seen s;
  s.connection = number_;
  s.from_client = true;
  s.sent_at = now - 2 * c.latency;
  s.arrives_at = now - c.latency;
  s.flags = segment_seen::syn;
  in.tap_->segment(s);
  s.from_client = false;
  s.sent_at = now - c.latency;
  s.arrives_at = now;
  s.flags = segment_seen::syn | segment_seen::ack;
  in.tap_->segment(s);
  s.from_client = true;
  s.sent_at = now;
  s.arrives_at = now + c.latency;
  s.flags = segment_seen::ack;
  in.tap_->segment(s);
}

wire::~wire() {
  for (direction& d : ways_) drop_all(d);
}

// --- segments ------------------------------------------------------------------------------------

wire::segment* wire::make(std::size_t size, what kind) {
  void* const room = std::malloc(sizeof(segment) + size);
  CHECK(room);
  auto* const s = new (room) segment;
  s->size = static_cast<std::uint32_t>(size);
  s->kind = kind;
  return s;
}

void wire::drop_all(direction& d) {
  d.cancel();
  for (segment* s = d.unread; s;) {
    segment* const next = s->next;
    std::free(s);
    s = next;
  }
  d.unread = d.under_way = d.last = nullptr;
  d.used = 0;
}

void wire::put(direction& d, segment* s) {
  if (d.last)
    d.last->next = s;
  else
    d.unread = s;
  d.last = s;
  d.used += s->size;
  if (d.under_way) return;
  d.under_way = s;
  arm(d);
}

void wire::arm(direction& d) {
  if (!d.under_way || is_dead_) return;
  net_.loop_.set_timer(d, d.under_way->at);
}

// When something that is sent now arrives, with everything that delays it; how often it is sent.
instant wire::arrival_of(direction& d, std::size_t size, std::uint32_t& again) {
  network& n = net_;
  const conditions& c = n.conditions_;
  const instant now = n.loop_.now();
  instant sent = now;
  if (d.bytes_per_s > 0) {
    sent = std::max(now, d.free_at) +
           instant(static_cast<std::int64_t>(std::uint64_t{size} * 1'000'000'000u / d.bytes_per_s));
    d.free_at = sent;
  }
  instant at = sent + c.latency + n.some_of(c.jitter);
  if (n.happens(c.tail)) {
    ++n.counts_.tail;
    at += n.some_of(c.tail_max);
  }
  if (n.happens(c.stall)) {
    ++n.counts_.stall;
    at += n.some_of(c.stall_max);
  }
  instant retry = first_retry;
  bool is_lost = n.happens(c.loss);
  while (is_lost && again < tries_most) {
    ++n.counts_.loss;
    ++again;
    at += retry;
    retry *= 2;
    is_lost = n.happens(lost_again);
  }
  at = std::max(at, d.last_at + 1ns);
  d.last_at = at;
  return at;
}

void wire::send_piece(std::size_t side, std::string_view bytes) {
  network& n = net_;
  direction& d = from(side);
  segment* const s = make(bytes.size(), what::bytes);
  std::memcpy(s->bytes(), bytes.data(), bytes.size());
  std::uint32_t again = 0;
  s->at = arrival_of(d, bytes.size(), again);
  tcp_.segments += 1 + again;
  tcp_.head_bytes += (1 + again) * segment_head;
  tcp_.again_bytes += again * bytes.size();
  tcp_.retransmitted += side == client ? again : 0;
  tell(side, *s, segment_seen::ack | segment_seen::push, again >= tries_most);
  if (again >= tries_most) {
    ++n.counts_.loss_reset;
    s->kind = what::reset_both;
  } else if (n.happens(n.conditions_.reset)) {
    ++n.counts_.reset;
    s->kind = what::reset_both;
  } else if (n.happens(n.conditions_.half_open)) {
    ++n.counts_.half_open;
    is_dead_ = true;
    for (direction& w : ways_) w.cancel();
  }
  if (is_kept_back_ && side == server) {
    if (d.kept == 0) d.last_at += n.conditions_.buffer_time;
    s->at = std::max(s->at, d.last_at);
    d.last_at = s->at;
    d.kept += s->size;
  }
  put(d, s);
  if (d.kept >= n.conditions_.buffer_bytes) flush_kept(d);
}

// A proxy's buffer is full, or the server has ended: it all goes on.
void wire::flush_kept(direction& d) {
  d.kept = 0;
  instant at = net_.loop_.now() + net_.conditions_.latency;
  for (segment* s = d.under_way; s; s = s->next) {
    if (s->at > at) s->at = at;
    at = std::max(at, s->at) + 1ns;
  }
  d.last_at = at;
  if (d.is_set()) d.cancel();
  arm(d);
}

// --- what an end does ----------------------------------------------------------------------------

byte_stream::moved wire::write(std::size_t side, std::string_view bytes) {
  using status = byte_stream::status;
  network& n = net_;
  direction& d = from(side);
  if (sees_reset_[side] || d.fin_sent || (side == server && server_is_gone_))
    return {0, status::ended};
  const std::size_t window = n.conditions_.window;
  const std::size_t room = window > d.used ? window - d.used : 0;
  const std::size_t fits = std::min(bytes.size(), room);
  if (fits < bytes.size()) ++n.counts_.blocked;
  if (fits == 0) return {0, bytes.empty() ? status::moved : status::blocked};
  if (side == client) counted_.bytes_sent += fits;
  if (side == client && is_silent_) {
    met_silence_ = true;
    if (!n.is_silent_) send_reset_to(client);
    return {fits, status::moved};
  }
  ride_along(to(side));
  last_byte_at_ = n.loop_.now();
  std::string_view left = bytes.substr(0, fits);
  const bool is_cut = left.size() > 1 && n.happens(n.conditions_.cut);
  if (is_cut) ++n.counts_.cut;
  while (!left.empty() && !is_dead_) {
    std::size_t piece = std::min(left.size(), n.conditions_.segment_bytes);
    if (is_cut) piece = 1 + n.chance_.below(piece);
    send_piece(side, left.substr(0, piece));
    left.remove_prefix(piece);
  }
  if (is_dead_) {
    d.used += static_cast<std::uint32_t>(left.size());  // it fills up
    hope(d);
  }
  return {fits, status::moved};
}

byte_stream::moved wire::read(std::size_t side, std::span<char> into) {
  using status = byte_stream::status;
  direction& d = to(side);
  if (side == server && server_is_gone_) return {0, status::ended};
  std::size_t n = 0;
  while (n < into.size() && d.unread && d.unread != d.under_way) {
    segment* const s = d.unread;
    const std::size_t take = std::min<std::size_t>(into.size() - n, s->size - s->taken);
    std::memcpy(into.data() + n, s->bytes() + s->taken, take);
    s->taken += static_cast<std::uint32_t>(take);
    n += take;
    if (s->taken < s->size) break;
    d.unread = s->next;
    if (!d.unread) d.last = nullptr;
    d.used -= s->size;
    std::free(s);
  }
  if (n == 0) {
    if (sees_reset_[side] || (d.fin_arrived && (!d.unread || d.unread == d.under_way))) {
      return {0, status::ended};
    }
    return {0, status::blocked};
  }
  if (side == client) counted_.bytes_received += n;
  wake_writer(d);
  return {n, status::moved};
}

void wire::watch_readable(std::size_t side, waiter& w) {
  direction& d = to(side);
  d.reader = &w;
  const bool has_bytes = d.unread && d.unread != d.under_way;
  const bool is_gone = side == server && server_is_gone_;
  if (has_bytes || d.fin_arrived || sees_reset_[side] || is_gone) wake_reader(d);
}

void wire::watch_writable(std::size_t side, waiter& w) {
  direction& d = from(side);
  d.writer = &w;
  wake_writer(d);
}

void wire::wake_reader(direction& d) {
  if (d.reader) std::exchange(d.reader, nullptr)->signal(wake::readable);
}

void wire::wake_writer(direction& d) {
  if (!d.writer) return;
  const bool is_gone = &d == &ways_[server] && server_is_gone_;
  if (sees_reset_[writer_of(d)] || is_gone || d.used < net_.conditions_.window) {
    std::exchange(d.writer, nullptr)->signal(wake::writable);
  }
}

void wire::send_fin(std::size_t side) {
  direction& d = from(side);
  if (d.fin_sent || sees_reset_[side] || (side == server && server_is_gone_)) return;
  d.fin_sent = true;
  if (is_silent_) return;
  if (is_dead_) return hope(d);
  ride_along(to(side));
  segment* const s = make(0, what::fin);
  std::uint32_t again = 0;
  s->at = arrival_of(d, 0, again);
  tell(side, *s, segment_seen::fin | segment_seen::ack, false);
  put(d, s);
  if (d.kept > 0) flush_kept(d);
}

void wire::release(std::size_t side) noexcept {
  direction& in = to(side);
  direction& out = from(side);
  in.reader = nullptr;
  out.writer = nullptr;
  is_held_[side] = false;
  const bool has_unread = in.unread && in.unread != in.under_way;
  const bool is_gone = server_is_gone_ && side == server;
  if (side == client) {
    if (in.ack_due.count() >= 0 && in.ack_due < net_.loop_.now()) count_lone_ack(in, in.ack_due);
    const std::uint64_t last = sees_reset_[client] || has_unread || is_silent_ ? 1 : goodbye;
    tcp_.segments += last;
    tcp_.head_bytes += last * segment_head;
    counted_.tcp.add(tcp_);
  }
  if (!is_held_[1 - side]) {
    delete this;
    return;
  }
  if (sees_reset_[side] || is_gone) return;
  if (has_unread) {
    send_reset_to(1 - side);
  } else {
    send_fin(side);
  }
}

// --- what arrives --------------------------------------------------------------------------------

void wire::arrive(direction& d) {
  network& n = net_;
  if (is_dead_) return give_up(writer_of(d));
  segment* const s = d.under_way;
  d.under_way = s->next;
  arm(d);
  const std::size_t reader = 1 - writer_of(d);
  n.mix(n.loop_.now(), number_, reader << 4 | static_cast<std::uint64_t>(s->kind),
        {s->bytes(), s->size});
  if (d.kept > 0) d.kept -= std::min(d.kept, s->size);
  switch (s->kind) {
    case what::reset:
    case what::reset_both: return reset_both();
    case what::fin:
      // The list's place is given back: it holds no bytes.
      d.fin_arrived = true;
      {
        segment** at = &d.unread;
        segment* before = nullptr;
        while (*at != s) {
          before = *at;
          at = &(*at)->next;
        }
        *at = s->next;
        if (d.last == s) d.last = before;
        std::free(s);
      }
      return wake_reader(d);
    case what::bytes: break;
  }
  acknowledge(d, s->size);
  if (!is_held_[reader]) {
    // Nobody is there to read it.
    return send_reset_to(writer_of(d));
  }
  wake_reader(d);
}

void wire::reset_both() {
  if (sees_reset_[client] && sees_reset_[server]) return;
  sees_reset_[client] = sees_reset_[server] = true;
  ++tcp_.segments;
  tcp_.head_bytes += segment_head;
  for (direction& d : ways_) {
    drop_all(d);
    wake_reader(d);
    wake_writer(d);
  }
}

// What was sent into a dead line is never acknowledged: its sender gives up after a while.
void wire::hope(direction& d) {
  if (!d.is_set()) net_.loop_.set_timer(d, net_.loop_.now() + net_.conditions_.give_up);
}

void wire::give_up(std::size_t side) {
  ++net_.counts_.gave_up;
  sees_reset_[side] = true;
  wake_reader(to(side));
  wake_writer(from(side));
}

// What a side is told of a reset that the other side sends now.
void wire::send_reset_to(std::size_t side) {
  direction& d = to(side);
  if (sees_reset_[side] || is_dead_) return;
  segment* const s = make(0, what::reset);
  // It overtakes nothing, but what is unread by then is lost with it.
  s->at = std::max(net_.loop_.now() + net_.conditions_.latency, d.last_at + 1ns);
  d.last_at = s->at;
  tell(1 - side, *s, segment_seen::rst, false);
  put(d, s);
}

void wire::idle_over() {
  const instant due = last_byte_at_ + net_.conditions_.idle_time;
  if (net_.loop_.now() < due) return net_.loop_.set_timer(*idle_, due);
  ++net_.counts_.idle_cut;
  if (!is_dead_) reset_both();
}

// --- the server's end, and healing ---------------------------------------------------------------

void wire::lose_server(bool silent) {
  if (server_is_gone_) return;
  server_is_gone_ = true;
  direction& to_client = ways_[server];
  direction& to_server = ways_[client];
  to_server.reader = nullptr;
  to_client.writer = nullptr;
  if (sees_reset_[client] || !is_held_[client]) return;
  if (silent) {
    // What is under way from it still arrives; nothing more comes.
    is_silent_ = true;
    met_silence_ = to_server.under_way != nullptr;
    drop_all(to_server);
    return;
  }
  drop_all(to_server);
  send_reset_to(client);
}

void wire::server_is_back() {
  if (is_silent_ && met_silence_ && is_held_[client]) send_reset_to(client);
}

void wire::heal() {
  idle_.reset();
  is_kept_back_ = false;
  for (direction& d : ways_) {
    d.bytes_per_s = 0;
    if (!is_dead_ && d.under_way) flush_kept(d);
    d.kept = 0;
    d.free_at = d.last_at = std::min(d.last_at, net_.loop_.now() + 1s);
    for (segment* s = d.under_way; s; s = s->next) d.last_at = std::max(d.last_at, s->at);
    wake_writer(d);
  }
}

// --- counting ------------------------------------------------------------------------------------

// Something of `size` bytes has arrived: it is acknowledged within 40 ms, with what goes back by
// then or alone; two full segments at once.
void wire::acknowledge(direction& d, std::size_t size) {
  const instant now = net_.loop_.now();
  if (d.ack_due.count() >= 0 && d.ack_due < now) {
    count_lone_ack(d, d.ack_due);
    d.ack_due = instant(-1);
  }
  if (size == net_.conditions_.segment_bytes && ++d.full_segments == 2) {
    d.full_segments = 0;
    d.ack_due = instant(-1);
    count_lone_ack(d, now);
    return;
  }
  if (d.ack_due.count() < 0) d.ack_due = now + delayed_ack;
}

// Something goes back to who wrote into `back`.
void wire::ride_along(direction& back) {
  if (back.ack_due.count() < 0) return;
  if (back.ack_due < net_.loop_.now()) count_lone_ack(back, back.ack_due);
  back.ack_due = instant(-1);
  back.full_segments = 0;
}

void wire::count_lone_ack(direction& d, instant at) {
  ++tcp_.segments;
  tcp_.head_bytes += segment_head;
  if (!net_.tap_) return;
  segment_seen s;
  s.sent_at = at;
  s.arrives_at = at + net_.conditions_.latency;
  s.connection = number_;
  s.from_client = writer_of(d) == server;
  s.flags = segment_seen::ack;
  net_.tap_->segment(s);
}

void wire::tell(std::size_t side, const segment& s, std::uint8_t flags, bool lost) {
  if (!net_.tap_) return;
  segment_seen seen;
  seen.sent_at = net_.loop_.now();
  seen.arrives_at = s.at;
  seen.connection = number_;
  seen.from_client = side == client;
  seen.lost = lost;
  seen.flags = flags;
  seen.bytes = {const_cast<segment&>(s).bytes(), s.size};
  net_.tap_->segment(seen);
}

}  // namespace lingerd::sim
