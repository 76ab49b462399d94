#pragma once

#include <memory>
#include <optional>
#include <string>

#include "sim/client/client.hpp"
#include "sim/client/requester.hpp"
#include "sim/client/seeded_entropy.hpp"
#include "sim/world/check/known_states.hpp"
#include "sim/world/check/world_context.hpp"
#include "sim/world/users/websocket_sender.hpp"

namespace lingerd::sim {

// The user that a device or a tutorial client belongs to, as they see it. It outlives them.
class device_owner {
 public:
  virtual ~device_owner() = default;
  virtual user_id id() const = 0;
  virtual std::string name() const = 0;
  // A new password was requested, and is not confirmed: any session may end now.
  virtual bool is_changing_password() const = 0;
  // A new session's token; empty where the world is over.
  virtual task<std::string> sign_in(requester& requester) = 0;
  // One of the devices has received a message.
  virtual void on_delivered(change_id message) = 0;
};

// One of a user's devices: listens as the page does (sim/client), on a session of its own. It signs
// in again when that session has ended; it drops connections, returns with an older cursor, changes
// transports. Everything it receives is checked against the oracle. Owned by its user.
class device {
 public:
  device(world_context& context, device_owner& owner, std::uint32_t number, std::string token);

  // Runs until leave().
  task<void> run();
  // The faults that a device causes itself (vanish, change), until the world is healed.
  task<void> inject_faults();
  void leave();

  // What the client reports; the run forwards it by the client's number.
  void on_start(const boost::json::object& start);
  void on_parked() { is_parked_ = true; }
  void on_batch(change_id after, instant asked_at, const parsed_batch& batch);
  void on_turned_away();
  void on_answer(std::string_view text);
  void on_websocket_end() { sender_.fail_all(); }

  std::uint32_t number() const { return number_; }
  const device_owner& owner() const { return owner_; }
  const std::string& token() const { return account_.token; }
  std::string title() const;  // for violations and the log
  bool is_parked() const { return is_parked_; }
  bool is_gone() const { return is_gone_; }
  bool is_listening() const { return client_ && client_->has_started() && !is_turned_away_; }
  // Everything up to here was received.
  change_id cursor() const { return client_ ? client_->cursor() : 0; }
  change_id start_cursor() const { return start_cursor_; }
  const known_states& states() const { return states_; }

  // The owner is about to end its session: from now on it may be turned away.
  void expect_session_end() { may_session_end_ = true; }
  // The owner knows that its session has ended.
  void set_session_ended();
  bool has_session_ended() const { return session_ended_at_.has_value(); }

  // Whether it listens on a WebSocket, so that its owner can send on it.
  bool is_on_websocket() const { return client_ && client_->is_on_websocket(); }
  // Sends `message` on the WebSocket and waits for the answer; in one step, or in two for several
  // messages at once. REQUIRES, when sending: is_on_websocket().
  task<requester::reply> send(std::string cid, std::string message);
  websocket_sender::message_ptr begin_send(std::string cid, const std::string& message);
  task<requester::reply> wait_for_answer(websocket_sender::message_ptr message);

 private:
  listening_mode draw_mode();
  void check_ended_session(instant asked_at, const parsed_batch& batch);

  world_context& context_;
  device_owner& owner_;
  const std::uint32_t number_;
  account account_;
  std::unique_ptr<client> client_;
  std::unique_ptr<client> previous_client_;  // until nothing refers to it
  requester requester_;                      // for signing in
  websocket_sender sender_;
  seeded_entropy entropy_;
  known_states states_;
  change_id start_cursor_ = 0;
  std::optional<instant> session_ended_at_;
  bool is_parked_ = false;
  bool is_turned_away_ = false;
  bool may_session_end_ = false;
  bool is_leaving_ = false;
  bool is_gone_ = false;
  waiter sleeper_;
};

}  // namespace lingerd::sim
