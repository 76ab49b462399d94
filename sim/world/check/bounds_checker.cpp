#include "sim/world/check/bounds_checker.hpp"

#include <algorithm>

namespace lingerd::sim {

std::string bounds_checker::find_excess(world_server& server) {
  excess_.clear();
  chat& chat = server.chat();
  const connections& host = server.http().connections();
  check_connections(host);
  check_fanout(chat);
  check_changes(chat, host);
  check_presence(chat);
  check_sign_ins(server.http().context(), chat);
  const auto party =
      static_cast<std::uint32_t>(turn_++ % std::max<std::size_t>(chat.directory().party_end(), 1));
  check_user(chat, party);
  check_group(chat, party);
  return excess_;
}

void bounds_checker::check(const char* name, std::size_t size, std::size_t bound) {
  if (size <= bound || !excess_.empty()) return;
  excess_ =
      std::string(name) + ": " + std::to_string(size) + ", the bound is " + std::to_string(bound);
}

void bounds_checker::check_connections(const connections& host) {
  const limits& b = bounds_;
  // A batch, its last event and the JSON around them; or the longest page of history.
  const std::size_t response = b.batch_bytes + 8 * b.message_bytes + 64 * 1024;
  // A partial request, whose strings may have twice the capacity of their content, and pipelined
  // bytes; on a WebSocket the current message, a partial one, one read, and replies to pings.
  const std::size_t request = 2 * (b.header_bytes + b.body_bytes) + b.pipelined_bytes;
  const std::size_t websocket =
      3 * b.body_bytes + 2 * b.header_bytes + std::max(b.body_bytes, b.pipelined_bytes);
  check("connections", host.counters.open_connections, b.connections);
  for (const connection& c : host.open) {
    const std::size_t received = c.received_bytes();
    check("bytes that a stream buffers", c.stream_backlog(), b.batch_bytes + event_bytes_max_);
    check("unsent bytes of a response", c.buffered_bytes() - received, response);
    check("received bytes of a connection", received, std::max(request, websocket));
  }
  check("bytes of partial requests", host.scratch.half_read, b.half_read_bytes);
  check("bytes of partial responses", host.scratch.half_written, b.half_written_bytes);
}

void bounds_checker::check_fanout(chat& chat) {
  const fanout& fanout = chat.fanout();
  const std::size_t parties = chat.directory().party_end();
  check("ring entries", fanout.ring_entries(), bounds_.ring_entries);
  if (fanout.ring_entries() > 1) check("ring bytes", fanout.ring_bytes(), bounds_.ring_bytes);
  check("channels", fanout.channels(), parties);
  check("group heads", fanout.group_heads(), parties);
}

void bounds_checker::check_changes(const chat& chat, const connections& host) {
  const directory& directory = chat.directory();
  check("uncommitted changes", chat.pending(), bounds_.append_queue);
  check("waiters for a change", chat.waiting(), bounds_.append_queue);
  check("store reads", chat.reading(), host.counters.open_connections);
  check("messages that are not indexed", chat.unindexed(),
        bounds_.index_behind + bounds_.batch_changes);
  check("gathered read marks", chat.reads().gathered(),
        directory.user_count() * directory.conversation_count());
  check("read marks being committed", chat.reads().in_flight(), bounds_.append_queue);
}

void bounds_checker::check_presence(chat& chat) {
  constexpr std::size_t typists_min = 1024;  // below this many, expired entries may stay
  const presence& online = chat.presence();
  const directory& directory = chat.directory();
  check("seats", online.seats(), directory.party_end());
  check("lingering users", online.lingering(), online.seats());
  check("presence changes to announce", online.touched(), online.seats());
  check("users with typing notes", chat.typing().readers(), online.seats());
  check("typing users", chat.typing().typists(),
        std::max(typists_min, directory.user_count() * directory.party_end()));
}

void bounds_checker::check_sign_ins(const app_context& app, const chat& chat) {
  check("names in the sign-in table", app.rate_limits.names(), bounds_.sign_in_table);
  check("addresses in the sign-in table", app.rate_limits.addresses(), bounds_.sign_in_table);
  check("rate-limit allowances", app.rate_limits.allowances_size(), chat.directory().party_end());
  check("queued sign-ins", app.passwords.waiting(), bounds_.sign_in_queue);
}

void bounds_checker::check_user(chat& chat, user_id id) {
  const person* const p = chat.directory().user(id);
  if (!p) return;
  const limits& b = bounds_;
  const auto count_as_friend = [](const friend_link& f) {
    return f.state == friendship::agreed || f.state == friendship::asked;
  };
  const auto is_in = [&](group_id g) { return chat.directory().is_member(g, id); };
  const auto friends = std::count_if(p->friends.begin(), p->friends.end(), count_as_friend);
  const auto groups = std::count_if(p->groups.begin(), p->groups.end(), is_in);
  check("users", chat.directory().user_count(), b.users);
  check("a user's friends", static_cast<std::size_t>(friends), b.friends_per_user);
  check("a user's friends ever", p->friends.size(), b.friends_ever_per_user);
  check("a user's groups", static_cast<std::size_t>(groups), b.groups_per_user);
  check("a user's groups ever", p->groups.size(), b.groups_ever_per_user);
  check("a user's read marks", p->reads.size(), b.friends_ever_per_user + b.groups_ever_per_user);
  check("bytes of a user's name", std::max(p->name.size(), p->display.size()),
        std::max(b.name_bytes, b.display_bytes));
  check("a user's sessions", chat.sessions().count_of(id), b.sessions_per_user);
  check("held streams of a session", chat.sessions().most_held(id), b.held_per_session);
  check("typing notes of a user", chat.typing().notes_of(id), b.typing_notes);
}

void bounds_checker::check_group(const chat& chat, group_id id) {
  const group* const g = chat.directory().group(id);
  if (!g) return;
  const limits& b = bounds_;
  std::size_t present = 0;
  for (const member_link& m : g->members) {
    present += m.is_in() ? 1 : 0;
    check("stays of a member", m.stays.size(), b.stays_per_member);
  }
  check("a group's members", present, b.members_per_group);
  check("a group's members ever", g->members.size(), b.users);
  check("bytes of a group's name", g->name.size(), b.group_name_bytes);
  check("bytes of a group's brief", g->brief.size(), b.brief_bytes);
}

}  // namespace lingerd::sim
