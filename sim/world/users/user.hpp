#pragma once

#include <deque>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sim/client/requester.hpp"
#include "sim/client/seeded_entropy.hpp"
#include "sim/world/check/response_checker.hpp"
#include "sim/world/users/device.hpp"
#include "sim/world/users/tutorial_client.hpp"

namespace lingerd::sim {

// A user of a world: performs random actions one after the other, with random pauses, and checks
// the answers against the oracle. Where an answer is lost it asks again until the outcome is known.
// Owns its devices; the run owns it.
class user final : public device_owner {
 public:
  user(world_context& context, std::uint32_t number, user_id id, std::string name,
       std::string password, std::string token);

  // --- set-up, before act() ---
  // All users of the world, this one among them.
  void set_users(std::vector<user*> users) { users_ = std::move(users); }
  // For the coroutines that run beside act(). It must be destroyed before the user.
  void set_nursery(nursery& n) { background_ = &n; }
  device& add_device(std::uint32_t number, std::string token);
  // At most once.
  tutorial_client& add_tutorial_client(std::string token);

  // --- the user's life ---
  // Performs the recipe's number of actions, until the world is healed.
  task<void> act();
  // All outcomes are known.
  bool is_done() const { return is_done_ && repetitions_ == 0; }
  // After the faults: a message to each friend and to a group, so that everyone has news.
  task<void> send_final_messages();
  // The current answer of /api/start; empty where none could be had.
  task<boost::json::object> fresh_start();
  // Reports read marks that the start has lost, except those that a crash may lose.
  void check_read_marks(const boost::json::object& start);
  task<void> close();

  user_id id() const override { return id_; }
  std::string name() const override { return name_; }
  bool is_changing_password() const override { return is_changing_password_; }
  task<std::string> sign_in(requester& requester) override;
  void on_delivered(change_id message) override;

  std::deque<device>& devices() { return devices_; }
  bool has_received(change_id message) const { return received_.contains(message); }

 private:
  static constexpr instant answer_time = std::chrono::seconds(20);

  // Actions (user_actions.cpp).
  enum class action : std::uint8_t;
  action choose_action();
  task<void> perform(action a);

  // Messages (user_messages.cpp).
  struct send_result {
    send_path path = send_path::json;
    requester::reply answer;
  };
  std::uint32_t add_attempt(conversation target, bool has_cid);
  task<send_result> send_once(std::uint32_t number);
  task<void> send_until_known(std::uint32_t number, bool may_be_known);
  task<void> send_message(conversation target, bool has_cid);
  task<void> send_burst();
  task<void> pipeline_on_websocket(device& d, conversation target);
  task<void> repeat_in_parallel(std::uint32_t number, instant delay);
  task<void> repeat_old();
  task<void> reuse_cid();
  task<void> send_without_permission();
  device* random_websocket_device();

  // Reading (user_reads.cpp).
  task<void> mark_read();
  task<void> announce_typing();
  task<void> read_start();
  task<void> read_history();
  task<void> poll_old_cursor();
  task<void> ask_beyond_newest(std::string epoch);
  task<void> send_malformed();
  task<void> pipeline_requests();
  task<void> send_garbage();

  // People (user_people.cpp).
  task<void> befriend();
  task<void> unfriend();
  task<void> make_group();
  task<void> change_group();
  task<void> change_members();
  task<void> change_name();
  task<void> change_password();
  task<void> end_session();

  // Asks again until an answer settles the outcome; status 0 only where the world is over.
  task<requester::reply> ask_until_answered(std::string method_and_target, std::string body);
  task<requester::reply> ask(std::string method_and_target, std::string body, instant timeout);
  task<void> pause(instant duration);
  conversation random_conversation();
  user* random_friend();
  std::optional<group_id> random_group();
  std::uint64_t below(std::uint64_t n) { return entropy_.below(n); }

  world_context& context_;
  const std::uint32_t number_;
  const user_id id_;
  const std::string name_;
  std::vector<std::string> passwords_;  // newest first; several after a lost answer to a change
  account account_;
  requester requester_;
  seeded_entropy entropy_;
  std::vector<user*> users_;
  std::deque<device> devices_;
  std::optional<tutorial_client> tutorial_client_;
  nursery* background_ = nullptr;
  std::vector<std::uint32_t> acknowledged_;  // attempts with a cid
  std::set<change_id> received_;
  struct read_mark {
    lingerd::conversation conversation;
    change_id up_to = 0;
    instant asked_at{};
    instant acknowledged_at{};
  };
  std::vector<read_mark> read_marks_;
  unsigned repetitions_ = 0;  // repeat_in_parallel() that have not ended
  unsigned names_used_ = 0;
  bool is_done_ = false;
  bool is_changing_password_ = false;
  bool sends_long_texts_ = false;
};

}  // namespace lingerd::sim
