#include "store/index/message_index.hpp"

#include <algorithm>
#include <functional>
#include <queue>

#include "core/base/log.hpp"
#include "core/base/planted_faults.hpp"
#include "core/base/coverage.hpp"
#include "store/codec/keys.hpp"
#include "store/codec/record.hpp"
#include "store/codec/row_codec.hpp"
#include "store/engine/store_error.hpp"

namespace lingerd {
namespace {

// One in so many messages of the tail's bound, beside as many as the batch adds, is what a batch of
// a busy server brings up to date: their pages are in memory together, and others wait so long.
constexpr std::size_t portions = 8;

bool is_of(conversation in, const std::optional<kv_pair>& older) {
  return older && keys::conversation_at(older->key) == in;
}

// Invariant (6), and the head that it is about.
const message_head& newest_after(std::uint64_t number, conversation in,
                                 std::span<const message_head> above) {
  if (number + above.size() == above.back().number) return above.back();
  throw store_damaged("the " + keys::describe(table::recent, keys::recent(in)) +
                      " lacks some: it ends with number " + std::to_string(number) + ", where " +
                      std::to_string(above.size()) + " lead to " +
                      std::to_string(above.back().number));
}

}  // namespace

message_index::message_index(kv& in, message_tail& kept) : kv_(in), tail_(kept), is_in_step_(true) {
  tail_.follow(kv_);
}

message_tail& message_index::tail() {
  if (!is_in_step_) tail_.follow(kv_);
  is_in_step_ = true;
  return tail_;
}

void message_index::add(conversation in, const message_head& head) { tail().add(in, head); }

// --- bringing the rows up to date ----------------------------------------------------------------

void message_index::fold(std::size_t behind, change_id last) {
  message_tail& t = tail();
  t.gave(last);
  if (t.size() <= behind) return;
  t.whole();
  rare::took(rare::branch::index_folded);
  const std::size_t may_stay = behind - behind / portions;
  index_reach reach = t.reach();
  for (std::size_t left = t.size(); left > may_stay;) {
    const bool begins = !reach.is_in_a_sweep();
    const std::size_t written = sweep(reach, left - may_stay, last);
    left -= written;
    if (begins && written == 0) break;  // the tail holds what was never given: not for ever, then
  }
  if (reach.is_in_a_sweep()) rare::took(rare::branch::sweep_rests);
  last_in_.reset();
  codec::encode_indexed(buffer_, keys::indexed, reach);
  kv_.put(table::meta, keys::indexed, buffer_);
  // The tail stays as it is until follow() finds this committed.
}

// Goes on with the sweep that rests, or begins one, up to its end or until `least` messages are
// written; says how many were. REQUIRES: least > 0. One that begins writes some; one that goes on
// may come to its end without.
std::size_t message_index::sweep(index_reach& reach, std::size_t least, change_id last) {
  if (!reach.is_in_a_sweep()) reach.next = last;
  std::priority_queue<conversation, std::vector<conversation>, std::greater<>> next(
      std::greater<>(), tail().conversations(reach.at));
  std::size_t written = 0;
  for (; !next.empty(); next.pop()) {
    const conversation in = next.top();
    if (written >= least) {
      reach.at = in;
      return written;
    }
    const message_tail::heads& all = *tail().of(in);
    const auto begin = message_tail::first_above(all, reach.all);
    const auto end = message_tail::first_above(all, reach.next);
    if (begin == end) continue;
    written += static_cast<std::size_t>(end - begin);
    if (planted::is(planted::fault::fold_forgets) && next.size() == 1) continue;
    try {
      fold_one(in, {begin, end});
    } catch (const store_damaged& e) {
      log::error(e.what());
      give_up(in);
    }
  }
  reach.all = reach.next;
  reach.at = {};
  return written;
}

void message_index::fold_one(conversation in, std::span<const message_head> more) {
  const keys::key key = keys::recent(in);
  recent_row row;
  if (const auto found = kv_.get(table::recent, key)) row = codec::recent(key, *found);
  row.newest = newest_after(row.newest.number, in, more);
  for (const message_head& head : more) {
    if (row.ids.size() == ids_in_block) {
      const keys::key full = keys::older(in, row.ids.front());
      codec::encode(buffer_, full, row.ids);
      kv_.put(table::older, full, buffer_);
      row.ids.clear();
    }
    row.ids.insert(row.ids.begin(), head.id);
  }
  codec::encode(buffer_, key, row);
  kv_.put(table::recent, key, buffer_);
}

// Its messages are no longer in the tail, and not in the row: were it ever read again (a bit in
// memory had been wrong, not the disk), they would be missing without a word.
void message_index::give_up(conversation in) {
  tail().give_up(in);
  const keys::key key = keys::recent(in);
  const auto found = kv_.get(table::recent, key);
  buffer_.assign(found.value_or(std::string_view()));
  if (buffer_.empty()) buffer_.resize(1);
  buffer_.front() = static_cast<char>(record_given_up);
  kv_.put(table::recent, key, buffer_);
}

// --- asking --------------------------------------------------------------------------------------

message_row message_index::message(conversation in, change_id id) {
  const keys::key key = keys::message(id);
  const auto value = kv_.get(table::messages, key);
  if (!value) throw store_damaged(keys::describe(table::messages, key) + " is missing");
  message_row m = codec::message(key, *value);
  if (m.in != in) {
    throw store_damaged(keys::describe(table::messages, key) + " is not where it is listed");
  }
  return m;
}

const recent_row* message_index::row_of(conversation in) {
  if (last_in_ == in) return &last_;
  const keys::key key = keys::recent(in);
  const auto found = kv_.get(table::recent, key);
  if (!found) return nullptr;
  last_in_.reset();
  last_ = codec::recent(key, *found);
  last_in_ = in;
  return &last_;
}

std::optional<message_head> message_index::newest(conversation in) {
  message_tail& t = tail();
  t.whole();
  if (t.is_given_up(in)) {
    throw store_damaged("the " + keys::describe(table::recent, keys::recent(in)) + " is given up");
  }
  if (const message_head* const head = t.newest(in)) return *head;
  const keys::key key = keys::recent(in);
  const auto found = kv_.get(table::recent, key);
  if (!found) return std::nullopt;
  return codec::newest(key, *found);
}

change_id message_index::at_or_below(conversation in, change_id at) {
  if (const change_id id = tail().at_or_below(in, at)) return id;
  const recent_row* row = row_of(in);
  if (!row) return 0;
  if (row->newest.id <= at) return row->newest.id;
  std::vector<change_id> ids;
  below_in_rows(in, at + 1, ids);
  return ids.empty() ? 0 : ids.front();
}

void message_index::above(conversation in, change_id after, std::vector<change_id>& ids) {
  ids.clear();
  message_tail& t = tail();
  if (after < t.reach().of(in)) above_in_rows(in, after, ids);
  if (ids.empty()) t.above(in, after, ids_in_block, ids);
}

void message_index::below(conversation in, change_id before, std::vector<change_id>& ids) {
  ids.clear();
  tail().below(in, before, ids_in_block, ids);
  if (ids.empty()) below_in_rows(in, before, ids);
}

void message_index::above_in_rows(conversation in, change_id after, std::vector<change_id>& ids) {
  const auto take = [&](const id_block& from) {
    for (auto id = from.rbegin(); id != from.rend(); ++id) {
      if (*id > after) ids.push_back(*id);
    }
  };
  const recent_row* row = row_of(in);
  if (!row || row->newest.id <= after) return;
  // Where the recent row reaches down to the cursor, no block holds more.
  if (row->ids.back() > after + 1) {
    const auto block = kv_.walk(table::older)->at_or_above(keys::older(in, after + 1));
    if (is_of(in, block)) return take(codec::older(block->key, block->value));
  }
  take(row->ids);
}

void message_index::below_in_rows(conversation in, change_id before, std::vector<change_id>& ids) {
  const auto take = [&](const id_block& from) {
    for (const change_id id : from) {
      if (id < before) ids.push_back(id);
    }
  };
  if (const recent_row* row = row_of(in)) take(row->ids);
  if (!ids.empty()) return;
  // The block that holds `before`, and the one below it: `before` may be its first.
  const auto cursor = kv_.walk(table::older);
  if (const auto at = cursor->at_or_above(keys::older(in, before)); is_of(in, at)) {
    take(codec::older(at->key, at->value));
    if (!ids.empty()) return;
  }
  if (const auto at = cursor->below(keys::older(in, before)); is_of(in, at)) {
    take(codec::older(at->key, at->value));
  }
}

void message_index::for_each_newest(
    const std::function<void(conversation, const message_head&)>& visit) {
  message_tail& t = tail();
  t.whole();
  std::vector<conversation> above = t.conversations();
  std::sort(above.begin(), above.end());
  auto next = above.begin();
  const auto tell_new = [&](conversation in) { visit(in, newest_after(0, in, *t.of(in))); };
  // Each row is verified, even where the tail knows better.
  kv_.for_each(table::recent, {}, {}, [&](std::string_view key, std::string_view value) {
    const conversation in = keys::conversation_at(key);
    const message_head head = codec::newest(key, value);
    for (; next != above.end() && *next < in; ++next) tell_new(*next);
    const bool goes_on = next != above.end() && *next == in;
    visit(in, goes_on ? newest_after(head.number, in, *t.of(in)) : head);
    if (goes_on) ++next;
    return true;
  });
  for (; next != above.end(); ++next) tell_new(*next);
}

}  // namespace lingerd
