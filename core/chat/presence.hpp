#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "core/base/limits.hpp"
#include "core/chat/directory.hpp"
#include "core/chat/fanout.hpp"
#include "core/loop/loop.hpp"
#include "core/loop/owned_timer.hpp"

namespace lingerd {

// Which users are online: a level with a revision, never stored, and only for streams that ask for
// it. Changes are gathered for limits.presence_gather. Owned by the chat; on the loop's thread.
//
// Revisions begin at the wall clock's milliseconds, so that those of a restarted server are new to
// every client. Typing notes (core/chat/typing) share the count.
class presence {
 public:
  // All of these outlive it.
  presence(lingerd::loop& loop, const directory& directory, fanout& fanout, const limits& bounds);

  void start_at(wall_ms now) { began_ = revision_ = static_cast<std::uint64_t>(now); }

  // A stream with presence is held for the user, or has ended: online for limits.presence_linger
  // more. Calls come in pairs.
  void hold(user_id user);
  void release(user_id user);
  // Presence was asked for without a hold.
  void touch(user_id user);

  // The set of users whose presence the user may see has changed.
  void friends_changed(user_id user);

  std::uint64_t revision() const { return revision_; }
  void advance_revision() { ++revision_; }

  // Online as last told to friends.
  bool is_online(user_id user) const { return user < seats_.size() && seats_[user].shown; }
  // Online at this moment.
  bool is_here(user_id user) const {
    return user < seats_.size() && is_here(seats_[user], loop_.now());
  }
  // Whether a client of `reader` that knows `revision` has not seen the newest state. Revisions of
  // an earlier life of the server, or invented ones, are old.
  bool is_newer(user_id reader, std::uint64_t revision) const;
  // Appends `"presence":{…}`.
  void append(std::string& out, const person& reader) const;

  // For the simulator's bounds checker.
  std::size_t seats() const { return seats_.size(); }
  std::size_t lingering() const { return leaving_.size(); }
  std::size_t touched() const { return touched_.size(); }

 private:
  struct seat {
    std::uint32_t held = 0;     // streams with presence
    bool shown = false;         // as last told
    bool touched = false;       // in touched_
    bool lingers = false;       // in leaving_
    instant until{};            // online until then without a held stream
    std::uint64_t changed = 0;  // revision of the last change among the user's friends
  };

  seat& seat_of(user_id user);
  void note_change(user_id user);
  void gather_by(instant deadline);
  void gather();
  static bool is_here(const seat& seat, instant now) { return seat.held > 0 || seat.until > now; }

  lingerd::loop& loop_;
  const directory& directory_;
  fanout& fanout_;
  const limits& bounds_;
  std::uint64_t revision_ = 1;
  std::uint64_t began_ = 1;                  // smaller revisions are of an earlier life
  std::deque<seat> seats_;                   // by user
  std::vector<user_id> touched_;             // may have changed since they were told
  std::multimap<instant, user_id> leaving_;  // when lingering users are looked at again
  owned_timer<presence, &presence::gather> timer_;
  instant gather_at_{};  // while the timer is set
};

}  // namespace lingerd
