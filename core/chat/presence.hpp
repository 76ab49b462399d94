#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "core/chat/directory.hpp"
#include "core/chat/fanout.hpp"
#include "core/base/limits.hpp"
#include "core/loop/loop.hpp"

namespace lingerd {

// Who is online, and who types: never stored, and only for streams that ask for it.
//
// Presence is a level with a revision; changes are gathered for a second. Typing is told once: its
// notes carry revisions of the same count, so that a poll that comes between two polls misses
// nothing and repeats nothing. Revisions begin at the wall clock's milliseconds, so that a
// restarted server's are new to everyone.
class presence {
 public:
  presence(loop& on, const directory& people, fanout& streams, const limits& bounds);

  void start_at(wall_ms now) { began_ = revision_ = static_cast<std::uint64_t>(now); }

  // A stream with presence is held; or was asked for, or has ended: online for a while more.
  void hold(user_id);
  void release(user_id);
  void seen(user_id);

  // What he wrote is sent: when he types again it is news.
  void sent(user_id who);

  // Whom the user may see has changed.
  void friends_changed(user_id);

  // `who` types to the reader `to` (in a conversation of two) or in the group `to`. Told again only
  // when the last note about it is half over, however often a client says so.
  void typing(user_id who, bool in_group, std::uint32_t to);

  std::uint64_t revision() const { return revision_; }
  bool is_online(user_id u) const { return u < seats_.size() && seats_[u].shown; }
  // Whether there is something for `reader` that a client who knows `revision` has not seen.
  bool is_newer(user_id reader, std::uint64_t revision) const;
  // Appends `"presence":{…}`.
  void append(std::string& out, const person& reader) const;
  // For those who look whether a server keeps its word: how many of each are kept.
  std::size_t seats() const { return seats_.size(); }
  std::size_t lingering() const { return leaving_.size(); }
  std::size_t touched() const { return touched_.size(); }
  std::size_t typists() const { return typed_.size(); }
  std::size_t readers_with_notes() const { return notes_.size(); }
  std::size_t notes_of(user_id reader) const;
  // Appends typing events newer than `revision`, separated by commas; returns how many.
  std::size_t append_typing(std::string& out, user_id reader, std::uint64_t revision);

 private:
  struct seat {
    std::uint32_t held = 0;
    bool shown = false;         // as last told
    bool touched = false;       // waits to be told
    bool lingers = false;       // leaving_ has him, once
    instant until{};            // lingers until then
    std::uint64_t changed = 0;  // revision of the last change among his friends
  };
  struct note {
    std::uint64_t revision = 0;
    instant until{};
    user_id who = 0;
    std::string bytes;
  };
  // The timer knows its owner by its place in it.
  struct gather_timer : timer {
    gather_timer(callback c, presence& p) : timer(c), owner(p) {}
    presence& owner;
  };

  seat& seat_of(user_id);
  void touch(user_id);
  void gather_by(instant when);
  void gather();
  bool is_here(const seat& s, instant now) const { return s.held > 0 || s.until > now; }
  bool is_fresh(user_id who, const std::string& bytes);
  void note_for(user_id reader, user_id who, const std::string& bytes);

  loop& loop_;
  const directory& people_;
  fanout& streams_;
  const limits& bounds_;
  std::uint64_t revision_ = 1;
  std::uint64_t began_ = 1;  // all revisions before are of an earlier life
  std::deque<seat> seats_;   // by user
  std::vector<user_id> touched_;
  std::multimap<instant, user_id> leaving_;     // when those who linger are looked at again
  std::map<user_id, std::vector<note>> notes_;  // by reader
  std::map<std::pair<user_id, std::string>, instant> typed_;  // who types where, last told when
  std::size_t typed_swept_at_ = 0;
  gather_timer timer_;
  instant gather_at_{};  // while the timer is set
};

}  // namespace lingerd
