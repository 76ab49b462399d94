#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/state/change.hpp"
#include "core/base/ids.hpp"
#include "core/loop/loop.hpp"
#include "core/state/rows.hpp"
#include "sim/world/check/violation.hpp"
#include "sim/world/disk/watched_store.hpp"
#include "store/engine/kv_transaction.hpp"

namespace lingerd::sim {

// Something that somebody tried to say. Its number is in its text, so that it is known wherever it
// turns up.
struct attempt {
  user_id from = 0;
  conversation to;
  std::string text;
  std::string cid;  // empty: none, and then it is said once alone
  instant began{};
  change_id id = 0;  // as soon as it is known
  bool is_acknowledged = false;
  bool is_refused = false;
};

// A message that is on disk.
struct true_message {
  change_id id = 0;
  conversation in;
  std::uint32_t attempt = 0;
  wall_ms timestamp = 0;
  bool unsynced = false;
  instant told_at{};  // when the server heard that it is on disk
};

// What is true in a world: what was tried, what became durable and in which order, who may see it.
// It follows the store, not the server: everything that the server tells is held against it.
//
// Each thing that becomes durable is checked as it does: tried by the very sender, once, with its
// text; allowed by the state of that moment; numbered, timed and ordered as promised.
class truth final : public commit_watcher {
 public:
  truth(loop& on, verdict_box& box) : loop_(on), box_(box) {}

  std::uint32_t try_to_say(attempt a);
  attempt& tried(std::uint32_t number) { return attempts_[number]; }
  const std::vector<attempt>& all_tried() const { return attempts_; }
  // The text of an attempt of `length` bytes at least, and which attempt a text is.
  static std::string text_of(std::uint32_t number, std::size_t length);
  std::optional<std::uint32_t> attempt_of(std::string_view text) const;

  void committed(std::span<const applied> results) override;
  // A server has opened the disk anew: everything that was told is there, and what is there besides
  // was tried, and under way when the last one went.
  void reopened(kv& disk);
  // The same, and no more: for the end, when nothing is under way.
  void compare(kv& disk);

  const std::vector<true_message>& messages() const { return messages_; }  // ascending by id
  const true_message* message(change_id id) const;
  bool is_change(change_id id) const { return changes_.contains(id); }
  change_id last_id() const { return last_id_; }
  std::string text(const true_message& m) const { return attempts_[m.attempt].text; }
  user_id sender(const true_message& m) const { return attempts_[m.attempt].from; }

  // Whether the reader may see the message: his conversation, or his stay in the group.
  bool may_see(user_id reader, const true_message& m) const;
  // The newest message that he may see; 0: none.
  change_id newest_for(user_id reader) const;
  // How many messages of others in `in`, above `above` and up to `up_to`, he may see.
  std::uint64_t count_unread(user_id reader, conversation in, change_id above,
                             change_id up_to) const;

  bool are_friends(user_id a, user_id b) const;
  bool is_member(user_id u, group_id g) const;
  // Whether the friendship, or the membership, of these two changed at or after `since`, or ever
  // was as `wanted` since then.
  bool were_friends_since(user_id a, user_id b, instant since) const;
  bool were_strangers_since(user_id a, user_id b, instant since) const;
  bool was_member_since(user_id u, group_id g, instant since) const;
  bool was_outside_since(user_id u, group_id g, instant since) const;
  const std::map<group_id, group_row>& groups() const { return groups_; }
  std::vector<user_id> members_of(group_id g) const;

  std::uint64_t commits() const { return commits_; }

 private:
  struct spell {
    instant since{};
    bool is_on = false;
  };
  void take(const applied& a);
  void take_row(const row_written& row);
  void take_message(const message_row& m, bool told);
  void note(change_id id);
  void broken(clause c, std::string what) { box_.broken(c, std::move(what), loop_.now()); }
  void read_rows(kv& disk, bool may_be_new);
  static bool was(const std::vector<spell>* of, bool wanted, instant since);
  std::string describe(const message_row& m) const;

  loop& loop_;
  verdict_box& box_;
  std::vector<attempt> attempts_;
  std::vector<true_message> messages_;
  std::map<conversation, std::uint64_t> numbers_;  // of each conversation's newest message
  std::map<std::pair<user_id, user_id>, friend_row> friends_;
  std::map<std::pair<user_id, user_id>, std::vector<spell>> friendship_;
  std::map<std::pair<group_id, user_id>, member_row> members_;
  std::map<std::pair<group_id, user_id>, std::vector<spell>> membership_;
  std::map<group_id, group_row> groups_;
  std::set<change_id> changes_;
  change_id last_id_ = 0;
  wall_ms last_timestamp_ = 0;
  std::uint64_t commits_ = 0;
};

}  // namespace lingerd::sim
