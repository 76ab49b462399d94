#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "core/chat/chat.hpp"
#include "core/loop/task.hpp"
#include "tests/store/commit/store_fixtures.hpp"

namespace lingerd::core_tests {

// The steps that a test takes on a chat: accounts, friendships, groups, messages, each committed
// before the step returns. The base of a fixture, which owns the chat, its loop and its workers.
class chat_steps {
 public:
  virtual ~chat_steps() = default;

  // Runs the loop and the workers until nothing is left to do.
  virtual void settle() = 0;

  // Runs the task to its end; throws if it still waits when nothing is left to do.
  template <class T>
  T finish(task<T> t) {
    std::optional<T> outcome;
    begin(std::move(t), outcome);
    settle();
    if (!outcome) throw std::runtime_error("the task still waits");
    return std::move(*outcome);
  }
  // Starts the task; settle() continues it. `outcome` must outlive it.
  template <class T>
  void begin(task<T> t, std::optional<T>& outcome) {
    tasks().spawn(store_outcome(std::move(t), outcome));
  }

  // Fails the test if the change is refused.
  applied commit(change c) {
    result<applied> a = finish(tested_chat().commit(std::move(c)));
    EXPECT_TRUE(a.has_value()) << (a ? "" : a.error().message);
    return a ? std::move(*a) : applied();
  }
  user_id user(const std::string& name) { return commit(store_tests::new_user(name)).party; }
  void befriend(user_id a, user_id b) { commit(make_friends{a, b, tested_chat().wall().now}); }
  group_id group(user_id owner, std::vector<user_id> members) {
    lingerd::add_group c;
    c.owner = owner;
    c.name = "lab";
    c.members = std::move(members);
    return commit(c).party;
  }
  result<sent_message> send(user_id sender, conversation target, const std::string& text,
                            const std::string& cid = "") {
    return finish(tested_chat().send(sender, target, text, cid));
  }
  // The message's id; fails the test if it is refused.
  change_id say(user_id sender, user_id recipient, const std::string& text) {
    return say_in(sender, conversation::single(sender, recipient), text);
  }
  change_id say_to_group(user_id sender, group_id g, const std::string& text) {
    return say_in(sender, conversation::group(g), text);
  }

 protected:
  virtual lingerd::chat& tested_chat() = 0;
  // Destroyed by the fixture before the chat.
  virtual nursery& tasks() = 0;

 private:
  template <class T>
  static task<void> store_outcome(task<T> t, std::optional<T>& outcome) {
    T value = co_await std::move(t);
    outcome.emplace(std::move(value));
  }
  change_id say_in(user_id sender, conversation target, const std::string& text) {
    const result<sent_message> sent = send(sender, target, text);
    EXPECT_TRUE(sent.has_value());
    return sent ? sent->id : 0;
  }
};

}  // namespace lingerd::core_tests
