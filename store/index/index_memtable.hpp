#pragma once

#include <atomic>
#include <boost/container/small_vector.hpp>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/state/rows.hpp"
#include "store/codec/index_rows.hpp"
#include "store/engine/kv_transaction.hpp"
#include "store/index/damage.hpp"

namespace lingerd {

// The heads of the newest messages, by conversation: those that the rows of the message index
// (store/index/message_index.hpp) do not cover yet. Built from the tables `messages` and `meta` of
// one snapshot. The storage thread and the reader thread own one each; neither is shared.
//
// It outlives transactions: sync_to() brings it to the state of the current one, which costs two
// look-ups if nothing is new.
//
//   messages   1 … checkpoint | checkpoint + 1 … last_id_ | … the snapshot's last id
//              in the rows    | in the memtable           | read by sync_to()
//
// Invariants, between sync_to() and the end of its transaction: (1) for each conversation it holds
// exactly the messages above the checkpoint, those added since included; (2) the heads of a
// conversation rise, and a conversation without heads has no entry; (3) `last_id_` is the last id
// that sync_to() found, or a greater one of this transaction.
//
// Rows are verified when they are read: at most twice 8,192 of them (those that a paused pass still
// has to write, and those added since), which takes milliseconds. For damaged rows see
// store/index/damage.hpp. A starting server has just verified all messages above the checkpoint
// (store/commit/schema.hpp).
//
// All functions throw store_error. After an exception the next sync_to() repairs the memtable.
class index_memtable {
 public:
  using heads = boost::container::small_vector<message_head, 1>;  // rising
  static heads::const_iterator first_above(const heads& heads, change_id id);

  // REQUIRES: called first in every transaction that uses this object, and in every write
  // transaction. The definition explains why that suffices after a lost batch.
  void sync_to(kv_transaction& transaction);

  // For the writer, within its transaction. REQUIRES: the id is above all ids assigned before.
  void add(conversation target, const message_head& head);
  // For the writer: all ids up to this one are assigned. Saves the next sync_to() a scan.
  void set_last_id(change_id last_id);

  index_damage& damage() { return damage_; }
  const index_damage& damage() const { return damage_; }

  // The ids up to which the rows of the index are complete.
  const index_checkpoint& checkpoint() const { return checkpoint_; }

  // The newest head; null if the memtable has none. Valid until the memtable changes.
  const message_head* newest(conversation target) const;
  // All heads of a conversation; null if the memtable has none. Valid until the memtable changes.
  const heads* heads_of(conversation target) const;
  // The newest id at or below `id`; 0 if the memtable has none.
  change_id id_at_or_below(conversation target, change_id id) const;
  // Append at most `count` ids to `ids`: the next ones above `after`, rising, or below `before`,
  // falling.
  void ids_above(conversation target, change_id after, std::size_t count,
                 std::vector<change_id>& ids) const;
  void ids_below(conversation target, change_id before, std::size_t count,
                 std::vector<change_id>& ids) const;

  // The conversations at and above `first` with messages in the memtable, unsorted.
  std::vector<conversation> conversations(conversation first = {}) const;

  // The number of messages; each takes about 130 bytes. From any thread.
  std::size_t size() const { return size_.load(std::memory_order_relaxed); }

 private:
  void clear();
  void roll_back(change_id bound);
  void drop_covered(const index_checkpoint& checkpoint);
  void scan(kv_transaction& transaction, change_id last_id);
  void read(kv_transaction& transaction, const kv_pair& row);
  void read_damaged(kv_transaction& transaction, const kv_pair& row);
  // Adds a head; no effect if the rows cover the message.
  void list(conversation target, const message_head& head);
  // `listed`: the number of heads in all conversations.
  void set_size(std::size_t listed);
  void add_one() { size_.store(size() + 1, std::memory_order_relaxed); }

  // By key; iterated only where the order does not matter.
  boost::unordered_flat_map<std::uint64_t, heads> heads_;
  index_checkpoint checkpoint_;
  change_id last_id_ = 0;
  index_damage damage_;
  std::atomic<std::size_t> size_ = 0;  // written by the owner's thread only
};

}  // namespace lingerd
