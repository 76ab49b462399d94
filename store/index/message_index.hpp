#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/state/rows.hpp"
#include "store/codec/index_rows.hpp"
#include "store/engine/kv_transaction.hpp"
#include "store/index/index_memtable.hpp"

// The index of messages: which messages a conversation has.
//
// Messages of all conversations are stored in the order of their ids, so that a commit appends to
// the end of one table. A key that began with the conversation would dirty a page for each
// conversation that a batch touches. The index finds the messages of a conversation:
//
//   recent  conversation            → the head of its newest message, and at most 32 of its newest
//                                     ids
//   older   conversation, last id   → 32 ids; a block is full when it is written, and never changes
//   meta    "indexed"               → index_checkpoint: up to which ids these rows are complete
//
// Writing a row of `recent` with each message would dirty a page as well. Therefore the rows lag: a
// pass over the conversations, in their order, brings them up to date with thousands of messages,
// so that a page is written once for all its rows. The messages above the checkpoint are in the
// memtable (store/index/index_memtable.hpp), which is built from the messages themselves and thus
// is as durable as they are. A pass takes several transactions, since a single one would hold all
// its pages in memory and delay its changes: it pauses when enough is written, and the next
// transaction with too large a memtable continues it.
//
// Invariants, of what is committed: (1) the ids of a conversation are those in its blocks, in its
// recent row, and in the memtable, rising in that order; (2) each of them is a row of `messages`,
// in this conversation; (3) a recent row is never empty; (4) the rows hold no id above their
// checkpoint, and lack none at or below it; (5) the memtable is bounded (limits.index_behind); (6)
// a conversation's newest message has the number of its recent row's, plus one for each message in
// the memtable.
//
// Damaged rows: store/index/damage.hpp.
namespace lingerd {

// The index in one transaction, which outlives it; on the transaction's thread. All functions throw
// store_error.
class message_index {
 public:
  // With a memtable of its own, which is built on first use.
  explicit message_index(kv_transaction& transaction)
      : transaction_(transaction), memtable_(own_memtable_) {}
  // With a memtable that is kept between transactions and outlives this object; synced at once.
  message_index(kv_transaction& transaction, index_memtable& memtable);
  message_index(const message_index&) = delete;
  message_index& operator=(const message_index&) = delete;

  // Adds a message. REQUIRES: its id is above all ids assigned before.
  void add(conversation target, const message_head& head);
  // If the memtable holds more than `behind` messages, runs the pass until an eighth of `behind` is
  // free again, and stores the new checkpoint. `last`: the last assigned id. REQUIRES: the last
  // call in this transaction.
  void advance_checkpoint(std::size_t behind, change_id last);

  // A message that the index lists. Throws store_damaged if it is missing.
  message_row message(conversation target, change_id id);
  std::optional<message_head> newest(conversation target);
  // The newest id at or below `id`; 0 if there is none.
  change_id id_at_or_below(conversation target, change_id id);
  // Replaces `ids` by the next few ids above `after`, rising; empty if there is none.
  void ids_above(conversation target, change_id after, std::vector<change_id>& ids);
  // Replaces `ids` by the next few ids below `before`, falling; empty if there is none.
  void ids_below(conversation target, change_id before, std::vector<change_id>& ids);

  // Visits each conversation's newest message, in the order of the conversations.
  void for_each_newest(const std::function<void(conversation, const message_head&)>& visit);

 private:
  index_memtable& memtable();
  std::size_t run_pass(index_checkpoint& checkpoint, std::size_t minimum, change_id last);
  void write_rows(conversation target, std::span<const message_head> added);
  // Append ids found in the rows alone.
  void add_ids_above(conversation target, change_id after, std::vector<change_id>& ids);
  void add_ids_below(conversation target, change_id before, std::vector<change_id>& ids);
  // The conversation's recent row; null if it has none. Valid until the next call.
  const recent_row* row_of(conversation target);

  kv_transaction& transaction_;
  index_memtable own_memtable_;
  index_memtable& memtable_;
  bool is_synced_ = false;
  std::string buffer_;
  // The last recent row: reading a conversation in batches looks its row up several times.
  std::optional<conversation> cached_conversation_;
  recent_row cached_row_;
};

}  // namespace lingerd
