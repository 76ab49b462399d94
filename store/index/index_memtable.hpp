#pragma once

#include <atomic>
#include <boost/container/small_vector.hpp>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/state/rows.hpp"
#include "store/index/index_checkpoint.hpp"
#include "store/engine/kv_transaction.hpp"

namespace lingerd {

// The newest messages: those that the rows of the message index (store/message_index.hpp) do not
// know of yet, by conversation. It is made from `messages` and `meta` of one snapshot alone, so
// whoever keeps one shares it with nobody: the writer has its own, the reader another.
//
// It may live longer than a transaction. follow() brings it to the state of the one at hand; where
// nothing is new, that costs two look-ups.
//
//   messages   1 … reach | reach + 1 … seen | … last id
//              in the rows | in the tail      | follow() reads them
//
// Invariants, between follow() and the end of its transaction: (1) of each conversation it holds
// the messages above the rows' reach (store/index_reach.hpp), those that were added since included,
// and none at or below it; (2) a conversation's rise, and it is not listed without one; (3) `seen`
// is the last id that follow() met, or a greater one of this transaction.
//
// Damage. The rows are verified as they are read: twice 8,192 of them at most (what a sweep that
// rests is going to write, and what came since), which is a matter of milliseconds. One that is not
// what was written must neither stop everybody nor be left out. Its sender and cid, if they can
// still be read, lead to a row of `sent` that names it, and whose checksum says in which
// conversation it is: it is listed there, and whoever reads it hears of the damage. Else nobody
// knows whose it is, and each list that might lack it is refused, until the writer, who has kept
// what it added, has ended a sweep that wrote it to the rows of the index. Nothing is built upon
// such a tail (the next message is numbered from the newest, the rows stay for ever): whole()
// throws. A server that starts has just verified each message of the tail (store/schema.hpp).
//
// All throw store_error. A tail that throws is right for the next follow().
class message_tail {
 public:
  using heads = boost::container::small_vector<message_head, 1>;  // rising
  static heads::const_iterator first_above(const heads& of, change_id id);

  // REQUIRES: each transaction of the one who keeps it, writes above all, begins with this. Why
  // that is enough where a batch was lost: see there.
  void follow(kv& in);

  // The writer's, within its transaction. REQUIRES: its id is above all that were given.
  void add(conversation in, const message_head& head);
  // Ids up to this one were given. Spares the next follow() the look.
  void gave(change_id last);

  // The writer's: nothing more is added to this conversation, whatever becomes of its transaction.
  // Until the server ends, and it will not start again (store/message_index.hpp).
  void give_up(conversation in);
  bool is_given_up(conversation in) const;

  // How far the rows know the messages.
  const index_reach& reach() const { return reach_; }

  // The newest; null: it has none here. Until the tail changes.
  const message_head* newest(conversation in) const;
  // Its messages; null: it has none here. Until the tail changes.
  const heads* of(conversation in) const;
  // The newest id at or below `at`; 0: none here.
  change_id at_or_below(conversation in, change_id at) const;
  // Appends the next ids above `after`, rising, or below `before`, falling, `most` at most.
  void above(conversation in, change_id after, std::size_t most, std::vector<change_id>& ids) const;
  void below(conversation in, change_id before, std::size_t most,
             std::vector<change_id>& ids) const;

  // Those at and above `from` that have messages here, in no order.
  std::vector<conversation> conversations(conversation from = {}) const;
  // Throws store_damaged where a message of the tail is not what was written.
  void whole() const;

  // How many messages it holds: about 130 bytes each. From any thread.
  std::size_t size() const { return size_.load(std::memory_order_relaxed); }

 private:
  void forget();
  void take_back(change_id above);
  void drop(const index_reach& known);
  void scan(kv& in, change_id last);
  void take(kv& in, const kv_pair& row);
  void take_damaged(kv& in, const kv_pair& row);
  // Where the rows do not know it.
  void list(conversation in, const message_head& head);
  // Throws where a message that might be the conversation's, and that its rows do not know, lies
  // between the two, both excluded.
  void hold_known(conversation in, change_id above, change_id below) const;
  // `listed`: how many its conversations have.
  void count(std::size_t listed);
  void one_more() { size_.store(size() + 1, std::memory_order_relaxed); }

  // A message that is not what was written; none: nobody knows whose it is.
  struct damage {
    change_id id;
    std::optional<conversation> in;
  };

  boost::unordered_flat_map<std::uint64_t, heads> of_;  // looked up; walked where order is nothing
  index_reach reach_;
  change_id seen_ = 0;
  std::vector<damage> damaged_;  // rising
  std::vector<conversation> given_up_;
  std::atomic<std::size_t> size_ = 0;  // only its own thread writes it
};

}  // namespace lingerd
