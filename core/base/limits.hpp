#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

// Every bound of the server in one place: sizes in bytes, times with their unit.
//
// Together they bound the server's memory. The bound of each part, for C connections, U users
// and G groups ever made (at most U × groups_ever_per_user):
//
//   idle connections     C × (socket's stream ~64 B + connection ~0.6 KiB)
//   incomplete requests  half_read_bytes in all, each for request_time only
//   bytes read ahead     C × pipelined_bytes behind a held poll; on a WebSocket C × (body_bytes
//                        for an incomplete message, body_bytes for the current one, header_bytes
//                        of replies)
//   unwritten answers    half_written_bytes in all, each for write_time only; at most a batch for
//                        a stream
//   current answer       one for all connections: a batch, a start, or history_max messages
//   requests in work     C × one request: its body as read; a batch's worth of rows where the
//                        store is read
//   commit queue         append_queue × (~250 B + message_bytes), of which a connection waits for
//                        one; batch_changes of them once more as results
//   message index        two memtables, each index_behind messages and a batch's × ~130 B
//   ring of events       ring_entries, ring_bytes, or one event alone: ~24 B for each receiver
//   directory            U × (~250 B + friends_ever_per_user × 32 B + marks × 32 B),
//                        memberships × (~64 B + stays_per_member × 16 B), at most
//                        groups_ever_per_user for a user; conversations × ~40 B;
//                        (U + G) × ~150 B for the tables by number
//   sessions             U × sessions_per_user × ~240 B
//   gathered read marks  one for each user and conversation × ~80 B
//   presence, typing     U × (~40 B, two places in queues, typing_notes × ~130 B); the typing
//                        published within the last typing_life: conversations × ~130 B
//   allowances           (U + G) × 32 B
//   sign-ins             2 × sign_in_table × ~150 B; sign_in_queue × 2 × password_bytes_max
//                        waiting, one hash at a time (19 MiB)
//
// The simulator checks a running server against each of these (sim/world/check/bounds_checker).
namespace lingerd {

struct limits {
  // HTTP.
  std::size_t header_bytes = 8 * 1024;
  std::size_t body_bytes = 64 * 1024;
  std::size_t drain_bytes = 1024 * 1024;    // read of a refused body, so that the answer arrives
  std::chrono::seconds request_time{10};    // for a whole request to arrive
  std::chrono::seconds idle_time{120};      // between two requests on one connection
  std::chrono::seconds write_time{30};      // for a slow client to read an answer
  std::chrono::seconds silence_time{60};    // with bytes unacknowledged: then it is closed
  std::size_t pipelined_bytes = 72 * 1024;  // read ahead while a request is held
  std::size_t half_read_bytes = 64 * 1024 * 1024;      // of all incomplete requests
  std::size_t half_written_bytes = 128 * 1024 * 1024;  // of all answers not yet written
  unsigned answers_a_turn = 16;  // to one connection, before others have their turn
  std::size_t json_depth = 8;
  std::size_t connections = 19'000;

  // Streams.
  std::chrono::seconds wait_max{100};
  unsigned wait_jitter_percent = 5;  // at most 10 by contract; spreads the re-polls
  std::size_t batch_events = 500;
  std::size_t batch_bytes = 1024 * 1024;
  std::size_t held_per_session = 16;
  std::chrono::seconds ping_every{25};  // on streams that stay open
  std::chrono::seconds pause_when_crowded{5};
  std::size_t ring_entries = 4096;
  std::size_t ring_bytes = 4 * 1024 * 1024;
  std::chrono::milliseconds presence_gather{1000};
  std::chrono::seconds presence_linger{60};  // online after a poll that asked for presence
  std::chrono::seconds typing_life{5};
  std::size_t typing_notes = 16;                // about others, kept for one reader
  std::chrono::milliseconds read_gather{1000};  // at most 2 s by contract

  // What users may create.
  std::size_t message_bytes = 16 * 1024;
  std::size_t cid_bytes = 64;
  std::size_t name_bytes = 64;
  std::size_t display_bytes = 128;
  std::size_t group_name_bytes = 128;
  std::size_t brief_bytes = 1024;
  std::size_t password_bytes_min = 8;
  std::size_t password_bytes_max = 1024;
  std::size_t users = 100'000;
  std::size_t friends_per_user = 1'000;
  std::size_t friends_ever_per_user = 10'000;  // requests and ended friendships included
  std::size_t groups_per_user = 200;
  std::size_t groups_ever_per_user = 2'000;  // groups that were left included
  std::size_t members_per_group = 10'000;
  std::size_t stays_per_member = 100;  // times that one user joins one group
  std::size_t max_members_default = 200;
  std::size_t sessions_per_user = 100;
  std::size_t history_default = 50;
  std::size_t history_max = 200;

  // Rates.
  double send_burst = 2'000;
  double send_per_second = 200;
  double change_burst = 500;  // of friends, groups, profile
  double change_per_second = 20;
  unsigned sign_in_failures_per_name = 10;
  unsigned sign_in_failures_per_address = 100;
  std::chrono::minutes sign_in_window{5};
  std::size_t sign_in_table = 4096;  // names and addresses remembered, each
  std::size_t sign_in_queue = 64;
  std::chrono::hours session_life{30 * 24};

  // Changes that wait for the disk; any more are refused as `overloaded`.
  std::size_t append_queue = 20'000;
  std::size_t batch_changes = 4096;

  // How many messages the message index may lag behind. A larger value writes fewer pages (with
  // 32,000 busy conversations a batch of 256 messages writes 474 at 0, 361 at 1024, 292 at 8192 and
  // 280 at 32768). It also makes a batch that brings an eighth of them up to date take longer (2 ms
  // at 8192), and likewise a start and a first look, which read at most twice as many. A crash
  // loses nothing, whatever the value.
  std::size_t index_behind = 8192;
};

}  // namespace lingerd
