#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/base/error.hpp"
#include "core/state/rows.hpp"

// The durable changes as they are appended to the log, and their results. Values that depend on
// time, randomness or a password are computed before a change is appended; apply() decides whether
// it is accepted.
namespace lingerd {

// `initiator` 0 is the administrator (the command line), for which no role or friendship is
// required; bounds and invariants of the data still hold.

struct add_user {
  std::string name, display, password_hash;
  bool admin = false;
};
struct set_password {
  user_id user = 0;
  std::string password_hash;
  std::optional<token_hash> keep;  // this session stays, the user's others end
  std::string verified;            // the old hash, which must still be current; empty: unchecked
};
struct set_display {
  user_id user = 0;
  std::string display;
};
struct set_disabled {
  user_id user = 0;
  bool disabled = false;
};
struct remove_user {
  user_id user = 0;
};

struct open_session {
  user_id user = 0;
  token_hash hash{};
  wall_ms now = 0;
  std::string
      verified;  // the accepted password hash, which must still be current; empty: unchecked
  std::vector<token_hash> ending;  // sessions of the same user to end, to make room for this one
};
struct touch_session {
  token_hash hash{};
  wall_ms now = 0;
};
struct end_session {
  token_hash hash{};
};
struct end_session_by_id {
  user_id user = 0;
  change_id id = 0;
};

// Requests a friendship, or agrees to the request of `other`.
struct ask_friend {
  user_id user = 0, other = 0;
  wall_ms now = 0;
};
// Makes two users friends without a request (administrator).
struct make_friends {
  user_id a = 0, b = 0;
  wall_ms now = 0;
};
struct end_friendship {
  user_id user = 0, other = 0;
  wall_ms now = 0;
};

struct add_group {
  user_id initiator = 0, owner = 0;
  std::string name, brief;
  std::uint32_t max_members = 0;
  std::vector<user_id> members;  // the owner need not be among them
};
struct edit_group {
  user_id initiator = 0;
  group_id group = 0;
  std::optional<std::string> name, brief;
  std::optional<user_id> owner;
  std::optional<std::uint32_t> max_members;
};
struct add_member {
  user_id initiator = 0;
  group_id group = 0;
  user_id user = 0;
};
struct remove_member {
  user_id initiator = 0;
  group_id group = 0;
  user_id user = 0;
};
struct set_role {
  user_id initiator = 0;
  group_id group = 0;
  user_id user = 0;
  role rank = role::member;
};
struct remove_group {
  user_id initiator = 0;
  group_id group = 0;
};

struct send_message {
  user_id sender = 0;
  conversation target;
  std::string text;
  std::string cid;        // may be empty
  wall_ms timestamp = 0;  // proposed; apply() never lets it run backward
  bool unsynced = false;
};
struct mark_read {
  user_id user = 0;
  lingerd::conversation conversation;
  change_id up_to = 0;
};

using change = std::variant<send_message, mark_read, add_user, set_password, set_display,
                            set_disabled, remove_user, open_session, touch_session, end_session,
                            end_session_by_id, ask_friend, make_friends, end_friendship, add_group,
                            edit_group, add_member, remove_member, set_role, remove_group>;

struct session_ended {
  token_hash hash{};
  user_id user = 0;
};

// A row written by a change. The directory is updated from these, in the order of writing.
using row_written =
    std::variant<user_row, friend_row, group_row, member_row, read_row, session_row, session_ended>;

// The result of a change.
struct applied {
  applied() = default;             // no aggregate: a refusal alone must not make one
  std::optional<refusal> refused;  // if set, nothing was written and nothing below is set
  change_id id = 0;                // the change's id, or the first message's if repeated
  std::uint32_t party = 0;         // the number of the new user or group
  wall_ms timestamp = 0;           // of a message, as stored
  bool repeated = false;           // the cid was used before: nothing was written
  std::optional<message_row> message;
  std::vector<row_written> rows;
};

}  // namespace lingerd
