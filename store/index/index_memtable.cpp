#include "store/index/index_memtable.hpp"

#include <algorithm>
#include <utility>

#include "core/base/check.hpp"
#include "core/base/log.hpp"
#include "core/base/planted_faults.hpp"
#include "core/base/coverage.hpp"
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
std::optional<conversation> place_of_damaged(kv& in, const kv_pair& row) {
  constexpr std::size_t cid_bytes_max = 255;  // a key has no room for more
  const std::optional<message_row> claim = codec::claimed(row.key, row.value);
  if (!claim || claim->cid.empty() || claim->cid.size() > cid_bytes_max) return std::nullopt;
  const keys::key key = keys::sent(claim->head.from, claim->cid);
  try {
    const auto found = in.get(table::sent, key);
    if (!found) return std::nullopt;
    const sent_row sent = codec::sent(key, *found);
    if (sent.id != claim->head.id) return std::nullopt;
    return sent.in;
  } catch (const store_damaged&) {
    return std::nullopt;
  }
}

}  // namespace

message_tail::heads::const_iterator message_tail::first_above(const heads& of, change_id id) {
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
void message_tail::follow(kv& in) {
  const change_id last = codec::meta(keys::state, meta_entry(in, keys::state)).last_id;
  const index_reach known = codec::indexed(keys::indexed, meta_entry(in, keys::indexed));
  if (known.next > last) {
    throw store_damaged(keys::describe(table::meta, keys::indexed) +
                        " is damaged: it names an id that was not given");
  }
  if (known < reach_) forget();
  if (last < seen_) take_back(last);
  if (known > reach_) drop(known);
  if (last > seen_) scan(in, last);
}

void message_tail::forget() {
  of_.clear();
  damaged_.clear();
  reach_ = {};
  seen_ = 0;
  count(0);
}

// Undone here, not read anew: what the writer knows of the messages below stands in its memory, and
// not on rows that may have been damaged since.
void message_tail::take_back(change_id above) {
  rare::took(rare::branch::tail_taken_back);
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

void message_tail::drop(const index_reach& known) {
  reach_ = known;
  std::size_t left = 0;
  boost::unordered::erase_if(of_, [&](auto& one) {
    heads& h = one.second;
    const change_id up_to = known.of({one.first});
    // Of most there is nothing to drop: a portion of a sweep is known now.
    if (h.front().id <= up_to) h.erase(h.begin(), first_above(h, up_to));
    // Who once had thousands and always has one must not keep the room of thousands.
    if (h.capacity() > shrink_above * h.size()) h.shrink_to_fit();
    left += h.size();
    return h.empty();
  });
  // Of one that nobody knows whose it is, nobody knows whether a sweep has passed it.
  std::erase_if(damaged_,
                [&](const damage& d) { return d.id <= (d.in ? known.of(*d.in) : known.all); });
  seen_ = std::max(seen_, known.all);
  count(left);
}

void message_tail::count(std::size_t listed) {
  const auto unlisted =
      std::count_if(damaged_.begin(), damaged_.end(), [](const damage& d) { return !d.in; });
  size_.store(listed + static_cast<std::size_t>(unlisted), std::memory_order_relaxed);
}

void message_tail::scan(kv& in, change_id last) {
  const auto cursor = in.walk(table::messages);
  for (auto at = cursor->at_or_above(keys::message(seen_ + 1)); at; at = cursor->next()) {
    take(in, *at);
  }
  seen_ = last;
}

void message_tail::take(kv& in, const kv_pair& row) {
  try {
    const codec::listed_message m = codec::listed(row.key, row.value);
    list(m.in, m.head);
  } catch (const store_damaged& e) {
    log::error(e.what());
    take_damaged(in, row);
  }
  // One after the other, so that what was taken stays where a later one cannot be read.
  seen_ = keys::message_at(row.key);
}

void message_tail::take_damaged(kv& in, const kv_pair& row) {
  message_head head;  // no more is certain of it
  head.id = keys::message_at(row.key);
  const std::optional<conversation> place = place_of_damaged(in, row);
  if (place && head.id <= reach_.of(*place)) return;
  damaged_.push_back({head.id, place});
  if (place) {
    list(*place, head);
  } else {
    one_more();
  }
}

void message_tail::list(conversation in, const message_head& head) {
  if (head.id <= reach_.of(in)) return;
  of_[in.key].push_back(head);
  one_more();
}

void message_tail::add(conversation in, const message_head& head) {
  CHECK(head.id > seen_);
  list(in, head);
  seen_ = head.id;
}

void message_tail::give_up(conversation in) {
  if (!is_given_up(in)) given_up_.push_back(in);
}
bool message_tail::is_given_up(conversation in) const {
  return std::find(given_up_.begin(), given_up_.end(), in) != given_up_.end();
}

void message_tail::gave(change_id last) {
  CHECK(last >= seen_);
  seen_ = last;
}

const message_tail::heads* message_tail::of(conversation in) const {
  const auto at = of_.find(in.key);
  return at == of_.end() ? nullptr : &at->second;
}

const message_head* message_tail::newest(conversation in) const {
  const heads* const h = of(in);
  return h ? &h->back() : nullptr;
}

change_id message_tail::at_or_below(conversation in, change_id at) const {
  change_id found = 0;
  if (const heads* const h = of(in)) {
    const auto above = first_above(*h, at);
    if (above != h->begin()) found = (above - 1)->id;
  }
  hold_known(in, found, at + 1);
  return found;
}

void message_tail::above(conversation in, change_id after, std::size_t most,
                         std::vector<change_id>& ids) const {
  change_id end = change_id_max + 1;
  if (const heads* const h = of(in)) {
    for (auto at = first_above(*h, after); at != h->end() && most > 0; ++at, --most) {
      ids.push_back(at->id);
    }
    if (!ids.empty()) end = ids.back();
  }
  hold_known(in, after, end);
}

void message_tail::below(conversation in, change_id before, std::size_t most,
                         std::vector<change_id>& ids) const {
  change_id end = 0;
  if (const heads* const h = of(in)) {
    // The first at or above `before`.
    auto at = before == 0 ? h->begin() : first_above(*h, before - 1);
    for (; at != h->begin() && most > 0; --most) ids.push_back((--at)->id);
    if (!ids.empty()) end = ids.back();
  }
  hold_known(in, end, before);
}

std::vector<conversation> message_tail::conversations(conversation from) const {
  std::vector<conversation> all;
  for (const auto& one : of_) {
    if (one.first >= from.key) all.push_back({one.first});
  }
  return all;
}

void message_tail::whole() const {
  if (!damaged_.empty()) refuse(damaged_.front().id);
}

void message_tail::hold_known(conversation in, change_id above, change_id below) const {
  const change_id from = std::max(above, reach_.of(in));
  for (const damage& d : damaged_) {
    if (!d.in && d.id > from && d.id < below) refuse(d.id);
  }
}

}  // namespace lingerd
