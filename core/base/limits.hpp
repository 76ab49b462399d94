#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

// Every bound of the server in one place: sizes in bytes, times with their unit.
//
// The memory that they bound, for C connections, U users and G groups ever founded (at most
// U × groups_ever_per_user):
//
//   waiting       C × (socket's stream ~64 B + connection ~0.6 KiB)
//   half-read     half_read_bytes in all, each for request_time only
//   read ahead    C × pipelined_bytes behind a held poll; on a WebSocket C × (body_bytes for a
//                 message that is not whole, body_bytes for the one at hand, header_bytes of
//                 replies)
//   half-written  half_written_bytes in all, each for write_time only; of a stream at most a batch
//   at hand       one answer for all connections: a batch, a start, history_max messages
//   in work       C × one request: its body, read; a batch's worth of rows where the store is asked
//   to the disk   append_queue × (~250 B + message_bytes), of which a connection waits for one;
//                 batch_changes of them once more as results
//   index         two tails of it, each index_behind messages and a batch's × ~130 B
//   events        ring_entries, ring_bytes, or one event alone: ~24 B for each recipient
//   directory     U × (~250 B + friends_ever × 32 B + marks × 32 B),
//                 memberships × (~64 B + stays_per_member × 16 B), at most groups_ever_per_user of
//                 a user; conversations × ~40 B; (U + G) × ~150 B for what lies by number
//   sessions      U × sessions_per_user × ~240 B
//   marks         gathered: one of each user and conversation × ~80 B
//   presence      U × (~40 B, two places in queues, typing_notes × ~130 B); conversations with
//   typing
//                 in the last typing_life × ~130 B
//   allowances    (U + G) × 32 B
//   sign-ins      2 × sign_in_table × ~150 B; sign_in_queue × 2 × password_bytes_max waiting, one
//                 hash at a time (19 MiB)
//
// A simulated world holds a running server against each of these (sim/world/check/bounds_checker).
namespace lingerd {

struct limits {
  // HTTP.
  std::size_t header_bytes = 8 * 1024;
  std::size_t body_bytes = 64 * 1024;
  std::size_t drain_bytes = 1024 * 1024;    // of a refused body, read so that the answer arrives
  std::chrono::seconds request_time{10};    // for a whole request to arrive
  std::chrono::seconds idle_time{120};      // between two requests on one connection
  std::chrono::seconds write_time{30};      // for a slow reader to take an answer
  std::chrono::seconds silence_time{60};    // bytes unacknowledged for so long: closed
  std::size_t pipelined_bytes = 72 * 1024;  // read ahead while a request is held
  std::size_t half_read_bytes = 64 * 1024 * 1024;      // of all requests that are not whole yet
  std::size_t half_written_bytes = 128 * 1024 * 1024;  // of all answers that are not taken yet
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
  std::size_t typing_notes = 16;                // of others, kept for one reader
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
  std::size_t stays_per_member = 100;  // of a member that leaves and returns
  std::size_t max_members_default = 200;
  std::size_t sessions_per_user = 100;
  std::size_t history_default = 50;
  std::size_t history_max = 200;

  // How often.
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

  // Changes that wait for the disk; more than this is answered "overloaded".
  std::size_t append_queue = 20'000;
  std::size_t batch_changes = 4096;

  // How many messages the message index may be behind. With more, fewer pages are written (of
  // 32,000 busy conversations a batch of 256 messages writes 474 with 0, 361 with 1024, 292 with
  // 8192, 280 with 32768), and a batch that brings an eighth of them up to date takes longer (2 ms
  // with 8192), as do a start and the first read, which read at most twice as many. A crash loses
  // nothing, whatever the value.
  std::size_t index_behind = 8192;
};

}  // namespace lingerd
