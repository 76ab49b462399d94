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
  const double full = std::min<double>(static_cast<double>(s.wait_s),
                                       static_cast<double>(limits{}.wait_max.count()));
  return full * (1 - limits{}.wait_jitter_percent / 200.0);
}

// Sums of bytes and segments, for loopback and a LAN at once.
struct traffic {
  double app_bytes = 0;
  double segments = 0;
  double lan_segments = 0;

  // `times` pieces of `bytes` each, in one direction.
  void piece(double times, std::size_t bytes) {
    app_bytes += times * static_cast<double>(bytes);
    segments += times * cut(bytes, loopback_payload);
    const double on_lan = cut(bytes, lan_payload);
    // All but the last pair of segments are acknowledged on the way.
    lan_segments += times * (on_lan + std::floor((on_lan - 1) / 2));
  }
  void bare(double times) {
    segments += times;
    lan_segments += times;
  }
  // At a rate of this many exchanges a second on one connection.
  void exchange(double times, std::size_t request, std::size_t answer, double rate = 0) {
    piece(times, request);
    piece(times, answer);
    bare(times * std::exp(-rate * delayed_ack_s));
  }
  // Further application bytes in pieces that are already counted.
  void more(double times, std::size_t bytes) { app_bytes += times * static_cast<double>(bytes); }

  static double cut(std::size_t bytes, std::size_t payload) {
    const std::size_t pieces = (std::max<std::size_t>(bytes, 1) + payload - 1) / payload;
    return static_cast<double>(pieces);
  }
};

double timeouts_of(double listening_s, double hold_s, double rate) {
  if (hold_s <= 0 || listening_s < hold_s) return 0;
  const double none = std::exp(-rate * hold_s);
  const double per_s = rate > 1e-9 ? rate / std::expm1(rate * hold_s) : 1 / hold_s;
  return (listening_s - hold_s) * per_s + none;
}

double per_s(double times, const model_input& input) {
  return input.listening_s > 0 ? times / input.listening_s : 0;
}

// Adds the cost of listening; returns its number of requests.
double listen(traffic& t, const model_input& input, const wire_sizes& z) {
  const double events = input.deliveries + input.own_events;
  const double rate = per_s(events / std::max(input.clients, 1.0), input);
  switch (input.transport) {
    case transport::short_poll: {
      const double polls = input.clients * (1 + input.listening_s / input.poll_interval_s);
      t.exchange(polls, z.poll_request, z.poll_answer_empty);
      t.more(input.deliveries, z.poll_answer(z.event) - z.poll_answer_empty);
      t.more(input.own_events, z.poll_answer(z.own_event) - z.poll_answer_empty);
      t.more(input.read_events, z.read_event + 1);
      return polls;
    }
    case transport::long_poll: {
      const double empty =
          input.clients * timeouts_of(input.listening_s, mean_hold_s(input.setting), rate);
      // The last hold of each client ends without an answer.
      t.exchange(empty, z.held_poll_request, z.poll_answer_empty);
      t.exchange(input.deliveries, z.held_poll_request, z.poll_answer(z.event), rate);
      t.exchange(input.own_events, z.held_poll_request, z.poll_answer(z.own_event), rate);
      t.more(input.read_events, z.read_event + 1);
      t.piece(input.clients, z.held_poll_request);
      t.bare(input.clients);
      return input.clients + events + empty;
    }
    case transport::sse: {
      t.exchange(input.clients, z.sse_request, z.sse_head);
      t.piece(input.deliveries, z.sse_frame + z.event);
      t.piece(input.own_events, z.sse_frame + z.own_event);
      t.more(input.read_events, z.sse_frame + z.read_event);
      const double pings = input.clients * std::floor(input.listening_s / ping_every_s());
      t.piece(pings, z.sse_ping);
      t.bare(events / (1 + rate * delayed_ack_s) + pings);
      return input.clients;
    }
    case transport::websocket: {
      t.exchange(input.clients, z.websocket_request, z.websocket_head);
      t.piece(input.deliveries, z.websocket_frame(z.event));
      t.piece(input.own_events, z.websocket_frame(z.own_event));
      t.more(input.read_events, z.read_event + 1);
      const double pings = input.clients * std::floor(input.listening_s / ping_every_s());
      t.exchange(pings, z.websocket_ping, z.websocket_pong);
      t.bare(events / (1 + rate * delayed_ack_s));
      t.exchange(input.clients, z.websocket_goodbye, z.websocket_closed);
      return input.clients;
    }
  }
  return 0;
}

double connections_of(const model_input& input) {
  return input.clients +
         (input.messages > 0 ? std::min(input.send_connections, input.messages) : 0);
}

traffic beside_listening(const model_input& input, const wire_sizes& z) {
  traffic t;
  t.bare(connections_of(input) * (3 + 3));
  // The first listening request carries the acknowledgement of the answer.
  t.piece(input.clients, z.start_request);
  t.piece(input.clients, z.start_answer);
  t.exchange(input.messages, z.send_request, z.send_answer, per_s(input.messages, input));
  return t;
}

prediction make_prediction(const traffic& t, double requests, double connections) {
  const double syns = connections * 2 * syn_more;
  prediction p;
  p.requests = requests;
  p.app_bytes = t.app_bytes;
  p.wire_bytes = t.app_bytes + t.segments * segment_head + syns;
  p.wire_bytes_lan = t.app_bytes + t.lan_segments * segment_head + syns;
  return p;
}

}  // namespace

prediction predict(const model_input& input) {
  const wire_sizes z = sizes_of(input.setting);
  traffic t = beside_listening(input, z);
  const double requests = input.clients + input.messages + listen(t, input, z);
  return make_prediction(t, requests, connections_of(input));
}

prediction predict_beside_listening(const model_input& input) {
  return make_prediction(beside_listening(input, sizes_of(input.setting)),
                         input.clients + input.messages, connections_of(input));
}

double expected_read_events(double messages, double conversations, double members,
                            bool are_groups) {
  if (messages <= 0 || conversations <= 0 || members <= 1) return 0;
  const double begun = conversations * (1 - std::pow(1 - 1 / conversations, messages));
  const double marks = std::max(messages - begun, 0.0) * (members - 1) / members;
  return are_groups ? marks : 2 * marks;
}

idle_hour idle_hour_of(sim::transport transport, double poll_interval_s,
                       const wire_setting& setting) {
  const wire_sizes z = sizes_of(setting);
  traffic t;
  idle_hour h;
  switch (transport) {
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
