#include "sim/world/check/bounds_checker.hpp"

#include <algorithm>

namespace lingerd::sim {

std::string memory_watch::beyond(world_server& server) {
  found_.clear();
  chat& talk = server.talk();
  const connection_host& host = server.host();
  look_at_connections(host);
  look_at_streams(talk);
  look_at_changes(talk, host);
  look_at_presence(talk);
  look_at_door(server, talk);
  const auto party =
      static_cast<std::uint32_t>(turn_++ % std::max<std::size_t>(talk.people().party_end(), 1));
  look_at_user(talk, party);
  look_at_group(talk, party);
  return found_;
}

void memory_watch::hold(const char* what, std::size_t is, std::size_t most) {
  if (is <= most || !found_.empty()) return;
  found_ = std::string(what) + ": " + std::to_string(is) + ", where " + std::to_string(most) +
           " is the bound";
}

void memory_watch::look_at_connections(const connection_host& host) {
  const limits& b = bounds_;
  // A batch and its last event, with what stands around it; or history's longest here.
  const std::size_t answer = b.batch_bytes + 8 * b.message_bytes + 64 * 1024;
  // A half request, whose strings may have grown to twice what is in them, and what lies behind it;
  // on a WebSocket a message at hand, one that is not whole, a read, and replies to its pings.
  const std::size_t request = 2 * (b.header_bytes + b.body_bytes) + b.pipelined_bytes;
  const std::size_t spoken =
      3 * b.body_bytes + 2 * b.header_bytes + std::max(b.body_bytes, b.pipelined_bytes);
  hold("connections", host.counted.open_connections, b.connections);
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

void memory_watch::look_at_streams(chat& talk) {
  const fanout& streams = talk.streams();
  const std::size_t parties = talk.people().party_end();
  hold("entries of the ring", streams.ring_entries(), bounds_.ring_entries);
  if (streams.ring_entries() > 1)
    hold("bytes of the ring", streams.ring_bytes(), bounds_.ring_bytes);
  hold("channels", streams.channels(), parties);
  hold("heads of groups", streams.group_heads(), parties);
}

void memory_watch::look_at_changes(const chat& talk, const connection_host& host) {
  const directory& people = talk.people();
  hold("changes that wait for the disk", talk.pending(), bounds_.append_queue);
  hold("places of those who wait for a change", talk.waiting(), bounds_.append_queue);
  hold("reads of the store", talk.reading(), host.counted.open_connections);
  hold("messages that the index is behind", talk.unindexed(),
       bounds_.index_behind + bounds_.batch_changes);
  hold("gathered read marks", talk.gathered_reads(),
       people.user_count() * people.conversation_count());
  hold("read marks on their way", talk.flying_reads(), bounds_.append_queue);
}

void memory_watch::look_at_presence(chat& talk) {
  constexpr std::size_t typists_min = 1024;  // that are kept without a look at them
  const presence& online = talk.online();
  const directory& people = talk.people();
  hold("seats", online.seats(), people.party_end());
  hold("those who linger", online.lingering(), online.seats());
  hold("those whose presence is to be told", online.touched(), online.seats());
  hold("readers with notes of who types", online.readers_with_notes(), online.seats());
  hold("those who type", online.typists(),
       std::max(typists_min, people.user_count() * people.party_end()));
}

void memory_watch::look_at_door(const world_server& server, const chat& talk) {
  hold("names at the door", server.door().names(), bounds_.sign_in_table);
  hold("addresses at the door", server.door().addresses(), bounds_.sign_in_table);
  hold("allowances", server.door().allowances_kept(), talk.people().party_end());
  hold("sign-ins that wait", server.secrets().waiting(), bounds_.sign_in_queue);
}

void memory_watch::look_at_user(chat& talk, user_id id) {
  const person* const p = talk.people().user(id);
  if (!p) return;
  const limits& b = bounds_;
  const auto count_as_friend = [](const friend_link& f) {
    return f.state == friendship::agreed || f.state == friendship::asked;
  };
  const auto is_in = [&](group_id g) { return talk.people().is_member(g, id); };
  const auto friends = std::count_if(p->friends.begin(), p->friends.end(), count_as_friend);
  const auto groups = std::count_if(p->groups.begin(), p->groups.end(), is_in);
  hold("users", talk.people().user_count(), b.users);
  hold("a user's friends", static_cast<std::size_t>(friends), b.friends_per_user);
  hold("a user's friends ever", p->friends.size(), b.friends_ever_per_user);
  hold("a user's groups", static_cast<std::size_t>(groups), b.groups_per_user);
  hold("a user's groups ever", p->groups.size(), b.groups_ever_per_user);
  hold("a user's read marks", p->reads.size(), b.friends_ever_per_user + b.groups_ever_per_user);
  hold("bytes of a user's name", std::max(p->name.size(), p->display.size()),
       std::max(b.name_bytes, b.display_bytes));
  hold("a user's sessions", talk.signed_in().count_of(id), b.sessions_per_user);
  hold("streams that a session holds", talk.signed_in().most_held(id), b.held_per_session);
  hold("notes of who types", talk.online().notes_of(id), b.typing_notes);
}

void memory_watch::look_at_group(const chat& talk, group_id id) {
  const group* const g = talk.people().group(id);
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
