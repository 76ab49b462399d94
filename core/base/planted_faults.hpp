#pragma once

#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <optional>
#include <string_view>

// Faults that a test build plants into the server, so that the checkers can show that they find
// them: LINGER_PLANTED=NAME in the environment. Each is a few lines with a plausible mistake,
// behind `planted::is(fault::…)`, which is `false` at compile time except in the programs
// linger-planted and linger-sim-planted.
//
// Included by .cpp files and planted_feed_faults.hpp only: the files that include it are compiled
// again for those programs.
namespace lingerd::planted {

enum class fault : std::uint8_t {
  none,
  lost_wake,             // a poll woken in vain is not woken again
  cursor_before_write,   // bytes that a stream's socket did not take count as written
  ack_before_sync,       // a commit is reported before it is on disk
  cid_forgotten,         // a message sent before a restart is stored again
  removed_member,        // a removed member still gets the first message afterwards
  past_horizon,          // a read of the store returns unpublished changes
  timestamp_back,        // timestamps follow the wall clock backwards too
  wrong_reader,          // the sender's cid is sent to every reader
  batch_twice,           // a batch is applied again after its commit
  unbounded_buffer,      // a stream keeps buffering for a slow reader
  session_stays,         // a new password does not end the old sessions
  more_off_by_one,       // the cursor of a cut answer names the first event that is not in it
  lost_below_a_stay,     // a page of history counts what lies just below a stay as given
  checkpoint_skips_one,  // a pass of the message index skips one conversation
  lost_batch_stays,      // the messages of a lost batch stay in the memtable
  swapped_at_cut,        // the last event of a cut answer changes places with the next one
  drop,                  // now and then a message is omitted
  repeat,                // now and then a message is sent twice
  swap,                  // now and then two messages change places
};

inline constexpr std::string_view names[] = {"none",
                                             "lost_wake",
                                             "cursor_before_write",
                                             "ack_before_sync",
                                             "cid_forgotten",
                                             "removed_member",
                                             "past_horizon",
                                             "timestamp_back",
                                             "wrong_reader",
                                             "batch_twice",
                                             "unbounded_buffer",
                                             "session_stays",
                                             "more_off_by_one",
                                             "lost_below_a_stay",
                                             "checkpoint_skips_one",
                                             "lost_batch_stays",
                                             "swapped_at_cut",
                                             "drop",
                                             "repeat",
                                             "swap"};

static_assert(std::size(names) == static_cast<std::size_t>(fault::swap) + 1);

#ifdef LINGER_PLANTED
inline fault wanted() {
  static const fault at_start = [] {
    const char* const wish = std::getenv("LINGER_PLANTED");
    for (std::size_t i = 0; wish && i < std::size(names); ++i) {
      if (names[i] == wish) return static_cast<fault>(i);
    }
    return fault::none;
  }();
  return at_start;
}
inline bool is(fault f) { return wanted() == f; }
// The last id before the server started, for cid_forgotten.
inline std::uint64_t started_at = 0;
inline void note_start(std::uint64_t horizon) { started_at = horizon; }
inline bool is_forgotten(std::uint64_t id) { return is(fault::cid_forgotten) && id <= started_at; }
#else
constexpr bool is(fault) { return false; }
constexpr void note_start(std::uint64_t) {}
constexpr bool is_forgotten(std::uint64_t) { return false; }
#endif

}  // namespace lingerd::planted
