#include "store/index/index_memtable.hpp"

#include <algorithm>
#include <utility>

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

// A list keeps room for so many times its messages at most.
constexpr std::size_t shrink_above = 4;

[[noreturn]] void refuse(change_id damaged) {
  throw store_damaged(keys::describe(table::messages, keys::message(damaged)) +
                      " is damaged, and the index does not know it yet");
}

// In which conversation a damaged message is; none if that is not certain.
std::optional<conversation> place_of_damaged(kv_transaction& transaction, const kv_pair& row) {
  constexpr std::size_t cid_bytes_max = 255;  // a key has no room for more
  const std::optional<message_row> claim = codec::claimed(row.key, row.value);
  if (!claim || claim->cid.empty() || claim->cid.size() > cid_bytes_max) return std::nullopt;
  const keys::key key = keys::sent(claim->head.from, claim->cid);
  try {
    const auto found = transaction.get(table::sent, key);
    if (!found) return std::nullopt;
    const sent_row sent = codec::sent(key, *found);
    if (sent.id != claim->head.id) return std::nullopt;
    return sent.conversation;
  } catch (const store_damaged&) {
    return std::nullopt;
  }
}

}  // namespace

index_memtable::heads::const_iterator index_memtable::first_above(const heads& of, change_id id) {
  return std::upper_bound(of.begin(), of.end(), id,
                          [](change_id i, const message_head& h) { return i < h.id; });
}

// Ids come from one counter, which lies in the snapshot as `last`, and each transaction that writes
// begins here. So:
//
// - A batch that became durable is at most at `last`, and what was added for it stays.
// - A batch that did not (an exception in its midst, a full disk or map, a change that is left out
//   and the others applied anew) had got the ids above the `last` from which it had begun. Nothing
//   was committed since, or it would have begun here, too; so `last` is the same, and what lies
//   above it is taken back. If the batch had given no id, it has added nothing.
// - It folded: the rows are as they were with it, for the tail is kept until a snapshot says so.
// - Its commit failed and yet took place, or it is applied twice after its commit: then `last` says
//   that it is there.
//
// A snapshot whose rows know less than this tail has seen them know is of a commit that was taken
// back after it was seen. That cannot be in one life of the server; a tail that outlives a crash
// starts from nothing.
void index_memtable::sync_to(kv_transaction& transaction) {
  const change_id last = codec::meta(keys::state, meta_entry(transaction, keys::state)).last_id;
  const index_checkpoint checkpoint =
      codec::indexed(keys::indexed, meta_entry(transaction, keys::indexed));
  if (checkpoint.next > last) {
    throw store_damaged(keys::describe(table::meta, keys::indexed) +
                        " is damaged: it names an id that was not given");
  }
  if (checkpoint < checkpoint_) forget();
  if (last < seen_) take_back(last);
  if (checkpoint > checkpoint_) drop(checkpoint);
  if (last > seen_) scan(transaction, last);
}

void index_memtable::forget() {
  of_.clear();
  damaged_.clear();
  checkpoint_ = {};
  seen_ = 0;
  count(0);
}

// Undone here, not read anew: what the writer knows of the messages below stands in its memory, and
// not on rows that may have been damaged since.
void index_memtable::take_back(change_id above) {
  coverage::hit(coverage::branch::tail_taken_back);
  seen_ = above;
  if (planted::is(planted::fault::lost_batch_stays)) return;
  std::size_t left = 0;
  boost::unordered::erase_if(of_, [&](auto& one) {
    heads& h = one.second;
    while (!h.empty() && h.back().id > above) h.pop_back();
    left += h.size();
    return h.empty();
  });
  std::erase_if(damaged_, [&](const damage& d) { return d.id > above; });
  count(left);
}

void index_memtable::drop(const index_checkpoint& checkpoint) {
  checkpoint_ = checkpoint;
  std::size_t left = 0;
  boost::unordered::erase_if(of_, [&](auto& one) {
    heads& h = one.second;
    const change_id up_to = checkpoint.of({one.first});
    // Of most there is nothing to drop: a portion of a sweep is known now.
    if (h.front().id <= up_to) h.erase(h.begin(), first_above(h, up_to));
    // Who once had thousands and always has one must not keep the room of thousands.
    if (h.capacity() > shrink_above * h.size()) h.shrink_to_fit();
    left += h.size();
    return h.empty();
  });
  // Of one that nobody knows whose it is, nobody knows whether a sweep has passed it.
  std::erase_if(damaged_, [&](const damage& d) {
    return d.id <= (d.in ? checkpoint.of(*d.in) : checkpoint.all);
  });
  seen_ = std::max(seen_, checkpoint.all);
  count(left);
}

