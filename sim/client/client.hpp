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

// Callbacks of a run's clients, on the loop's thread. The watcher outlives the clients.
class client_watcher {
 public:
  virtual ~client_watcher() = default;
  // /api/start has been answered.
  virtual void on_started(std::uint32_t client, const boost::json::object& start) = 0;
  // The client listens for the first time.
  virtual void on_parked(std::uint32_t client) = 0;
  virtual void on_message(std::uint32_t client, const parsed_message& m) = 0;
  // All events of one answer, frame or SSE event, before on_message() for each of its messages. The
  // request was made at `request_time` with the cursor `after`.
  virtual void on_batch(std::uint32_t /*client*/, change_id /*after*/, instant /*request_time*/,
                        const parsed_batch& /*h*/) {}
  // The answer to a message sent on the WebSocket: {"sent":…} or {"refused":…}.
  virtual void on_websocket_answer(std::uint32_t /*client*/, std::string_view /*text*/) {}
  // The WebSocket has ended; a message sent on it without an answer may have been stored or not.
  virtual void on_websocket_ended(std::uint32_t /*client*/) {}
  // A request or connection failed; the client will retry.
  virtual void on_failure(std::uint32_t client, std::string_view why) = 0;
  // The server does not know the session; the client ends.
  virtual void on_rejected(std::uint32_t client) = 0;
  // The client has ended.
  virtual void on_left(std::uint32_t client) = 0;
};

// What all clients of a run share. Outlives them.
struct client_context {
  connection_settings& connections;
  client_watcher& watcher;
  seeded_entropy& entropy;
  listening_mode mode;
  std::chrono::seconds wait{100};  // hold of a long poll
  std::string host;                // value of the Host header
  std::size_t clients = 0;  // number of clients; short polls are spread evenly over the interval
  event_parser parser{};
};

// A virtual client that listens as the page does: reads /api/start, requests events from its
// cursor, obeys a requested pause, starts again after an expired cursor, and retries after a
// failure with a growing delay. One coroutine on the loop of its connection; the run owns it.
class client {
 public:
  client(client_context& context, std::uint32_t number, const account& account)
      : context_(context),
        account_(account),
        connection_(context.connections),
        mode_(context.mode),
        number_(number) {}

  // Runs until request_leave() or until the session is rejected.
  task<void> run();
  void request_leave() { connection_.request_close(); }

  // The transport from the next request on; at first the one of the context.
  void listen_by(listening_mode mode) { mode_ = mode; }
  // Makes the first long poll after a failure wait for events at once. By default it asks for an
  // immediate answer, as the page does, to learn that the connection works.
  void hold_at_once() { holds_after_failure_ = true; }
  // Also requests presence, as a visible page does.
  void ask_presence() { presence_ = 0; }
  // Drops the connection in the middle of whatever is under way.
  void drop() { connection_.drop(); }
  // Sets the cursor back, as of a page that was suspended. REQUIRES: not above cursor().
  void rewind(change_id cursor) { cursor_ = cursor; }
  change_id cursor() const { return cursor_; }
  bool has_started() const { return has_started_; }
  // Whether a WebSocket is open at this moment.
  bool is_on_websocket() const { return is_on_websocket_; }
  // Sends a {"send":…} frame. REQUIRES: is_on_websocket().
  void send(std::string text);
  client_connection& connection() { return connection_; }

 private:
  task<bool> start();
  task<bool> listen();
  task<bool> poll_short();
  task<bool> poll_long();
  task<bool> receive_batch(instant longest);
  task<bool> listen_sse();
  task<bool> listen_websocket();
  task<bool> open_stream(int status);
  task<void> back_off();
  task<void> disconnect();

  enum class outcome { good, bad, pause };
  outcome handle(const parsed_batch* h);
  bool check_status(int status, std::string_view body);
  bool handle_error(std::string_view code);
  void note_parked();
  void leave_websocket();
  instant next_short_poll(instant now) const;

  client_context& context_;
  const account& account_;
  client_connection connection_;
  listening_mode mode_;
  std::string epoch_;
  std::string failure_;  // a failure above the connection; empty: see connection_.why()
  change_id cursor_ = 0;
  std::optional<std::uint64_t> presence_;  // the last known revision
  std::vector<std::string> outgoing_;      // frames waiting for the WebSocket
  instant request_time_{};
  double pause_s_ = 0;
  const std::uint32_t number_;
  unsigned failures_ = 0;
  bool has_started_ = false;  // has a cursor
  bool was_parked_ = false;
  bool has_more_ = false;  // the last answer had "more": true
  bool is_rejected_ = false;
  bool holds_after_failure_ = false;
  bool is_on_websocket_ = false;
};

}  // namespace lingerd::sim
