#pragma once

#include <cstdint>

#include "sim/client/transport.hpp"
#include "sim/report/model/wire_sizes.hpp"
#include "sim/report/report.hpp"

// A closed-form model of the cost of each transport. With
//
//   C  clients, each listening for T seconds      M  messages sent
//   D  deliveries: one for each message and recipient
//   O  messages whose sender also listens: the sender's own message ends its hold
//   R  read marks received: sending marks earlier messages as read, and the mark travels in the
//      same answer, block or frame as the message
//   W  mean length of a hold, I  interval of short polls, P  the 25 s between two pings
//
// it counts exchanges and takes their lengths from wire_sizes:
//
//              requests besides C starts and M sends   bytes of listening
//   short      C × (1 + T/I)                           requests × (request + empty answer) + events
//   long       C + D + O + C × timeouts                as short
//   sse        C                                       C × (request + head)
//                                                      + events × (frame + event) + pings
//   websocket  C                                       C × (request + head + close)
//                                                      + events × (frame + event) + pings
//
//   timeouts   holds that see no event within W. Events come to a client as a Poisson stream of
//              rate λ = (D + O) / (C T), so each hold reaches its deadline with probability
//              e^(−λW). The renewal of holds gives max(0, T − W) × λ/(e^(λW) − 1) + [T ≥ W]
//              e^(−λW): T/W without events, and 0 for many events.
//   W          the requested hold less half of the jitter that the server may cut off.
//
// Segments follow from how Linux acknowledges. An exchange is the request, the answer and one bare
// acknowledgement. An immediate answer carries the acknowledgement of the request, and its own
// follows 40 ms later; for a held answer, the request is acknowledged bare and the next request
// carries the acknowledgement of the answer. An event on an open stream is a segment and a bare
// acknowledgement; a WebSocket's ping also has its pong. A bare acknowledgement waits 40 ms for a
// segment to travel with: of polls and sends at a rate of r a connection, e^(−0.04 r) stay bare; of
// the events of a stream, which go one way, one acknowledgement serves all within 40 ms:
// 1/(1 + 0.04 r). Senders take the connection that was used last, so its rate is that of all sends.
// Opening takes 3 segments, closing 3. Data longer than a segment takes more of them, and on a LAN
// one more acknowledgement for every second segment.
//
// A segment has 40 bytes of IPv4 and TCP header and 12 of timestamps; a SYN has 8 more bytes of
// options. Loopback segments hold up to 65,483 bytes, so that no answer here is ever split; those
// of a LAN hold 1,460 less the 12 of the timestamps.
namespace lingerd::sim {

struct model_input {
  sim::transport transport = sim::transport::long_poll;
  double poll_interval_s = 3;  // short polls only
  double clients = 0;          // C
  double listening_s = 0;      // T, of each client: from its first listening to its close
  double messages = 0;         // M
  double deliveries = 0;       // D
  double own_events = 0;       // O
  double read_events = 0;      // R
  double send_connections = 64;
  wire_setting setting;
};

prediction predict(const model_input& input);
// The part that does not depend on the transport: connections, starts and sends.
prediction predict_beside_listening(const model_input& input);

// The cost of one client in an hour without events.
struct idle_hour {
  double requests = 0;
  double app_bytes = 0;
  double wire_bytes = 0;
};
idle_hour idle_hour_of(sim::transport transport, double poll_interval_s,
                       const wire_setting& setting);

// R for `messages` spread evenly over `conversations` of `members`, each equally likely to write. A
// message makes a read mark if the one before it in its conversation has another sender: all but
// the first of a conversation, (members - 1)/members of the time. Of two friends both receive the
// mark, in a group only the sender.
double expected_read_events(double messages, double conversations, double members, bool are_groups);

// The model's input for a run of a report. R is the expected value and T the steady phase; a caller
// with measured values sets them itself.
model_input input_of(const report& r, const run& run);
transport transport_of(const run& run);

// Completes the runs of a report: the prediction if absent, and the idle cost with "model" as its
// origin.
void add_model(report& r);

}  // namespace lingerd::sim