void index_memtable::count(std::size_t listed) {
  const auto unlisted =
      std::count_if(damaged_.begin(), damaged_.end(), [](const damage& d) { return !d.in; });
  size_.store(listed + static_cast<std::size_t>(unlisted), std::memory_order_relaxed);
}

void index_memtable::scan(kv_transaction& transaction, change_id last) {
  const auto cursor = transaction.walk(table::messages);
  for (auto at = cursor->at_or_above(keys::message(seen_ + 1)); at; at = cursor->next()) {
    take(transaction, *at);
  }
  seen_ = last;
}

void index_memtable::take(kv_transaction& transaction, const kv_pair& row) {
  try {
    const codec::listed_message m = codec::listed(row.key, row.value);
    list(m.conversation, m.head);
  } catch (const store_damaged& e) {
    log::error(e.what());
    take_damaged(transaction, row);
  }
  // One after the other, so that what was taken stays where a later one cannot be read.
  seen_ = keys::message_at(row.key);
}

void index_memtable::take_damaged(kv_transaction& transaction, const kv_pair& row) {
  message_head head;  // no more is certain of it
  head.id = keys::message_at(row.key);
  const std::optional<conversation> place = place_of_damaged(transaction, row);
  if (place && head.id <= checkpoint_.of(*place)) return;
  damaged_.push_back({head.id, place});
  if (place) {
    list(*place, head);
  } else {
    one_more();
  }
}

void index_memtable::list(conversation in, const message_head& head) {
  if (head.id <= checkpoint_.of(in)) return;
  of_[in.key].push_back(head);
  one_more();
}

void index_memtable::add(conversation in, const message_head& head) {
  CHECK(head.id > seen_);
  list(in, head);
  seen_ = head.id;
}

void index_memtable::quarantine(conversation in) {
  if (!is_quarantined(in)) given_up_.push_back(in);
}
bool index_memtable::is_quarantined(conversation in) const {
  return std::find(given_up_.begin(), given_up_.end(), in) != given_up_.end();
}

void index_memtable::set_last_id(change_id last) {
  CHECK(last >= seen_);
  seen_ = last;
}

const index_memtable::heads* index_memtable::of(conversation in) const {
  const auto at = of_.find(in.key);
  return at == of_.end() ? nullptr : &at->second;
}

const message_head* index_memtable::newest(conversation in) const {
  const heads* const h = of(in);
  return h ? &h->back() : nullptr;
}

change_id index_memtable::at_or_below(conversation conversation, change_id id) const {
  change_id found = 0;
  if (const heads* const h = of(conversation)) {
    const auto above = first_above(*h, id);
    if (above != h->begin()) found = (above - 1)->id;
  }
  hold_known(conversation, found, id + 1);
  return found;
}

void index_memtable::above(conversation conversation, change_id after, std::size_t most,
                           std::vector<change_id>& ids) const {
  change_id end = change_id_max + 1;
  if (const heads* const h = of(conversation)) {
    for (auto at = first_above(*h, after); at != h->end() && most > 0; ++at, --most) {
      ids.push_back(at->id);
    }
    if (!ids.empty()) end = ids.back();
  }
  hold_known(conversation, after, end);
}

void index_memtable::below(conversation conversation, change_id before, std::size_t most,
                           std::vector<change_id>& ids) const {
  change_id end = 0;
  if (const heads* const h = of(conversation)) {
    // The first at or above `before`.
    auto at = before == 0 ? h->begin() : first_above(*h, before - 1);
    for (; at != h->begin() && most > 0; --most) ids.push_back((--at)->id);
    if (!ids.empty()) end = ids.back();
  }
  hold_known(conversation, end, before);
}

std::vector<conversation> index_memtable::conversations(conversation target) const {
  std::vector<conversation> all;
  for (const auto& one : of_) {
    if (one.first >= target.key) all.push_back({one.first});
  }
  return all;
}

void index_memtable::require_undamaged() const {
  if (!damaged_.empty()) refuse(damaged_.front().id);
}

void index_memtable::hold_known(conversation in, change_id above, change_id below) const {
  const change_id from = std::max(above, checkpoint_.of(in));
  for (const damage& d : damaged_) {
    if (!d.in && d.id > from && d.id < below) refuse(d.id);
  }
}

}  // namespace lingerd
