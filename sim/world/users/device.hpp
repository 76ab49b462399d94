#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>

#include "sim/client/requester.hpp"
#include "sim/client/seeded_entropy.hpp"
#include "sim/world/check/stream_checker.hpp"
#include "sim/world/check/world_context.hpp"
#include "sim/world/users/websocket_sender.hpp"

namespace lingerd::sim {

// Who a device belongs to: knows the password and what became of it.
class owner {
 public:
  virtual ~owner() = default;
  virtual user_id id() const = 0;
  virtual std::string name() const = 0;
  // He has asked for a new password, and has no answer yet: any session may end now.
  virtual bool is_changing_password() const = 0;
  // A new session, or an empty token where the world is over.
  virtual task<std::string> sign_in(requester& requester) = 0;
  // A message has reached him, by one of his devices.
  virtual void reached(change_id message) = 0;
};

// One of a user's devices: listens as the page does (sim/client), with a session of its own; signs
// in again where that has ended; goes without a word, comes back knowing less, changes transport.
// Holds everything that it hears against the truth.
class device {
 public:
  device(world_context& context, owner& of, std::uint32_t number, std::string token);

  // Until told to leave.
  task<void> live();
  // The troubles that a device makes itself, as long as they last.
  task<void> misbehave();
  void tell_leaving();

  // What the client says, passed on by who knows all of them.
  void started(const boost::json::object& start);
  void parked() { is_parked_ = true; }
  void heard_batch(change_id after, instant asked_at, const parsed_batch& h);
  void turned_away();
  void answered(std::string_view text);
  void websocket_ended() { talk_.ended(); }
  void left() { is_gone_ = true; }

  std::uint32_t number() const { return number_; }
  const owner& owned_by() const { return owner_; }
  bool is_parked() const { return is_parked_; }
  bool is_gone() const { return is_gone_; }
  const std::string& token() const { return account_.token; }
  std::string title() const;
  // Its owner is about to end its session: it may be turned away from now on.
  void expect_end() { may_end_ = true; }
  // Its session has ended, as its owner knows for sure from now on.
  void session_ended();
  bool is_session_known_to_have_ended() const { return session_ended_at_.has_value(); }
  // It has heard everything up to here.
  change_id cursor() const { return client_ ? client_->cursor() : 0; }
  change_id started_at() const { return started_at_; }
  // Whether it listens on a WebSocket, on which its owner may say something.
  bool is_on_websocket() const { return client_ && client_->is_on_websocket(); }
  // Both together, or one after the other: a message on that WebSocket, and its answer. REQUIRES,
  // where it begins: is_on_websocket().
  task<requester::reply> say(std::string cid, std::string message);
  websocket_sender::spoken_ptr begin_to_say(std::string cid, const std::string& message);
  task<requester::reply> answer_to(websocket_sender::spoken_ptr what);
  bool is_listening() const { return client_ && client_->has_started() && !is_turned_away_; }
  const known_states& states() const { return states_; }

 private:
  listening_mode some_way();

  world_context& context_;
  owner& owner_;
  const std::uint32_t number_;
  account account_;
  std::unique_ptr<client> client_;
  std::unique_ptr<client> gone_client_;  // the last one, until nobody refers to it
  requester door_;
  websocket_sender talk_;
  seeded_entropy entropy_;
  known_states states_;
  change_id started_at_ = 0;
  std::optional<instant> session_ended_at_;
  bool is_parked_ = false;
  bool is_turned_away_ = false;
  bool may_end_ = false;
  bool is_leaving_ = false;
  bool is_gone_ = false;
  waiter asleep_;
};

}  // namespace lingerd::sim
