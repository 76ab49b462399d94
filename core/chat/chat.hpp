#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/chat/directory.hpp"
#include "core/base/entropy.hpp"
#include "core/chat/fanout.hpp"
#include "core/base/limits.hpp"
#include "core/chat/presence.hpp"
#include "core/chat/sessions.hpp"
#include "core/state/store.hpp"
#include "core/loop/task.hpp"
#include "core/loop/wall_clock.hpp"

namespace lingerd {

// One answer's worth of a user's stream.
struct batch {
  std::string events;  // encoded, separated by commas
  change_id next = 0;  // the cursor after it
  bool more = false;
};

// The one door: everything a client may ask of the chat, whichever way he talks. It owns what is in
// memory and moves it when the store has made a change durable: the directory and the horizon
// together, then the streams.
//
// No answer contains, counts or names anything beyond the horizon.
class chat : private append_listener {
 public:
  // All of these outlive the chat.
  chat(loop& on, store& keep, const limits& bounds);
  ~chat() override;

  // Reads what is stored. Once, before anything else.
  void load();

  const limits& bounds() const { return bounds_; }
  loop& on() { return loop_; }
  const directory& people() const { return people_; }
  sessions& signed_in() { return sessions_; }
  presence& online() { return presence_; }
  fanout& streams() { return streams_; }
  change_id horizon() const { return horizon_; }
  const std::string& epoch() const { return epoch_; }
  wall_clock::reading wall() { return wall_.read(); }

  // Appends a change and waits until it is on disk and published. Refused as apply() says, or
  // `overloaded` where too many wait.
  task<result<applied>> commit(change c);
  // The same for many, in their order: one wait for the disk.
  task<std::vector<result<applied>>> commit_all(std::vector<change> all);
  // Whether one more change may wait for the disk.
  bool has_room() const { return store_.pending() < bounds_.append_queue; }
  // The same, and nobody waits for it. Returns its ticket. Where clients are behind it: only while
  // there is room.
  std::uint64_t commit_unwatched(change c);

  struct sent {
    change_id id = 0;
    wall_ms timestamp = 0;
    bool repeated = false;
  };
  // REQUIRES: text and cid within their bounds, text not blank, `to` not oneself.
  task<result<sent>> send(user_id from, conversation to, std::string text, std::string cid);
  // The same for one who sleeps himself: `sleeper`, which outlives what is given, is signalled
  // wake::done. The way of most messages, without a coroutine.
  class pending_send;
  result<std::unique_ptr<pending_send>> begin_send(user_id from, conversation to, std::string text,
                                                   std::string cid, waiter& sleeper);

  // Remembers a read mark; it is written within limits.read_gather, or when there is room for it.
  result<void> mark_read(user_id user, conversation in, change_id up_to);
  // Writes down now what was gathered, as far as there is room.
  void flush_reads();

  result<void> typing(user_id who, conversation in);

  // As what a stream is read: all its events, separated by commas; each as a block of Server-Sent
  // Events; or, for the tutorial's page, only messages of others without the word "event".
  enum class view { events, sse, classic };

  // `cursor_expired` unless the cursor belongs to this life of the database and lies at or below
  // the horizon.
  result<void> check_cursor(std::string_view epoch, change_id after) const;
  // What is at hand in memory above `after`; none if the store has to be asked.
  std::optional<batch> at_hand(const person& reader, change_id after, view as = view::events);
  // The same from the store: one who was away for longer.
  task<result<batch>> from_store(user_id reader, change_id after, view as = view::events);

  // Everything a fresh page needs, as JSON without its closing brace: the caller may add to it.
  task<result<std::string>> start(user_id reader);
  // {"messages":[…],"more":…}: the messages below `before`, at most `limit`, oldest first.
  task<result<std::string>> history(user_id reader, conversation in, change_id before,
                                    std::size_t limit);
  // A user's password hash, from the store; empty if he has none.
  task<result<std::string>> password_hash(user_id user);

  // Changes that wait for the disk.
  std::size_t pending() const { return store_.pending(); }

  // For those who look whether a server keeps its word: who waits for a change, reads of the store
  // under way, marks that are gathered and on their way, messages that the index is behind.
  std::size_t waiting() const { return waiting_.size(); }
  std::size_t reading() const { return store_.reading(); }
  std::size_t unindexed() const { return store_.unindexed(); }
  std::size_t gathered_reads() const { return reads_.size(); }
  std::size_t flying_reads() const { return flying_reads_.size(); }

 private:
  class waiting_commit;
  struct gather_timer : timer {
    gather_timer(callback c, chat& owner) : timer(c), owner(owner) {}
    chat& owner;
  };

  void on_committed(std::span<const std::uint64_t> tickets, std::span<applied> results) override;
  void publish(applied& a);
  void publish(const row_written& row, const applied& of, change_id before);
  void publish_message(message_row m);
  void publish_group(const group_row& g, change_id before);
  void publish_member(const member_row& m, const applied& of, change_id before);
  std::vector<user_id> who_sees(user_id u) const;
  void gather_read(user_id user, conversation in, change_id up_to);
  void settle_reads(std::uint64_t ticket, const applied& a);
  void put(std::string& out, view as, change_id id, std::string_view event) const;

  loop& loop_;
  store& store_;
  const limits& bounds_;
  wall_clock wall_;
  directory people_;
  sessions sessions_;
  fanout streams_;
  presence presence_;
  std::string epoch_;
  change_id horizon_ = 0;

  std::deque<waiting_commit*> waiting_;  // waiting_[i] waits for ticket first_ticket_ + i
  std::uint64_t first_ticket_ = 1;
  std::vector<const fanout::event*> found_;                      // scratch
  std::map<std::pair<user_id, conversation>, change_id> reads_;  // gathered
  struct flying_read {
    std::uint64_t ticket = 0;
    user_id user = 0;
    conversation in;
    change_id up_to = 0;
  };
  std::deque<flying_read> flying_reads_;  // on their way to the disk, by ticket
  gather_timer read_timer_;
};

}  // namespace lingerd
