#include "sim/report/model/model.hpp"

#include <algorithm>
#include <cmath>

#include "core/base/limits.hpp"

namespace lingerd::sim {
namespace {

constexpr double hour_s = 3600;
constexpr double segment_head = 40 + 12;
constexpr double syn_more = 8;
constexpr double delayed_ack_s = 0.04;
constexpr std::size_t loopback_payload = 65483 - 12;
constexpr std::size_t lan_payload = 1460 - 12;

double ping_every_s() { return std::chrono::duration<double>(limits{}.ping_every).count(); }

double mean_hold_s(const wire_setting& s) {
  const double whole = std::min<double>(static_cast<double>(s.wait_s),
                                        static_cast<double>(limits{}.wait_max.count()));
  return whole * (1 - limits{}.wait_jitter_percent / 200.0);
}

// Bytes and segments as they add up, for loopback and for a LAN at once.
struct traffic {
  double app_bytes = 0;
  double segments = 0;
  double lan_segments = 0;

  // `times` pieces of `bytes` each, in one direction.
  void piece(double times, std::size_t bytes) {
    app_bytes += times * static_cast<double>(bytes);
    segments += times * cut(bytes, loopback_payload);
    const double on_lan = cut(bytes, lan_payload);
    // All but the last pair are acknowledged on the way.
    lan_segments += times * (on_lan + std::floor((on_lan - 1) / 2));
  }
  void bare(double times) {
    segments += times;
    lan_segments += times;
  }
  // At a rate of so many a second on one connection.
  void exchange(double times, std::size_t request, std::size_t answer, double rate = 0) {
    piece(times, request);
    piece(times, answer);
    bare(times * std::exp(-rate * delayed_ack_s));
  }
  // More application bytes in pieces that were counted already.
  void more(double times, std::size_t bytes) { app_bytes += times * static_cast<double>(bytes); }

