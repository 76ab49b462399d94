#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/base/limits.hpp"
#include "core/chat/directory.hpp"
#include "core/chat/fanout.hpp"
#include "core/chat/presence.hpp"
#include "core/loop/loop.hpp"
#include "core/loop/owned_timer.hpp"

namespace lingerd {

// Notes of users that are typing, for readers that are online and ask for presence; never stored.
//
// A note carries a revision of the same count as presence, so that a note that comes between two
// polls is neither missed nor repeated. It lives for limits.typing_life. Owned by the chat; on the
// loop's thread.
class typing_notes {
 public:
  // All of these outlive it.
  typing_notes(lingerd::loop& loop, const directory& directory, fanout& fanout, presence& presence,
               const limits& bounds);

  // `user` types to the user `target`, or in the group `target`. Told again only when half the life
  // of the last such note is over, however often a client repeats it.
  void add(user_id user, bool in_group, std::uint32_t target);
  // The user has sent what was typed: typing again is news.
  void forget(user_id user);

  // Whether there is a note for `reader` that a client with this revision has not seen.
  bool is_newer(user_id reader, std::uint64_t revision) const;
  // Appends the notes for `reader` above `revision`, separated by commas; returns how many.
  std::size_t append(std::string& out, user_id reader, std::uint64_t revision) const;

  // For the simulator's bounds checker.
  std::size_t typists() const { return last_told_.size(); }
  std::size_t readers() const { return notes_.size(); }
  std::size_t notes_of(user_id reader) const;

 private:
  struct note {
    std::uint64_t revision = 0;
    instant until{};
    user_id user = 0;
    std::string bytes;  // the event
  };

  bool was_just_told(user_id user, const std::string& bytes);
  void add_for(user_id reader, user_id user, const std::string& bytes);
  void expire();

  lingerd::loop& loop_;
  const directory& directory_;
  fanout& fanout_;
  presence& presence_;
  const limits& bounds_;
  std::map<user_id, std::vector<note>> notes_;                    // by reader
  std::map<std::pair<user_id, std::string>, instant> last_told_;  // by user and event
  std::size_t prune_at_ = 0;  // size of last_told_ at which stale entries are dropped
  owned_timer<typing_notes, &typing_notes::expire> timer_;
};

}  // namespace lingerd
