#include "store/index/index_memtable.hpp"

#include <algorithm>
#include <optional>

#include "core/base/check.hpp"
#include "core/base/coverage.hpp"
#include "core/base/log.hpp"
#include "core/base/planted_faults.hpp"
#include "store/codec/keys.hpp"
#include "store/codec/meta_entry.hpp"
#include "store/codec/row_codec.hpp"
#include "store/engine/store_error.hpp"

namespace lingerd {
namespace {

// A vector of heads is shrunk when its capacity exceeds this multiple of its size.
constexpr std::size_t shrink_above = 4;

}  // namespace

index_memtable::heads::const_iterator index_memtable::first_above(const heads& heads,
                                                                  change_id id) {
  return std::upper_bound(heads.begin(), heads.end(), id,
                          [](change_id i, const message_head& h) { return i < h.id; });
}

// All ids come from one counter, which the snapshot holds as `last_id`, and every write transaction
// begins with this function. Therefore:
//
// - The ids of a batch that became durable are at or below `last_id`; its messages stay.
// - A lost batch (an exception, a full disk or map, a change that is left out while the others are
//   applied again) was assigned ids above the `last_id` with which it began. No other batch has
//   committed since, because that batch would have called this function, too; so `last_id` is
//   unchanged, and the messages above it are rolled back. A batch that was assigned no id has added
//   nothing.
// - If the lost batch wrote a checkpoint, the rows are as before it: the memtable drops messages
//   only when a snapshot has the new checkpoint.
// - If a commit failed and yet took effect, or a batch is applied again after its commit, `last_id`
//   shows that it is durable.
//
// A snapshot with an older checkpoint than this memtable's follows a commit that was undone after
// the memtable had read it. That cannot happen while a server lives; a memtable that outlives a
// crash starts empty.
void index_memtable::sync_to(kv_transaction& transaction) {
  const change_id last_id = codec::meta(keys::state, meta_entry(transaction, keys::state)).last_id;
  const index_checkpoint checkpoint =
      codec::indexed(keys::indexed, meta_entry(transaction, keys::indexed));
  if (checkpoint.pass_end > last_id) {
    throw store_damaged(keys::describe(table::meta, keys::indexed) +
                        " is damaged: it names an id that was not given");
  }
  if (checkpoint < checkpoint_) clear();
  if (last_id < last_id_) roll_back(last_id);
  if (checkpoint > checkpoint_) drop_covered(checkpoint);
  if (last_id > last_id_) scan(transaction, last_id);
}

void index_memtable::clear() {
  heads_.clear();
  damage_.clear();
  checkpoint_ = {};
  last_id_ = 0;
  set_size(0);
}

// Rolls back in memory instead of reading the rows again: the writer's heads of the remaining
// messages then do not depend on rows that may have been damaged since.
void index_memtable::roll_back(change_id bound) {
  coverage::hit(coverage::branch::memtable_rolled_back);
  last_id_ = bound;
  if (planted::is(planted::fault::lost_batch_stays)) return;
  std::size_t remaining = 0;
  boost::unordered::erase_if(heads_, [&](auto& entry) {
    heads& h = entry.second;
    while (!h.empty() && h.back().id > bound) h.pop_back();
    remaining += h.size();
    return h.empty();
  });
  damage_.roll_back(bound);
  set_size(remaining);
}

void index_memtable::drop_covered(const index_checkpoint& checkpoint) {
  checkpoint_ = checkpoint;
  std::size_t remaining = 0;
  boost::unordered::erase_if(heads_, [&](auto& entry) {
    heads& h = entry.second;
    const change_id covered = checkpoint.complete_for({entry.first});
    // Most conversations have nothing to drop: a checkpoint covers one part of a pass.
    if (h.front().id <= covered) h.erase(h.begin(), first_above(h, covered));
    // A conversation that once had thousands of heads must not keep memory for thousands.
    if (h.capacity() > shrink_above * h.size()) h.shrink_to_fit();
    remaining += h.size();
    return h.empty();
  });
  damage_.advance(checkpoint);
  last_id_ = std::max(last_id_, checkpoint.complete);
  set_size(remaining);
}

void index_memtable::set_size(std::size_t listed) {
  size_.store(listed + damage_.unattributed(), std::memory_order_relaxed);
}

void index_memtable::scan(kv_transaction& transaction, change_id last_id) {
  const auto cursor = transaction.walk(table::messages);
  for (auto row = cursor->seek_at_or_above(keys::message(last_id_ + 1)); row;
       row = cursor->next()) {
    read(transaction, *row);
  }
  last_id_ = last_id;
}

void index_memtable::read(kv_transaction& transaction, const kv_pair& row) {
  try {
    const codec::listed_message m = codec::listed(row.key, row.value);
    list(m.conversation, m.head);
  } catch (const store_damaged& e) {
    log::error(e.what());
    read_damaged(transaction, row);
  }
  // Set for each row, so that after an exception from a later row this one counts as read.
  last_id_ = keys::message_at(row.key);
}

void index_memtable::read_damaged(kv_transaction& transaction, const kv_pair& row) {
  message_head head;  // only the id is certain
  head.id = keys::message_at(row.key);
  const std::optional<conversation> owner = attribute(transaction, row);
  if (owner && head.id <= checkpoint_.complete_for(*owner)) return;
  damage_.add(head.id, owner);
  if (owner) {
    list(*owner, head);
  } else {
    add_one();
  }
}

void index_memtable::list(conversation target, const message_head& head) {
  if (head.id <= checkpoint_.complete_for(target)) return;
  heads_[target.key].push_back(head);
  add_one();
}

void index_memtable::add(conversation target, const message_head& head) {
  CHECK(head.id > last_id_);
  list(target, head);
  last_id_ = head.id;
}

void index_memtable::set_last_id(change_id last_id) {
  CHECK(last_id >= last_id_);
  last_id_ = last_id;
}

const index_memtable::heads* index_memtable::heads_of(conversation target) const {
  const auto entry = heads_.find(target.key);
  return entry == heads_.end() ? nullptr : &entry->second;
}

const message_head* index_memtable::newest(conversation target) const {
  const heads* const h = heads_of(target);
  return h ? &h->back() : nullptr;
}

change_id index_memtable::id_at_or_below(conversation target, change_id id) const {
  change_id result = 0;
  if (const heads* const h = heads_of(target)) {
    const auto next = first_above(*h, id);
    if (next != h->begin()) result = (next - 1)->id;
  }
  damage_.require_complete(target, result, id + 1, checkpoint_);
  return result;
}

void index_memtable::ids_above(conversation target, change_id after, std::size_t count,
                               std::vector<change_id>& ids) const {
  change_id end = change_id_max + 1;
  if (const heads* const h = heads_of(target)) {
    for (auto head = first_above(*h, after); head != h->end() && count > 0; ++head, --count) {
      ids.push_back(head->id);
    }
    if (!ids.empty()) end = ids.back();
  }
  damage_.require_complete(target, after, end, checkpoint_);
}

void index_memtable::ids_below(conversation target, change_id before, std::size_t count,
                               std::vector<change_id>& ids) const {
  change_id end = 0;
  if (const heads* const h = heads_of(target)) {
    // The first at or above `before`.
    auto head = before == 0 ? h->begin() : first_above(*h, before - 1);
    for (; head != h->begin() && count > 0; --count) ids.push_back((--head)->id);
    if (!ids.empty()) end = ids.back();
  }
  damage_.require_complete(target, end, before, checkpoint_);
}

std::vector<conversation> index_memtable::conversations(conversation first) const {
  std::vector<conversation> result;
  for (const auto& entry : heads_) {
    if (entry.first >= first.key) result.push_back({entry.first});
  }
  return result;
}

}  // namespace lingerd