  static double cut(std::size_t bytes, std::size_t payload) {
    return static_cast<double>((std::max<std::size_t>(bytes, 1) + payload - 1) / payload);
  }
};

double timeouts_of(double listening_s, double hold_s, double rate) {
  if (hold_s <= 0 || listening_s < hold_s) return 0;
  const double none = std::exp(-rate * hold_s);
  const double per_s = rate > 1e-9 ? rate / std::expm1(rate * hold_s) : 1 / hold_s;
  return (listening_s - hold_s) * per_s + none;
}

double per_s(double times, const model_input& in) {
  return in.listening_s > 0 ? times / in.listening_s : 0;
}

// What listening costs; returns its requests.
double listen(traffic& t, const model_input& in, const wire_sizes& z) {
  const double events = in.deliveries + in.own_events;
  const double rate = per_s(events / std::max(in.clients, 1.0), in);
  switch (in.how) {
    case transport::short_poll: {
      const double polls = in.clients * (1 + in.listening_s / in.poll_interval_s);
      t.exchange(polls, z.poll_request, z.poll_answer_empty);
      t.more(in.deliveries, z.poll_answer(z.event) - z.poll_answer_empty);
      t.more(in.own_events, z.poll_answer(z.own_event) - z.poll_answer_empty);
      t.more(in.read_events, z.read_event + 1);
      return polls;
    }
    case transport::long_poll: {
      const double empty = in.clients * timeouts_of(in.listening_s, mean_hold_s(in.setting), rate);
      // The last hold of each client is let go, not answered.
      t.exchange(empty, z.held_poll_request, z.poll_answer_empty);
      t.exchange(in.deliveries, z.held_poll_request, z.poll_answer(z.event), rate);
      t.exchange(in.own_events, z.held_poll_request, z.poll_answer(z.own_event), rate);
      t.more(in.read_events, z.read_event + 1);
      t.piece(in.clients, z.held_poll_request);
      t.bare(in.clients);
      return in.clients + events + empty;
    }
    case transport::sse: {
      t.exchange(in.clients, z.sse_request, z.sse_head);
      t.piece(in.deliveries, z.sse_frame + z.event);
      t.piece(in.own_events, z.sse_frame + z.own_event);
      t.more(in.read_events, z.sse_frame + z.read_event);
      const double pings = in.clients * std::floor(in.listening_s / ping_every_s());
      t.piece(pings, z.sse_ping);
      t.bare(events / (1 + rate * delayed_ack_s) + pings);
      return in.clients;
    }
    case transport::websocket: {
      t.exchange(in.clients, z.websocket_request, z.websocket_head);
      t.piece(in.deliveries, z.websocket_frame(z.event));
      t.piece(in.own_events, z.websocket_frame(z.own_event));
      t.more(in.read_events, z.read_event + 1);
      const double pings = in.clients * std::floor(in.listening_s / ping_every_s());
      t.exchange(pings, z.websocket_ping, z.websocket_pong);
      t.bare(events / (1 + rate * delayed_ack_s));
      t.exchange(in.clients, z.websocket_goodbye, z.websocket_closed);
      return in.clients;
    }
  }
  return 0;
}

}  // namespace

namespace {

double connections_of(const model_input& in) {
  return in.clients + (in.messages > 0 ? std::min(in.send_connections, in.messages) : 0);
}

traffic beside_listening(const model_input& in, const wire_sizes& z) {
  traffic t;
  t.bare(connections_of(in) * (3 + 3));
  // The answer's acknowledgement is carried by the first listening request.
  t.piece(in.clients, z.start_request);
  t.piece(in.clients, z.start_answer);
  t.exchange(in.messages, z.send_request, z.send_answer, per_s(in.messages, in));
  return t;
}

prediction of(const traffic& t, double requests, double connections) {
  const double syns = connections * 2 * syn_more;
  prediction p;
  p.requests = requests;
  p.app_bytes = t.app_bytes;
  p.wire_bytes = t.app_bytes + t.segments * segment_head + syns;
  p.wire_bytes_lan = t.app_bytes + t.lan_segments * segment_head + syns;
  return p;
}

}  // namespace

prediction predict(const model_input& in) {
  const wire_sizes z = sizes_of(in.setting);
  traffic t = beside_listening(in, z);
  const double requests = in.clients + in.messages + listen(t, in, z);
  return of(t, requests, connections_of(in));
}

prediction predict_beside_listening(const model_input& in) {
  return of(beside_listening(in, sizes_of(in.setting)), in.clients + in.messages,
            connections_of(in));
}

double expected_read_events(double messages, double rooms, double members, bool are_groups) {
  if (messages <= 0 || rooms <= 0 || members <= 1) return 0;
  const double begun = rooms * (1 - std::pow(1 - 1 / rooms, messages));
  const double marks = std::max(messages - begun, 0.0) * (members - 1) / members;
  return are_groups ? marks : 2 * marks;
}

idle_hour idle_hour_of(transport how, double poll_interval_s, const wire_setting& setting) {
  const wire_sizes z = sizes_of(setting);
  traffic t;
  idle_hour h;
  switch (how) {
    case transport::short_poll:
      h.requests = hour_s / poll_interval_s;
      t.exchange(h.requests, z.poll_request, z.poll_answer_empty);
      break;
    case transport::long_poll:
      h.requests = hour_s / mean_hold_s(setting);
      t.exchange(h.requests, z.held_poll_request, z.poll_answer_empty);
      break;
    case transport::sse:
      t.piece(hour_s / ping_every_s(), z.sse_ping);
      t.bare(hour_s / ping_every_s());
      break;
    case transport::websocket:
      t.exchange(hour_s / ping_every_s(), z.websocket_ping, z.websocket_pong);
      break;
  }
  h.app_bytes = t.app_bytes;
  h.wire_bytes = t.app_bytes + t.segments * segment_head;
  return h;
}

}  // namespace lingerd::sim
