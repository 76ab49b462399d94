#pragma once

#include <cstdint>

#include "sim/client/transport.hpp"
#include "sim/report/model/wire_sizes.hpp"
#include "sim/report/report.hpp"

// A closed-form model of what each transport costs. With
//
//   C  clients, each listening for T seconds      M  messages sent
//   D  deliveries: one for each message and recipient
//   O  messages whose sender listens himself: his own message comes back to him, and ends his hold
//   R  read marks that are heard: sending reads what came before, and the mark travels in the same
//      answer, block or frame as the message
//   W  the mean length of a hold, I  the interval of short polls, P  the 25 s between two pings
//
// it counts exchanges, and takes their lengths from wire_sizes:
//
//              requests beside C starts and M sends      bytes of listening
//   short      C × (1 + T/I)                             requests × (ask + empty answer) + events
//   long       C + D + O + C × timeouts                  the same
//   sse        C                                         C × (ask + head) + events × (frame +
//   event) + pings websocket  C                                         C × (ask + head + close) +
//   events × (frame + event) + pings
//
//   timeouts   a hold that sees no event in W. Events come to a client as a Poisson stream of rate
//              λ = (D + O) / (C T), so each hold ends by its deadline with probability e^(−λW);
//              the renewal of holds gives max(0, T − W) × λ/(e^(λW) − 1) + [T ≥ W] e^(−λW),
//              which is T/W where nothing happens and nothing where everything does.
//   W          the hold less half of the jitter that the server may cut off.
//
// Segments, from how Linux acknowledges: an exchange is the request, the answer and one bare
// acknowledgement. Where the answer comes at once it carries the request's acknowledgement, and its
// own travels bare 40 ms later; where it is held, the request's travels bare and the next request
// carries the answer's. An event on an open stream is a segment and a bare acknowledgement; a
// WebSocket's ping has its pong besides. A bare acknowledgement waits 40 ms for something to travel
// with: of polls and sends at a rate of r a connection, e^(−0.04 r) stay bare; of the events of a
// stream, which go one way, one acknowledgement serves all of 40 ms: 1/(1 + 0.04 r). Those who send
// take the connection that was used last, so that its rate is that of all sends. Opening is 3
// segments, closing 3. What is longer than a segment takes more of them, and on a LAN every second
// one more acknowledgement.
//
// A segment is 40 bytes of IPv4 and TCP header and 12 of timestamps; a SYN has 8 bytes of options
// more. Loopback's segments hold up to 65,483 bytes, so that no answer here is ever cut; a LAN's
// are 1,460 less the timestamps' 12.
namespace lingerd::sim {

struct model_input {
  transport how = transport::long_poll;
  double poll_interval_s = 3;  // short alone
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
// The part of it that does not depend on the transport: connections, starts and sends.
prediction predict_beside_listening(const model_input& input);

// One client for one hour in which nothing happens.
struct idle_hour {
  double requests = 0;
  double app_bytes = 0;
  double wire_bytes = 0;
};
idle_hour idle_hour_of(transport how, double poll_interval_s, const wire_setting& setting);

// R, where `messages` fall evenly into `rooms` of `members`, each as likely to write: a mark is
// made by a message whose forerunner in its room is somebody else's, which is all but the first of
// a room, (members - 1)/members of the time. Of two friends both hear it, of a group the writer
// alone.
double expected_read_events(double messages, double rooms, double members, bool are_groups);

// What a run of a report looked like to the model. R is the expected one, and T the steady phase: a
// caller that knows better puts in what he knows.
model_input input_of(const report& r, const run& one);
transport transport_of(const run& one);

// Fills in what the runs of a report lack: the prediction, and the idle cost with "model" as its
// origin.
void add_model(report& r);

}  // namespace lingerd::sim
