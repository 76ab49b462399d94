#pragma once

#include <string>

#include "core/chat/directory.hpp"
#include "core/state/rows.hpp"

// Events as JSON: the same bytes for every reader and transport. Each function appends to `out`.
namespace lingerd::event_json {

void message(std::string& out, const message_row& m);
// The same, for its sender: with the cid.
void message_for_sender(std::string& out, const message_row& m);
// Whichever of the two suits the reader.
void message_for(std::string& out, const message_row& m, user_id reader);
// Appends `event` (an encoded message) with a cid spliced in.
void with_cid(std::string& out, std::string_view event, std::string_view cid);

void read(std::string& out, user_id user, conversation target, change_id up_to, change_id id);
void friend_state(std::string& out, const person& other, friendship state, change_id id);
void profile(std::string& out, const person& user, change_id id);
// With the members' names where there are few (see api.md); a client that finds an unknown member
// asks for the start.
void group_state(std::string& out, const directory& d, const group& g, change_id id);
void group_left(std::string& out, group_id g, change_id id);
// `target` is the reader in a conversation of two, otherwise the group.
void typing(std::string& out, user_id user, bool in_group, std::uint32_t target);

// {"id":1,"name":"li","display":"李雷"
void user_open(std::string& out, const person& person);
void user(std::string& out, const person& person);
void group(std::string& out, const lingerd::group& g);
// "type":"single","with":3
void conversation_of(std::string& out, conversation conversation, user_id reader);

}  // namespace lingerd::event_json
