#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/ids.hpp"
#include "core/base/time.hpp"

// The stored rows: values without behaviour. `changed` is the id of the row's last change; a stream
// from a cursor consists of the messages and the rows with a greater id. Rows that a client may
// still have to hear about are never deleted: "removed" is a state.
namespace lingerd {

// One per database.
struct meta_row {
  std::string epoch;                // identifies this database's life, 16 hex digits
  change_id last_id = 0;            // the last id assigned
  std::uint32_t last_party = 0;     // the last number assigned to a user or group
  wall_ms last_timestamp = 0;       // high-water mark: timestamps never run backward
  bool doubtful_timestamp = false;  // last_timestamp came from an untrusted clock after a leap
  std::uint32_t users = 0;          // number of accounts, without removed ones
};

struct user_row {
  user_id id = 0;
  std::string name;  // as typed; unique when folded
  std::string display;
  std::string password_hash;  // an Argon2id string; empty: no sign-in with a password
  bool admin = false;
  bool disabled = false;
  bool removed = false;   // the name is free again; messages keep their sender
  change_id changed = 0;  // of the public fields: name, display
};

enum class friendship : std::uint8_t { none = 0, asked = 1, asked_me = 2, agreed = 3 };

// Seen from `user`; each friendship has two rows.
struct friend_row {
  user_id user = 0;
  user_id other = 0;
  friendship state = friendship::none;
  wall_ms since = 0;
  change_id changed = 0;
};

struct group_row {
  group_id id = 0;
  std::string name;
  std::string brief;
  user_id owner = 0;
  std::uint32_t max_members = 0;
  std::uint32_t members = 0;  // current number of members
  bool removed = false;
  change_id changed = 0;  // membership included
};

enum class role : std::uint8_t { member = 0, admin = 1 };

// A stay in a group: the member sees messages with from < id < until. `until` is 0 while it lasts.
struct interval {
  change_id from = 0;
  change_id until = 0;
};

struct member_row {
  group_id group = 0;
  user_id user = 0;
  role rank = role::member;
  std::vector<interval> stays;    // ascending; at least one
  std::uint64_t sent = 0;         // how many of the group's messages this member sent
  std::uint64_t last_number = 0;  // number of the group's newest message when the last stay ended
  change_id changed = 0;

  bool is_in() const { return !stays.empty() && stays.back().until == 0; }
};

// The part of a conversation's newest message that unread counts need.
//
// Unread is a subtraction: a message carries its number within the conversation and its number
// among its sender's. The messages of others up to a message are `number` minus the reader's own,
// and a read mark keeps that count.
struct message_head {
  change_id id = 0;
  std::uint64_t number = 0;       // 1, 2, 3 … within the conversation
  std::uint64_t number_from = 0;  // 1, 2, 3 … among the sender's messages in it
  user_id sender = 0;
};

struct message_row {
  lingerd::conversation conversation;
  message_head head;
  wall_ms timestamp = 0;
  bool unsynced = false;  // the wall clock was not trusted
  std::string text;
  std::string cid;  // may be empty
};

// A used cid and the message it belongs to.
struct sent_row {
  user_id user = 0;
  std::string cid;
  lingerd::conversation conversation;
  change_id id = 0;
};

struct read_row {
  user_id user = 0;
  lingerd::conversation conversation;
  change_id up_to = 0;
  std::uint64_t others = 0;  // number of messages of others at or below the mark
  change_id changed = 0;     // 0: set without an event (the start of a membership)
};

using token_hash = std::array<unsigned char, 32>;

struct session_row {
  token_hash hash{};
  user_id user = 0;
  change_id id = 0;  // the session's number for its user
  wall_ms created = 0;
  wall_ms used = 0;  // updated at most once a day
};

}  // namespace lingerd
