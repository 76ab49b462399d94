#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "core/state/rows.hpp"

namespace lingerd {

// The tables as apply() sees them, inside one write transaction. LMDB and memory implement this
// through the same codec (store/). Every failure (a full disk, a damaged row) is an exception that
// ends the transaction: nothing of the batch is stored then.
//
// The for_each_… functions visit in ascending key order; the visitor returns false to stop. It must
// not write to the table being visited.
class tables {
 public:
  virtual ~tables() = default;

  virtual meta_row meta() = 0;
  virtual void put(const meta_row&) = 0;

  virtual std::optional<user_row> user(user_id) = 0;
  virtual void put(const user_row&) = 0;
  // Names are passed folded.
  virtual std::optional<user_id> named(std::string_view folded) = 0;
  virtual void put_name(std::string_view folded, user_id) = 0;
  virtual void erase_name(std::string_view folded) = 0;

  virtual std::optional<friend_row> friendship_of(user_id user, user_id other) = 0;
  virtual void put(const friend_row&) = 0;
  virtual void for_each_friend(user_id, const std::function<bool(const friend_row&)>&) = 0;

  virtual std::optional<group_row> group(group_id) = 0;
  virtual void put(const group_row&) = 0;

  virtual std::optional<member_row> member(group_id, user_id) = 0;
  virtual void put(const member_row&) = 0;
  virtual void for_each_member(group_id, const std::function<bool(const member_row&)>&) = 0;
  // The groups of which the user is or was a member.
  virtual void for_each_group_of(user_id, const std::function<bool(group_id)>&) = 0;

  virtual std::optional<message_row> message(conversation, change_id) = 0;
  // The newest message with an id at or below `id`.
  virtual std::optional<message_head> newest(conversation, change_id id = change_id_max) = 0;
  virtual void put(const message_row&) = 0;

  virtual std::optional<sent_row> sent(user_id, std::string_view cid) = 0;
  virtual void put(const sent_row&) = 0;

  virtual std::optional<read_row> read_mark(user_id, conversation) = 0;
  virtual void put(const read_row&) = 0;

  virtual std::optional<session_row> session(const token_hash&) = 0;
  virtual void put(const session_row&) = 0;
  virtual void erase_session(const token_hash&) = 0;
  virtual void for_each_session(const std::function<bool(const session_row&)>&) = 0;
};

}  // namespace lingerd
