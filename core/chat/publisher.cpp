#include "core/chat/publisher.hpp"

#include <algorithm>
#include <cstdint>

#include "core/base/check.hpp"
#include "core/chat/event_json.hpp"

namespace lingerd {

using kind = fanout::state::kind;

namespace {

// What the last change of a membership was to its member.
enum class step : std::uint8_t { none, joined, left };
step step_of(const member_row& row) {
  if (!row.is_in() && row.stays.back().until == row.changed) return step::left;
  return row.stays.back().from == row.changed ? step::joined : step::none;
}

void sort_unique(std::vector<user_id>& users) {
  std::sort(users.begin(), users.end());
  users.erase(std::unique(users.begin(), users.end()), users.end());
}

}  // namespace

void publisher::on_committed(std::span<const std::uint64_t> tickets, std::span<applied> results) {
  CHECK(tickets.size() == results.size());
  for (std::size_t i = 0; i < results.size(); ++i) {
    applied& change = results[i];
    if (!change.refused && !change.repeated) publish(change);
    reads_.settle(tickets[i], change);
    commits_.settle(tickets[i], std::move(change));
  }
}

void publisher::publish(applied& change) {
  const change_id before = state_.horizon;
  state_.horizon = std::max(state_.horizon, change.id);
  // First the state of the whole change, then its events: an event shows all of it.
  for (const row_written& row : change.rows) absorb(row);
  for (const row_written& row : change.rows) publish_row(row, change, before);
  if (change.message) publish_message(std::move(*change.message));
}

void publisher::absorb(const row_written& row) {
  if (const auto* session = std::get_if<session_row>(&row)) {
    state_.sessions.absorb(*session);
  } else if (const auto* ended = std::get_if<session_ended>(&row)) {
    state_.sessions.absorb_end(ended->hash);
  } else {
    std::visit(
        [&](const auto& other) {
          if constexpr (requires { state_.directory.absorb(other); }) {
            state_.directory.absorb(other);
          }
        },
        row);
  }
}

void publisher::publish_row(const row_written& row, const applied& cause, change_id before) {
  if (const auto* user = std::get_if<user_row>(&row)) {
    publish_profile(*user, before);
  } else if (const auto* link = std::get_if<friend_row>(&row)) {
    publish_friendship(*link, before);
  } else if (const auto* group = std::get_if<group_row>(&row)) {
    publish_group(*group, before);
  } else if (const auto* member = std::get_if<member_row>(&row)) {
    publish_membership(*member, cause, before);
  } else if (const auto* read = std::get_if<read_row>(&row)) {
    publish_read_mark(*read, before);
  }
}

void publisher::publish_profile(const user_row& row, change_id before) {
  if (row.changed <= before) return;
  fanout::event e;
  e.id = row.changed;
  e.state_value = {kind::profile, row.id, 0};
  event_json::profile(e.bytes, *state_.directory.user(row.id), e.id);
  state_.fanout.publish(std::move(e), readers_of_profile(row.id));
}

void publisher::publish_friendship(const friend_row& row, change_id before) {
  const person* other = state_.directory.user(row.other);
  if (row.changed <= before || !other) return;
  fanout::event e;
  e.id = row.changed;
  e.state_value = {kind::friendship, row.other, 0};
  event_json::friend_state(e.bytes, *other, row.state, e.id);
  const user_id recipients[] = {row.user};
  state_.fanout.publish(std::move(e), recipients);
  state_.presence.friends_changed(row.user);
}

void publisher::publish_read_mark(const read_row& row, change_id before) {
  if (row.changed <= before) return;
  const conversation conversation = row.conversation;
  fanout::event e;
  e.id = row.changed;
  e.state_value = {kind::read, row.user, conversation.key};
  event_json::read(e.bytes, row.user, conversation, row.up_to, e.id);
  std::vector<user_id> recipients{row.user};
  if (!conversation.is_group()) recipients = {conversation.low(), conversation.high()};
  state_.fanout.publish(std::move(e), recipients);
}

void publisher::publish_message(message_row message) {
  const conversation conversation = message.conversation;
  state_.directory.absorb(conversation, message.head);
  state_.typing.forget(message.head.sender);
  fanout::event e;
  e.id = message.head.id;
  e.bytes.reserve(160 + message.text.size() + message.text.size() / 8);
  event_json::message(e.bytes, message);
  e.is_message = true;
  e.sender = message.head.sender;
  e.cid = std::move(message.cid);
  if (conversation.is_group()) {
    state_.fanout.publish_to_group(std::move(e), conversation.group());
    return;
  }
  const user_id recipients[] = {conversation.low(), conversation.high()};
  state_.fanout.publish(std::move(e), recipients);
}

void publisher::publish_group(const group_row& row, change_id before) {
  if (row.changed <= before || row.removed) return;
  fanout::event e;
  e.id = row.changed;
  e.state_value = {kind::group, row.id, 0};
  event_json::group_state(e.bytes, state_.directory, *state_.directory.group(row.id), e.id);
  state_.fanout.publish_to_group(std::move(e), row.id);
}

// A role is told by the group's event. A stay begins after that event, so its member is told by an
// event of its own; a member that has left receives no more of the group's events.
void publisher::publish_membership(const member_row& row, const applied& cause, change_id before) {
  if (row.changed <= before) return;
  const step taken = step_of(row);
  if (taken == step::none) return;
  // One event for all members that joined or left by this change: a group may be founded with
  // thousands.
  const auto is_alike = [&](const row_written& written) {
    const auto* other = std::get_if<member_row>(&written);
    return other && other->group == row.group && other->changed == row.changed &&
           step_of(*other) == taken;
  };
  auto alike = std::find_if(cause.rows.begin(), cause.rows.end(), is_alike);
  if (&std::get<member_row>(*alike) != &row) return;  // told with the first of them
  std::vector<user_id> recipients;
  for (; alike != cause.rows.end(); alike = std::find_if(alike + 1, cause.rows.end(), is_alike)) {
    recipients.push_back(std::get<member_row>(*alike).user);
  }
  sort_unique(recipients);
  fanout::event e;
  e.id = row.changed;
  e.state_value = {kind::group, row.group, 0};
  if (taken == step::left) {
    event_json::group_left(e.bytes, row.group, e.id);
  } else {
    event_json::group_state(e.bytes, state_.directory, *state_.directory.group(row.group), e.id);
  }
  state_.fanout.publish(std::move(e), recipients);
}

// The user, everyone in a friendship or conversation with the user, and the members of the user's
// groups; in ascending order.
std::vector<user_id> publisher::readers_of_profile(user_id user) const {
  const directory& directory = state_.directory;
  std::vector<user_id> readers{user};
  const person* profile = directory.user(user);
  for (const friend_link& link : profile->friends) {
    if (link.state != friendship::none ||
        directory.newest(conversation::single(user, link.other))) {
      readers.push_back(link.other);
    }
  }
  for (const group_id group : profile->groups) {
    if (!directory.is_member(group, user)) continue;
    for (const member_link& member : directory.group(group)->members) {
      if (member.is_in()) readers.push_back(member.user);
    }
  }
  sort_unique(readers);
  return readers;
}

}  // namespace lingerd
