#pragma once

#include <deque>
#include <map>
#include <memory>
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

// A user of a world: does one thing after the other, at times of his own, and holds the answers
// against the truth. He keeps asking until he knows what became of what he said.
class user final : public owner {
 public:
  user(world_context& context, std::uint32_t number, user_id id, std::string name,
       std::string password, std::string token);

  // The others, and their devices: set before anybody acts.
  void meet(std::vector<user*> everybody) { everybody_ = std::move(everybody); }
  device& add_device(std::uint32_t number, std::string token);
  // Once at most.
  tutorial_client& open_old_page(std::string token);

  // Acts until his actions are done, or the world is over.
  task<void> act();
  bool is_done() const { return is_done_ && repeating_ == 0; }
  // After the trouble: a message to each friend and group of his, so that everybody has to hear.
  task<void> last_word();
  // A start as it is now; an empty object where none could be had.
  task<boost::json::object> fresh_start();
  // After everything: his connection closes.
  task<void> close();

  user_id id() const override { return id_; }
  std::string name() const override { return name_; }
  bool is_changing_password() const override { return changing_; }
  task<std::string> sign_in(requester& requester) override;
  void reached(change_id message) override;

  std::deque<device>& devices() { return devices_; }
  bool was_reached(change_id message) const { return reached_.contains(message); }
  // How far he has marked a conversation as read, where no crash can have forgotten it.
  void check_marks(const boost::json::object& start);

  // Where his coroutines live that run beside act().
  void set_nursery(nursery& n) { beside_ = &n; }

 private:
  static constexpr instant answer_time = std::chrono::seconds(20);

  enum class doing : std::uint8_t;
  doing choose();
  task<void> do_one(doing what);

  // Saying (actor_says.cpp).
  struct heard_back {
    sent_by by = sent_by::json;
    requester::reply answer;
  };
  std::uint32_t try_to_say(conversation target, bool once);
  task<heard_back> speak(std::uint32_t number);
  task<void> say_until_known(std::uint32_t number, bool may_be_known);
  task<void> say(conversation target, bool once);
  task<void> talk_fast();
  task<void> say_in_a_row(device& on, conversation target);
  task<void> say_again(std::uint32_t number, instant after);
  task<void> repeat_old();
  task<void> conflict();
  task<void> trespass();

  // Looking (actor_looks.cpp).
  task<void> mark_read();
  task<void> typing();
  task<void> look_at_start();
  task<void> look_at_history();
  task<void> look_back();
  task<void> babble();

  // People (actor_people.cpp).
  task<void> befriend();
  task<void> unfriend();
  task<void> make_group();
  task<void> change_group();
  task<void> change_members();
  task<void> change_name();
  task<void> change_password();
  task<void> end_session();

  // Asks until an answer comes that tells; status 0 only where the world is over.
  task<requester::reply> insist(std::string method_and_target, std::string body);
  task<requester::reply> ask(std::string method_and_target, std::string body, instant longest);
  task<void> pause(instant how_long);
  conversation some_conversation();
  user* some_friend();
  std::optional<group_id> some_group();
  device* some_socket();
  std::uint64_t below(std::uint64_t n) { return entropy_.below(n); }

  world_context& context_;
  const std::uint32_t number_;
  const user_id id_;
  const std::string name_;
  std::vector<std::string>
      passwords_;  // the last first: which of them it is, where an answer was lost
  account account_;
  requester hand_;
  seeded_entropy entropy_;
  std::vector<user*> everybody_;
  std::deque<device> devices_;
  std::optional<tutorial_client> old_page_;
  nursery* beside_ = nullptr;
  std::vector<std::uint32_t> said_;  // his attempts with a cid that were acknowledged
  std::set<change_id> reached_;
  struct mark {
    lingerd::conversation conversation;
    change_id up_to = 0;
    instant asked_at{};
    instant told_at{};
  };
  std::vector<mark> marks_;
  unsigned repeating_ = 0;
  unsigned named_ = 0;
  bool is_done_ = false;
  bool changing_ = false;
  bool says_long_ = false;
};

}  // namespace lingerd::sim
