#pragma once

#include <string>
#include <vector>

#include "core/base/limits.hpp"
#include "core/chat/chat_state.hpp"
#include "core/chat/commit_queue.hpp"
#include "core/chat/feed.hpp"
#include "core/chat/pending_send.hpp"
#include "core/chat/publisher.hpp"
#include "core/chat/read_marks.hpp"
#include "core/loop/task.hpp"
#include "core/loop/wall_clock.hpp"
#include "core/state/store.hpp"

namespace lingerd {

// Everything a client may ask of the chat, over whichever transport: a façade over the commit
// queue, the publisher, the read marks, the feed, the start and the history. Owned by the program;
// on the loop's thread.
//
// Invariant: no answer contains, counts or names anything beyond the horizon.
class chat {
 public:
  // All of these outlive the chat.
  chat(lingerd::loop& loop, store& store, const limits& bounds);
  ~chat();

  // Reads what is stored. Once, before anything else.
  void load();

  const limits& bounds() const { return bounds_; }
  lingerd::loop& loop() { return loop_; }
  const lingerd::directory& directory() const { return state_.directory; }
  lingerd::sessions& sessions() { return state_.sessions; }
  lingerd::presence& presence() { return state_.presence; }
  const typing_notes& typing() const { return state_.typing; }
  lingerd::fanout& fanout() { return state_.fanout; }
  change_id horizon() const { return state_.horizon; }
  const std::string& epoch() const { return state_.epoch; }
  wall_clock::reading wall() { return wall_.read(); }
  void accept_clock() { wall_.accept(); }  // see wall_clock::accept()

  // Appends a change and waits until it is on disk and published. Refused as apply() decides, or
  // `overloaded` where too many wait.
  task<result<applied>> commit(change change) { return commits_.commit(std::move(change)); }
  // The same for many, in their order, with one wait for the disk.
  task<std::vector<result<applied>>> commit_all(std::vector<change> changes) {
    return commits_.commit_all(std::move(changes));
  }
  // Whether one more change may wait for the disk.
  bool has_room() const { return commits_.has_room(); }
  // Appends a change that nothing waits for; returns its ticket. Where clients cause it:
  // REQUIRES has_room().
  std::uint64_t commit_unwatched(change change) {
    return commits_.append_unwatched(std::move(change));
  }

  using sent = sent_message;
  // Sends a message: a coroutine around prepare_send(), for tests and commands. REQUIRES: text and
  // cid within their bounds, the text not blank, the target not the sender.
  task<result<sent>> send(user_id sender, conversation target, std::string text, std::string cid);
  // Variant without a coroutine, for the hot path: the change to append with a pending_send.
  // Refused as rules::may_send() decides, or `overloaded`.
  using pending_send = lingerd::pending_send;
  result<change> prepare_send(user_id sender, conversation target, std::string text,
                              std::string cid);
  commit_queue& commits() { return commits_; }

  // Acknowledges a read mark; it is written within limits.read_gather, or when there is room.
  result<void> mark_read(user_id user, conversation conversation, change_id up_to) {
    return reads_.mark(user, conversation, up_to);
  }
  // Appends the gathered read marks, as far as there is room.
  void flush_reads() { reads_.flush(); }

  // The user types in the conversation. Refused as rules::may_send() decides.
  result<void> note_typing(user_id user, conversation conversation);
  // Whether a client of `reader` that knows this revision of presence has something to be told:
  // presence or typing.
  bool has_presence_news(user_id reader, std::uint64_t revision) const {
    return state_.presence.is_newer(reader, revision) || state_.typing.is_newer(reader, revision);
  }

  // `cursor_expired` unless the cursor belongs to this life of the database and lies at or below
  // the horizon.
  result<void> check_cursor(std::string_view epoch, change_id after) const;
  // The events above a cursor.
  lingerd::feed& feed() { return feed_; }

  // See core/chat/start.hpp and core/chat/history.hpp.
  task<result<std::string>> start(user_id reader);
  task<result<std::string>> history(user_id reader, conversation conversation, change_id before,
                                    std::size_t limit);
  // A user's password hash, from the store; empty if no password is set.
  task<result<std::string>> password_hash(user_id user);

  // Changes that the store has not committed yet.
  std::size_t pending() const { return store_.pending(); }

  // For the simulator's bounds checker: changes whose outcome is not published yet, reads of the
  // store under way, messages above the index checkpoint, read marks not written.
  std::size_t waiting() const { return commits_.size(); }
  std::size_t reading() const { return store_.reading(); }
  std::size_t unindexed() const { return store_.unindexed(); }
  const read_marks& reads() const { return reads_; }

 private:
  lingerd::loop& loop_;
  store& store_;
  const limits& bounds_;
  wall_clock wall_;
  chat_state state_;
  commit_queue commits_;
  read_marks reads_;
  publisher publisher_;
  lingerd::feed feed_;
};

}  // namespace lingerd
