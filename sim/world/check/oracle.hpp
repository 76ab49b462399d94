#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/ids.hpp"
#include "core/loop/loop.hpp"
#include "core/state/change.hpp"
#include "core/state/rows.hpp"
#include "sim/world/check/violation.hpp"
#include "sim/world/disk/watched_store.hpp"
#include "store/engine/kv_transaction.hpp"

namespace lingerd::sim {

// A message that a user tried to send. Its number is part of its text, so that it is recognised
// wherever it turns up.
struct attempt {
  user_id sender = 0;
  conversation target;
  std::string text;
  std::string cid;  // empty: none; it is then sent only once
  instant began{};
  change_id id = 0;  // 0 until it is stored
  bool is_acknowledged = false;
  bool is_refused = false;
};

// A message that is on disk.
struct oracle_message {
  change_id id = 0;
  lingerd::conversation conversation;
  std::uint32_t attempt = 0;
  wall_ms timestamp = 0;
  bool unsynced = false;
  instant committed_at{};  // when the server learnt that it is on disk
};

// The true state of a world: the messages that were tried, the changes that became durable and
// their order, and the users that may see them. The run owns it, and it survives the server's
// crashes. It follows the store and not the server, so that every response can be checked against
// it.
//
// Each committed change is checked at once: a message was tried by its sender, is stored once, with
// its text; it is allowed by the state of that moment; its number, timestamp and order are right.
class oracle final : public commit_watcher {
 public:
  // Both outlive it.
  oracle(loop& loop, first_violation& violation) : loop_(loop), violation_(violation) {}

  // --- attempts (oracle.cpp) ---
  // Returns the attempt's number, which is all_attempts().size() before the call.
  std::uint32_t add_attempt(attempt a);
  attempt& attempt_at(std::uint32_t number) { return attempts_[number]; }
  const std::vector<attempt>& all_attempts() const { return attempts_; }
  // The text of an attempt, at least `length` bytes; and the attempt that a text belongs to.
  static std::string text_of(std::uint32_t number, std::size_t length);
  std::optional<std::uint32_t> attempt_of(std::string_view text) const;

  // --- the store (oracle.cpp, oracle_disk.cpp) ---
  void committed(std::span<const applied> results) override;
  // After a server has opened the disk: the disk holds all committed changes; any others were
  // tried, and were being committed when the previous server ended.
  void check_reopened(kv_transaction& disk);
  // At the end, without a commit under way: the disk holds the committed changes and no others.
  void check_final(kv_transaction& disk);

  // --- the current state (oracle_queries.cpp) ---
  const std::vector<oracle_message>& messages() const { return messages_; }  // ascending by id
  const oracle_message* message(change_id id) const;
  bool is_change(change_id id) const { return changes_.contains(id); }
  change_id last_id() const { return last_id_; }
  std::string text(const oracle_message& m) const { return attempts_[m.attempt].text; }
  user_id sender(const oracle_message& m) const { return attempts_[m.attempt].sender; }

  // Whether it is in a conversation of the reader's, or within a stay in the group.
  bool may_see(user_id reader, const oracle_message& m) const;
  // The newest message that the reader may see; 0: none.
  change_id newest_for(user_id reader) const;
  // Messages of others in `target` that the reader may see, with ids in (above, up_to].
  std::uint64_t count_unread(user_id reader, conversation target, change_id above,
                             change_id up_to) const;

  bool are_friends(user_id a, user_id b) const;
  bool is_member(user_id u, group_id g) const;
  // Whether this was so at any moment since `since`.
  bool were_friends_since(user_id a, user_id b, instant since) const;
  bool were_strangers_since(user_id a, user_id b, instant since) const;
  bool was_member_since(user_id u, group_id g, instant since) const;
  bool was_outside_since(user_id u, group_id g, instant since) const;
  const std::map<group_id, group_row>& groups() const { return groups_; }
  std::vector<user_id> members_of(group_id g) const;

  std::uint64_t commits() const { return commits_; }

 private:
  struct period {
    instant begin{};
    bool is_on = false;
  };
  void take(const applied& a);
  void take_row(const row_written& row);
  // `is_committed`: the store has reported it; else it was found on disk after a crash.
  void take_message(const message_row& m, bool is_committed);
  bool check_attempt(const message_row& m, std::optional<std::uint32_t> attempt);
  void check_timestamp(const message_row& m);
  void add_change(change_id id);
  void report(invariant i, std::string message) {
    violation_.record(i, std::move(message), loop_.now());
  }
  bool check_messages_on_disk(kv_transaction& disk, bool may_be_new);
  void check_states_on_disk(kv_transaction& disk, bool may_be_new);
  static bool was_at_any_time(const std::vector<period>* periods, bool state, instant since);

  loop& loop_;
  first_violation& violation_;
  std::vector<attempt> attempts_;
  std::vector<oracle_message> messages_;
  std::map<conversation, std::uint64_t> numbers_;  // of each conversation's newest message
  std::map<std::pair<user_id, user_id>, friend_row> friends_;
  std::map<std::pair<user_id, user_id>, std::vector<period>> friendship_;
  std::map<std::pair<group_id, user_id>, member_row> members_;
  std::map<std::pair<group_id, user_id>, std::vector<period>> membership_;
  std::map<group_id, group_row> groups_;
  std::set<change_id> changes_;
  change_id last_id_ = 0;
  wall_ms last_timestamp_ = 0;
  std::uint64_t commits_ = 0;
};

// For violations: a message's id, sender and conversation.
std::string describe(const message_row& m);

}  // namespace lingerd::sim
