#pragma once

#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string_view>

// Faults that a test build plants into the server, so that the checkers can show that they find
// them: LINGER_PLANTED=NAME in the environment. Each is a few lines where a person might have made
// the mistake, behind `planted::is(fault::…)`, which is `false` at compile time everywhere but in
// the programs linger-planted and linger-sim-planted.
//
// Included by .cpp files alone: those that name it are compiled anew for the planted programs.
namespace lingerd::planted {

enum class fault : std::uint8_t {
  none,
  lost_wake,             // who was woken in vain is not woken again
  cursor_before_write,   // what a stream's socket did not take counts as written
  ack_before_sync,       // a commit is told of before the disk has it
  cid_forgotten,         // what was sent before a restart is sent again
  removed_member,        // a removed member still gets the first message afterwards
  past_horizon,          // a read of the store tells what is not published yet
  timestamp_back,        // timestamps follow the wall clock wherever it goes
  wrong_reader,          // the sender's cid is told to everybody
  batch_twice,           // a batch is applied again after its commit
  unbounded_buffer,      // a stream goes on filling what a slow reader does not take
  session_stays,         // a new password leaves the old sessions alone
  more_off_by_one,       // the cursor of a cut answer names the first event that is not in it
  lost_below_a_stay,     // a page of history takes what lies just below a stay for given
  checkpoint_skips_one,  // a pass of the message index leaves one conversation out
  lost_batch_stays,      // what a lost batch had added to the tail of the index stays there
  swapped_at_cut,        // the last event of a cut answer changes places with the next one
  drop,                  // now and then a message is left out
  repeat,                // now and then a message is told twice
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
// The last id before the server started: for what it forgets.
inline std::uint64_t started_at = 0;
inline void note_start(std::uint64_t horizon) { started_at = horizon; }
inline bool is_forgotten(std::uint64_t id) { return is(fault::cid_forgotten) && id <= started_at; }
#else
constexpr bool is(fault) { return false; }
constexpr void note_start(std::uint64_t) {}
constexpr bool is_forgotten(std::uint64_t) { return false; }
#endif

}  // namespace lingerd::planted
