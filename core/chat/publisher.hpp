#pragma once

#include <span>
#include <vector>

#include "core/chat/chat_state.hpp"
#include "core/chat/commit_queue.hpp"
#include "core/chat/read_marks.hpp"
#include "core/state/store.hpp"

namespace lingerd {

// Makes durable changes visible. For each change of a durable batch, in the log's order: the
// directory, the sessions and the horizon move; the event is encoded once and put into the streams
// of all its readers; the caller that waits for the change is signalled. Owned by the chat; on the
// loop's thread.
class publisher final : public append_listener {
 public:
  // All of these outlive it.
  publisher(chat_state& state, commit_queue& commits, read_marks& reads)
      : state_(state), commits_(commits), reads_(reads) {}

  void on_committed(std::span<const std::uint64_t> tickets, std::span<applied> results) override;

 private:
  void publish(applied& change);
  void absorb(const row_written& row);
  void publish_row(const row_written& row, const applied& cause, change_id before);
  void publish_profile(const user_row& row, change_id before);
  void publish_friendship(const friend_row& row, change_id before);
  void publish_group(const group_row& row, change_id before);
  void publish_membership(const member_row& row, const applied& cause, change_id before);
  void publish_read_mark(const read_row& row, change_id before);
  void publish_message(message_row message);
  std::vector<user_id> readers_of_profile(user_id user) const;

  chat_state& state_;
  commit_queue& commits_;
  read_marks& reads_;
};

}  // namespace lingerd
