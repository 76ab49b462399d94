#pragma once

#include <boost/container/static_vector.hpp>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/state/rows.hpp"
#include "store/engine/kv_transaction.hpp"
#include "store/index/index_memtable.hpp"

// Which messages a conversation has.
//
// The messages themselves lie in the order of their ids, whatever conversation they belong to: a
// commit appends to the end of one table, however many people write to however many. A key that
// began with the conversation would dirty a page for each conversation that a batch touches.
//
//   recent  conversation          → its newest message's head, and the ids of its newest, 32 at
//   most older   conversation, last id → 32 ids, each block full when it is put here, never written
//   again meta    "indexed"             → how far these rows know the messages
//
// So would the row of a conversation, written with each message. The rows are *behind*: they are
// brought up to date for thousands of messages at once (fold), in their own order, so that a page
// of them is written once for all that it holds. What they do not know is the tail
// (store/message_tail.hpp); it is made from the messages themselves, and so is as durable as they.
//
// Not for all conversations in one transaction: its pages would be in memory all together, and who
// writes then would wait for them. A sweep over the conversations rests where enough is written,
// and the next transaction with too long a tail goes on from there (store/index_reach.hpp).
//
// Invariants, of what is committed: (1) the ids of a conversation are those in its blocks, in its
// recent row, and in the tail, rising in that order; (2) each of them is a row of `messages`, in
// this conversation; (3) a recent row is never empty; (4) the rows hold no id above their reach,
// and lack none at or below it; (5) the tail is bounded (limits.index_behind); (6) a conversation's
// newest message has the number of its recent row's, and one more for each message in the tail.
//
// A row of `recent` that is damaged, or with which (6) does not hold, when it is to be brought up
// to date, is given up: it is put back as it was but for a mark, which makes it unreadable for
// good. Its conversation is refused from then on, by name, and so is the next start of the server;
// until then others go on.
namespace lingerd {

// Ids, newest first.
inline constexpr std::size_t ids_in_block = 32;
using id_block = boost::container::static_vector<change_id, ids_in_block>;

struct recent_row {
  message_head newest;
  id_block ids;  // the newest one is the first
};

// The index in one transaction, which outlives it. All throw store_error.
class message_index {
 public:
  // With a tail of its own, which is made when something is asked for.
  explicit message_index(kv& in) : kv_(in), tail_(own_) {}
  // With one that is kept, and outlives it; it follows at once.
  message_index(kv& in, message_tail& kept);
  message_index(const message_index&) = delete;
  message_index& operator=(const message_index&) = delete;

  // Adds a message. REQUIRES: its id is above all that were given.
  void add(conversation in, const message_head& head);
  // Where more than `behind` messages lie in the tail, brings the rows up to date with as many as
  // leave room for an eighth of it. `last`: the last id that was given. Nothing of the index is
  // asked for in this transaction after it.
  void fold(std::size_t behind, change_id last);

  // A message that it lists. Throws store_damaged where it is not there.
  message_row message(conversation in, change_id id);
  std::optional<message_head> newest(conversation in);
  // The newest id at or below `at`; 0: none.
  change_id at_or_below(conversation in, change_id at);
  // The next few ids above `after`, rising; empty if there is none.
  void above(conversation in, change_id after, std::vector<change_id>& ids);
  // The next few ids below `before`, falling; empty if there is none.
  void below(conversation in, change_id before, std::vector<change_id>& ids);

  // In the conversations' order.
  void for_each_newest(const std::function<void(conversation, const message_head&)>& visit);

 private:
  message_tail& tail();
  std::size_t sweep(index_reach& reach, std::size_t least, change_id last);
  void fold_one(conversation in, std::span<const message_head> more);
  void give_up(conversation in);
  // What the rows know.
  void above_in_rows(conversation in, change_id after, std::vector<change_id>& ids);
  void below_in_rows(conversation in, change_id before, std::vector<change_id>& ids);
  // The conversation's recent row, until another one's is asked for; null: it has none.
  const recent_row* row_of(conversation in);

  kv& kv_;
  message_tail own_;
  message_tail& tail_;
  bool is_in_step_ = false;
  std::string buffer_;
  // Who reads on looks the same conversation's row up several times: the last one is kept.
  std::optional<conversation> last_in_;
  recent_row last_;
};

}  // namespace lingerd
