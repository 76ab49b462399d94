#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "sim/client/accounts.hpp"
#include "sim/client/client_connection.hpp"
#include "sim/client/event_parser.hpp"
#include "sim/client/seeded_entropy.hpp"
#include "sim/client/transport.hpp"

namespace lingerd::sim {

// What a run wants to know of its clients.
class client_watcher {
 public:
  virtual ~client_watcher() = default;
  // It has read /api/start.
  virtual void started(std::uint32_t client, const boost::json::object& start) = 0;
  // It listens, for the first time.
  virtual void parked(std::uint32_t client) = 0;
  virtual void heard_one(std::uint32_t client, const parsed_message& m) = 0;
  // Before its messages are told one by one: all that came at once, on a stream that stood at
  // `after` and was asked for at `asked_at`.
  virtual void heard_batch(std::uint32_t /*client*/, change_id /*after*/, instant /*asked_at*/,
                           const parsed_batch& /*h*/) {}
  // What it said on its WebSocket is answered: {"sent":…} or {"refused":…}.
  virtual void answered(std::uint32_t /*client*/, std::string_view /*text*/) {}
  // The WebSocket is gone; what was said on it and not answered may have come to pass or not.
  virtual void websocket_ended(std::uint32_t /*client*/) {}
  // Something went wrong; it will try again.
  virtual void stumbled(std::uint32_t client, std::string_view why) = 0;
  // Its session is not known: it gives up.
  virtual void turned_away(std::uint32_t client) = 0;
  // It was told to end, and did.
  virtual void left(std::uint32_t client) = 0;
};

// What the clients of a run share.
struct client_context {
  connection_settings& lines;
  client_watcher& watcher;
  seeded_entropy& entropy;
  listening_mode mode;
  std::chrono::seconds wait{100};  // of long polls
  std::string host;                // as the Host header says it
  std::size_t clients = 0;         // in all: short polls are spread evenly over the interval
  event_parser parser{};
};

// One who listens, as the page does: he starts, asks from his cursor, is held, goes on; waits where
// he is told to pause; begins again where his cursor has expired; and comes back after a failure,
// each time a little later. A coroutine on whatever the dialler gives.
class client {
 public:
  client(client_context& in, std::uint32_t number, const account& who)
      : crowd_(in), account_(who), line_(in.lines), mode_(in.mode), number_(number) {}

  // Until told to leave, or turned away.
  task<void> run();
  void tell_leaving() { line_.tell_closing(); }

  // How it listens, from its next request on; at first as the crowd does.
  void listen_by(listening_mode mode) { mode_ = mode; }
  // After a failure it asks to be held at once; the page asks for an answer first, to know that all
  // is well.
  void hold_at_once() { holds_at_once_ = true; }
  // Asks for presence, too, as a page that is looked at does.
  void ask_presence() { presence_ = 0; }
  // The connection goes, in the middle of whatever it is at.
  void drop() { line_.drop(); }
  // It knows no more than up to here, as a page that was asleep. REQUIRES: not above cursor().
  void rewind(change_id to) { cursor_ = to; }
  change_id cursor() const { return cursor_; }
  bool has_started() const { return has_started_; }
  // Whether it listens on a WebSocket at this moment.
  bool is_on_websocket() const { return is_on_websocket_; }
  // Says {"send":…} on it. REQUIRES: is_on_websocket().
  void say(std::string text);
  client_connection& connection() { return line_; }

 private:
  task<bool> start();
  task<bool> listen();
  task<bool> poll_short();
  task<bool> poll_long();
  task<bool> hear_poll(instant longest);
  task<bool> hear_sse();
  task<bool> hear_websocket();
  task<bool> open_stream(int status);
  task<void> back_off();
  task<void> say_goodbye();

  enum class verdict { good, bad, pause };
  verdict take(const parsed_batch* h);
  bool take_status(int status, std::string_view body);
  bool take_error(std::string_view code);
  void note_parked();
  void leave_websocket();
  instant next_short_poll(instant now) const;

  client_context& crowd_;
  const account& account_;
  client_connection line_;
  listening_mode mode_;
  std::string epoch_;
  std::string why_;  // of a failure that the line does not know of
  change_id cursor_ = 0;
  std::optional<std::uint64_t> presence_;  // the revision that it knows
  std::vector<std::string> to_say_;        // on the WebSocket
  instant asked_at_{};
  double pause_s_ = 0;
  const std::uint32_t number_;
  unsigned failures_ = 0;
  bool has_started_ = false;  // knows a cursor
  bool was_parked_ = false;
  bool asks_again_ = false;  // the last answer said that there is more
  bool is_turned_away_ = false;
  bool holds_at_once_ = false;
  bool is_on_websocket_ = false;
};

}  // namespace lingerd::sim
