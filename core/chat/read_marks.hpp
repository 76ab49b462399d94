#pragma once

#include <deque>
#include <map>
#include <utility>

#include "core/base/limits.hpp"
#include "core/chat/commit_queue.hpp"
#include "core/chat/directory.hpp"
#include "core/loop/loop.hpp"
#include "core/loop/owned_timer.hpp"

namespace lingerd {

// Read marks that are acknowledged and not written yet. They are gathered for up to
// limits.read_gather, so that reading costs few commits; a crash may forget them, a full disk may
// not: those that find no room are tried again. Owned by the chat; on the loop's thread.
class read_marks {
 public:
  // All of these outlive it.
  read_marks(lingerd::loop& loop, const directory& directory, commit_queue& commits,
             const limits& bounds);

  // Gathers a mark. Beyond the newest message it counts as the newest; at or below the stored mark
  // it changes nothing. Refused as rules::may_read() decides.
  result<void> mark(user_id user, conversation conversation, change_id up_to);
  // Appends what was gathered, as far as the queue has room.
  void flush();
  // Writes the marks of one user and waits for them. Where the disk has no room they stay gathered.
  task<void> flush_of(user_id user);

  // From the publisher: the outcome of the change with this ticket, whatever it was.
  void settle(std::uint64_t ticket, const applied& outcome);

  // Marks that are gathered, and marks on their way to the disk.
  std::size_t gathered() const { return gathered_.size(); }
  std::size_t in_flight() const { return in_flight_.size(); }

 private:
  struct flight {
    std::uint64_t ticket = 0;
    mark_read mark;
  };

  void gather(const mark_read& mark);
  void set_timer();
  mark_read take(std::map<std::pair<user_id, conversation>, change_id>::iterator entry);

  lingerd::loop& loop_;
  const directory& directory_;
  commit_queue& commits_;
  const limits& bounds_;
  std::map<std::pair<user_id, conversation>, change_id> gathered_;
  std::deque<flight> in_flight_;  // by ticket
  owned_timer<read_marks, &read_marks::flush> timer_;
};

}  // namespace lingerd
