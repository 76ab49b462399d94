#include "sim/world/check/bounds_checker.hpp"

#include <algorithm>

namespace lingerd::sim {

std::string bounds_checker::beyond(world_server& server) {
  found_.clear();
  chat& chat = server.chat();
  const connections& host = server.host();
  look_at_connections(host);
  look_at_streams(chat);
  look_at_changes(chat, host);
  look_at_presence(chat);
  look_at_door(server, chat);
  const auto party =
      static_cast<std::uint32_t>(turn_++ % std::max<std::size_t>(chat.directory().party_end(), 1));
  look_at_user(chat, party);
  look_at_group(chat, party);
  return found_;
}

void bounds_checker::hold(const char* what, std::size_t is, std::size_t most) {
  if (is <= most || !found_.empty()) return;
  found_ = std::string(what) + ": " + std::to_string(is) + ", where " + std::to_string(most) +
           " is the bound";
}

void bounds_checker::look_at_connections(const connections& host) {
  const limits& b = bounds_;
  // A batch and its last event, with what stands around it; or history's longest here.
  const std::size_t answer = b.batch_bytes + 8 * b.message_bytes + 64 * 1024;
  // A half request, whose strings may have grown to twice what is in them, and what lies behind it;
  // on a WebSocket a message at hand, one that is not whole, a read, and replies to its pings.
  const std::size_t request = 2 * (b.header_bytes + b.body_bytes) + b.pipelined_bytes;
  const std::size_t spoken =
      3 * b.body_bytes + 2 * b.header_bytes + std::max(b.body_bytes, b.pipelined_bytes);
  hold("connections", host.counters.open_connections, b.connections);
  for (const connection& c : host.open) {
    const std::size_t heard = c.heard_bytes();
    hold("bytes that a stream holds for its reader", c.stream_backlog(),
         b.batch_bytes + event_bytes_max_);
    hold("bytes of an answer that is not taken", c.buffered_bytes() - heard, answer);
    hold("bytes that a connection has heard", heard, std::max(request, spoken));
  }
  hold("bytes half read", host.scratch.half_read, b.half_read_bytes);
  hold("bytes half written", host.scratch.half_written, b.half_written_bytes);
}

void bounds_checker::look_at_streams(chat& chat) {
  const fanout& fanout = chat.fanout();
  const std::size_t parties = chat.directory().party_end();
  hold("entries of the ring", fanout.ring_entries(), bounds_.ring_entries);
  if (fanout.ring_entries() > 1) hold("bytes of the ring", fanout.ring_bytes(), bounds_.ring_bytes);
  hold("channels", fanout.channels(), parties);
  hold("heads of groups", fanout.group_heads(), parties);
}

void bounds_checker::look_at_changes(const chat& chat, const connections& host) {
  const directory& directory = chat.directory();
  hold("changes that wait for the disk", chat.pending(), bounds_.append_queue);
  hold("places of those who wait for a change", chat.waiting(), bounds_.append_queue);
  hold("reads of the store", chat.reading(), host.counters.open_connections);
  hold("messages that the index is behind", chat.unindexed(),
       bounds_.index_behind + bounds_.batch_changes);
  hold("gathered read marks", chat.reads().gathered(),
       directory.user_count() * directory.conversation_count());
  hold("read marks on their way", chat.reads().in_flight(), bounds_.append_queue);
}

void bounds_checker::look_at_presence(chat& chat) {
  constexpr std::size_t typists_min = 1024;  // that are kept without a look at them
  const presence& online = chat.presence();
  const directory& directory = chat.directory();
  hold("seats", online.seats(), directory.party_end());
  hold("those who linger", online.lingering(), online.seats());
  hold("those whose presence is to be told", online.touched(), online.seats());
  hold("readers with notes of who types", chat.typing().readers(), online.seats());
  hold("those who type", chat.typing().typists(),
       std::max(typists_min, directory.user_count() * directory.party_end()));
}

void bounds_checker::look_at_door(const world_server& server, const chat& chat) {
  hold("names at the door", server.guard().names(), bounds_.sign_in_table);
  hold("addresses at the door", server.guard().addresses(), bounds_.sign_in_table);
  hold("allowances", server.guard().allowances_kept(), chat.directory().party_end());
  hold("sign-ins that wait", server.passwords().waiting(), bounds_.sign_in_queue);
}

void bounds_checker::look_at_user(chat& chat, user_id id) {
  const person* const p = chat.directory().user(id);
  if (!p) return;
  const limits& b = bounds_;
  const auto count_as_friend = [](const friend_link& f) {
    return f.state == friendship::agreed || f.state == friendship::asked;
  };
  const auto is_in = [&](group_id g) { return chat.directory().is_member(g, id); };
  const auto friends = std::count_if(p->friends.begin(), p->friends.end(), count_as_friend);
  const auto groups = std::count_if(p->groups.begin(), p->groups.end(), is_in);
  hold("users", chat.directory().user_count(), b.users);
  hold("a user's friends", static_cast<std::size_t>(friends), b.friends_per_user);
  hold("a user's friends ever", p->friends.size(), b.friends_ever_per_user);
  hold("a user's groups", static_cast<std::size_t>(groups), b.groups_per_user);
  hold("a user's groups ever", p->groups.size(), b.groups_ever_per_user);
  hold("a user's read marks", p->reads.size(), b.friends_ever_per_user + b.groups_ever_per_user);
  hold("bytes of a user's name", std::max(p->name.size(), p->display.size()),
       std::max(b.name_bytes, b.display_bytes));
  hold("a user's sessions", chat.sessions().count_of(id), b.sessions_per_user);
  hold("streams that a session holds", chat.sessions().most_held(id), b.held_per_session);
  hold("notes of who types", chat.typing().notes_of(id), b.typing_notes);
}

void bounds_checker::look_at_group(const chat& chat, group_id id) {
  const group* const g = chat.directory().group(id);
  if (!g) return;
  const limits& b = bounds_;
  std::size_t present = 0;
  for (const member_link& m : g->members) {
    present += m.is_in() ? 1 : 0;
    hold("stays of a member", m.stays.size(), b.stays_per_member);
  }
  hold("a group's members", present, b.members_per_group);
  hold("a group's members ever", g->members.size(), b.users);
  hold("bytes of a group's name", g->name.size(), b.group_name_bytes);
  hold("bytes of a group's brief", g->brief.size(), b.brief_bytes);
}

}  // namespace lingerd::sim
