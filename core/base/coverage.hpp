#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

// Rarely taken branches, each with a counter: they show which of them the virtual worlds have
// exercised. A hit costs one relaxed increment. May be called from any thread.
namespace lingerd::coverage {

enum class branch : std::uint8_t {
  ring_too_short,         // a cursor older than the ring: the store is read
  batch_cut,              // an answer that says "more"
  batch_cut_store,        // the same, from the store
  state_superseded,       // of several values of a state only the newest was sent
  woken_for_nothing,      // a held poll woke, and there was nothing for its reader
  hold_timed_out,         // a held poll was answered empty
  early_bytes,            // bytes came while a poll was held
  gone_while_held,        // a held poll's client went away
  crowded,                // a session held too many streams
  signed_out_while_held,  // a session ended under a held stream
  answer_blocked,         // an answer did not fit the socket at once
  stream_blocked,         // the same on a stream that stays open
  slow_reader_closed,     // a client did not take its bytes in time
  silent_closed,          // a WebSocket that answered no ping
  ping,                   // a sign of life was due
  stalled_request,        // a request did not arrive in time
  partial_request,        // a request came in pieces
  idle_closed,            // a connection was idle for too long
  turn_given,             // a connection with much to do let the others go first
  cid_repeated,           // the message was stored before
  cid_conflict,           // the cid belongs to another message
  refused_in_apply,       // apply() refused a change that the early check allowed
  commit_failed,          // a batch was lost: disk full, or worse
  store_unusable,         // a sync failed
  map_grown,              // the database outgrew its map
  timestamp_held,         // the clock stood or ran back: the last timestamp is reused
  clock_leap_refused,     // a leap of a clock that is not trusted
  clock_was_wrong,        // timestamps lay far ahead of a clock that is trusted now
  cursor_expired,         // a cursor of another life, or from the future
  closing_while_held,     // the server went down under a held stream
  commit_left,            // a request that waited for a commit ended before it
  store_had_nothing,      // a held poll read the store, found nothing and stays held
  news_while_reading,     // the same, and an event arrived meanwhile
  read_while_committing,  // the store was read while a batch was on its way to the disk
  queue_full,             // too many changes waited for the disk
  marks_wait,             // read marks had to wait for room
  half_read_full,         // the incomplete requests held too many bytes
  half_written_full,      // the unwritten answers held too many bytes
  sessions_full,          // a new session ended old ones
  index_checkpointed,     // the rows of the message index were written
  pass_paused,            // the same, for a part of the conversations
  memtable_rolled_back,   // a lost batch was removed from the memtable
  count_
};

inline constexpr std::size_t branches = static_cast<std::size_t>(branch::count_);
inline std::array<std::atomic<std::uint64_t>, branches> counts{};

inline void hit(branch b) {
  counts[static_cast<std::size_t>(b)].fetch_add(1, std::memory_order_relaxed);
}
inline std::uint64_t count_of(branch b) {
  return counts[static_cast<std::size_t>(b)].load(std::memory_order_relaxed);
}
std::string_view name_of(branch b);

}  // namespace lingerd::coverage
