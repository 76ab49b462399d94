#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/state/change.hpp"
#include "core/state/rows.hpp"

// The storage interface that core uses: append and read. store/ implements it.
namespace lingerd {

// Receives the results of appended changes once they are durable.
class append_listener {
 public:
  virtual ~append_listener() = default;
  // One batch, in the log's order, after it is durable (or refused entirely). On the loop.
  // `tickets[i]` is the ticket that append() returned for the change with result `results[i]`.
  virtual void on_committed(std::span<const std::uint64_t> tickets, std::span<applied> results) = 0;
};

// The messages of one conversation with ids in (after, until).
struct message_range {
  lingerd::conversation conversation;
  change_id after = 0;  // exclusive
  change_id until = 0;  // exclusive
};

// Messages of several conversations, oldest first by id, at most `limit` of them and about
// `bytes` of text; `truncated` if there are more.
struct message_list {
  std::vector<message_row> messages;
  bool truncated = false;
};

// Receives every row but the messages at start-up, in the order of these functions.
class row_sink {
 public:
  virtual ~row_sink() = default;
  virtual void on_meta(const meta_row&) = 0;
  virtual void on_user(const user_row&) = 0;
  virtual void on_friend(const friend_row&) = 0;
  virtual void on_group(const group_row&) = 0;
  virtual void on_member(const member_row&) = 0;
  virtual void on_read(const read_row&) = 0;
  virtual void on_session(const session_row&) = 0;
  virtual void on_conversation(conversation, const message_head& newest) = 0;
};

class store {
 public:
  virtual ~store() = default;

  // Must be set before the first append; outlives the store's work.
  virtual void set_listener(append_listener&) = 0;

  // Queues a change and returns its ticket: 1, 2, 3 …, also the order in which the changes are
  // applied. Changes that are queued when a batch begins share its transaction, up to
  // limits.batch_changes.
  virtual std::uint64_t append(change c) = 0;
  // Number of changes that wait or are being committed.
  virtual std::size_t pending() const = 0;
  // Number of reads in progress.
  virtual std::size_t reading() const = 0;
  // Number of messages held in memory because the message index lags behind.
  virtual std::size_t unindexed() const = 0;

  // Reads run off the loop and see at least everything published before the call, and maybe more:
  // the caller bounds the result by ids. `on_done` is called once, on the loop, unless the store is
  // destroyed first. If the store cannot be read, it gets a refusal.
  using messages_done = std::function<void(result<message_list>)>;
  virtual void read_forward(std::vector<message_range> ranges, std::size_t limit, std::size_t bytes,
                            messages_done on_done) = 0;
  // The newest `limit` messages in the given stays of one conversation, with ids below `before`,
  // oldest first; truncated if there are older ones.
  virtual void read_backward(conversation conversation, std::vector<message_range> stays,
                             change_id before, std::size_t limit, messages_done on_done) = 0;
  // The newest message of each range, in the order of the ranges; an empty range is skipped.
  virtual void read_newest(std::vector<message_range> ranges, messages_done on_done) = 0;
  // A user's password hash; empty where there is none.
  using text_done = std::function<void(result<std::string>)>;
  virtual void read_password_hash(user_id, text_done on_done) = 0;

  // Reads everything but the messages, synchronously. For start-up.
  virtual void load(row_sink&) = 0;
};

}  // namespace lingerd
