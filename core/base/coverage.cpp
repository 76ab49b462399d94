#include "core/base/coverage.hpp"

namespace lingerd::coverage {

std::string_view name_of(branch b) {
  switch (b) {
    case branch::ring_too_short: return "ring_too_short";
    case branch::batch_cut: return "batch_cut";
    case branch::batch_cut_store: return "batch_cut_store";
    case branch::state_superseded: return "state_superseded";
    case branch::woken_for_nothing: return "woken_for_nothing";
    case branch::hold_timed_out: return "hold_timed_out";
    case branch::early_bytes: return "early_bytes";
    case branch::gone_while_held: return "gone_while_held";
    case branch::crowded: return "crowded";
    case branch::signed_out_while_held: return "signed_out_while_held";
    case branch::answer_blocked: return "answer_blocked";
    case branch::stream_blocked: return "stream_blocked";
    case branch::slow_reader_closed: return "slow_reader_closed";
    case branch::silent_closed: return "silent_closed";
    case branch::ping: return "ping";
    case branch::stalled_request: return "stalled_request";
    case branch::partial_request: return "partial_request";
    case branch::idle_closed: return "idle_closed";
    case branch::turn_given: return "turn_given";
    case branch::cid_repeated: return "cid_repeated";
    case branch::cid_conflict: return "cid_conflict";
    case branch::refused_in_apply: return "refused_in_apply";
    case branch::commit_failed: return "commit_failed";
    case branch::store_unusable: return "store_unusable";
    case branch::map_grown: return "map_grown";
    case branch::timestamp_held: return "timestamp_held";
    case branch::clock_leap_refused: return "clock_leap_refused";
    case branch::clock_was_wrong: return "clock_was_wrong";
    case branch::cursor_expired: return "cursor_expired";
    case branch::closing_while_held: return "closing_while_held";
    case branch::commit_left: return "commit_left";
    case branch::store_had_nothing: return "store_had_nothing";
    case branch::news_while_reading: return "news_while_reading";
    case branch::read_while_committing: return "read_while_committing";
    case branch::queue_full: return "queue_full";
    case branch::marks_wait: return "marks_wait";
    case branch::half_read_full: return "half_read_full";
    case branch::half_written_full: return "half_written_full";
    case branch::sessions_full: return "sessions_full";
    case branch::index_checkpointed: return "index_checkpointed";
    case branch::pass_paused: return "pass_paused";
    case branch::memtable_rolled_back: return "memtable_rolled_back";
    case branch::count_: break;
  }
  return "?";
}

}  // namespace lingerd::coverage
