#include "store/index/message_index.hpp"

#include <algorithm>
#include <functional>
#include <queue>

#include "core/base/coverage.hpp"
#include "core/base/log.hpp"
#include "core/base/planted_faults.hpp"
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
const message_head& newest_after(std::uint64_t number, conversation conversation,
                                 std::span<const message_head> above) {
  if (number + above.size() == above.back().number) return above.back();
  throw store_damaged("the " + keys::describe(table::recent, keys::recent(conversation)) +
                      " lacks some: it ends with number " + std::to_string(number) + ", where " +
                      std::to_string(above.size()) + " lead to " +
                      std::to_string(above.back().number));
}

}  // namespace

message_index::message_index(kv_transaction& in, index_memtable& memtable)
    : transaction_(in), memtable_(memtable), is_in_step_(true) {
  memtable_.sync_to(transaction_);
}

index_memtable& message_index::memtable() {
  if (!is_in_step_) memtable_.sync_to(transaction_);
  is_in_step_ = true;
  return memtable_;
}

void message_index::add(conversation in, const message_head& head) { memtable().add(in, head); }

// --- bringing the rows up to date ----------------------------------------------------------------

void message_index::checkpoint(std::size_t behind, change_id last) {
  index_memtable& t = memtable();
  t.set_last_id(last);
  if (t.size() <= behind) return;
  t.require_undamaged();
  coverage::hit(coverage::branch::index_folded);
  const std::size_t may_stay = behind - behind / portions;
  index_checkpoint checkpoint = t.checkpoint();
  for (std::size_t left = t.size(); left > may_stay;) {
    const bool begins = !checkpoint.is_in_a_pass();
    const std::size_t written = checkpoint_pass(checkpoint, left - may_stay, last);
    left -= written;
    if (begins && written == 0) break;  // the tail holds what was never given: not for ever, then
  }
  if (checkpoint.is_in_a_pass()) coverage::hit(coverage::branch::sweep_rests);
  last_in_.reset();
  codec::encode_indexed(buffer_, keys::indexed, checkpoint);
  transaction_.put(table::meta, keys::indexed, buffer_);
  // The tail stays as it is until follow() finds this committed.
}

// Goes on with the sweep that rests, or begins one, up to its end or until `least` messages are
// written; says how many were. REQUIRES: least > 0. One that begins writes some; one that goes on
// may come to its end without.
std::size_t message_index::checkpoint_pass(index_checkpoint& checkpoint, std::size_t least,
                                           change_id last) {
  if (!checkpoint.is_in_a_pass()) checkpoint.next = last;
  std::priority_queue<conversation, std::vector<conversation>, std::greater<>> next(
      std::greater<>(), memtable().conversations(checkpoint.at));
  std::size_t written = 0;
  for (; !next.empty(); next.pop()) {
    const conversation target = next.top();
    if (written >= least) {
      checkpoint.at = target;
      return written;
    }
    const index_memtable::heads& all = *memtable().of(target);
    const auto begin = index_memtable::first_above(all, checkpoint.all);
    const auto end = index_memtable::first_above(all, checkpoint.next);
    if (begin == end) continue;
    written += static_cast<std::size_t>(end - begin);
    if (planted::is(planted::fault::fold_forgets) && next.size() == 1) continue;
    try {
      checkpoint_one(target, {begin, end});
    } catch (const store_damaged& e) {
      log::error(e.what());
      quarantine(target);
    }
  }
  checkpoint.all = checkpoint.next;
  checkpoint.at = {};
  return written;
}

void message_index::checkpoint_one(conversation conversation, std::span<const message_head> more) {
  const keys::key key = keys::recent(conversation);
  recent_row row;
  if (const auto found = transaction_.get(table::recent, key)) row = codec::recent(key, *found);
  row.newest = newest_after(row.newest.number, conversation, more);
  for (const message_head& head : more) {
    if (row.ids.size() == ids_in_block) {
      const keys::key full = keys::older(conversation, row.ids.front());
      codec::encode(buffer_, full, row.ids);
      transaction_.put(table::older, full, buffer_);
      row.ids.clear();
    }
    row.ids.insert(row.ids.begin(), head.id);
  }
  codec::encode(buffer_, key, row);
  transaction_.put(table::recent, key, buffer_);
}

// Its messages are no longer in the tail, and not in the row: were it ever read again (a bit in
// memory had been wrong, not the disk), they would be missing without a word.
void message_index::quarantine(conversation in) {
  memtable().quarantine(in);
  const keys::key key = keys::recent(in);
  const auto found = transaction_.get(table::recent, key);
  buffer_.assign(found.value_or(std::string_view()));
  if (buffer_.empty()) buffer_.resize(1);
  buffer_.front() = static_cast<char>(record_given_up);
  transaction_.put(table::recent, key, buffer_);
}

// --- asking --------------------------------------------------------------------------------------

message_row message_index::message(conversation conversation, change_id id) {
  const keys::key key = keys::message(id);
  const auto value = transaction_.get(table::messages, key);
  if (!value) throw store_damaged(keys::describe(table::messages, key) + " is missing");
  message_row m = codec::message(key, *value);
  if (m.conversation != conversation) {
    throw store_damaged(keys::describe(table::messages, key) + " is not where it is listed");
  }
  return m;
}

const recent_row* message_index::row_of(conversation conversation) {
  if (last_in_ == conversation) return &last_;
  const keys::key key = keys::recent(conversation);
  const auto found = transaction_.get(table::recent, key);
  if (!found) return nullptr;
  last_in_.reset();
  last_ = codec::recent(key, *found);
  last_in_ = conversation;
  return &last_;
}

std::optional<message_head> message_index::newest(conversation conversation) {
  index_memtable& t = memtable();
  t.require_undamaged();
  if (t.is_quarantined(conversation)) {
    throw store_damaged("the " + keys::describe(table::recent, keys::recent(conversation)) +
                        " is given up");
  }
  if (const message_head* const head = t.newest(conversation)) return *head;
  const keys::key key = keys::recent(conversation);
  const auto found = transaction_.get(table::recent, key);
  if (!found) return std::nullopt;
  return codec::newest(key, *found);
}

change_id message_index::at_or_below(conversation conversation, change_id at) {
  if (const change_id id = memtable().at_or_below(conversation, at)) return id;
  const recent_row* row = row_of(conversation);
  if (!row) return 0;
  if (row->newest.id <= at) return row->newest.id;
  std::vector<change_id> ids;
  below_in_rows(conversation, at + 1, ids);
  return ids.empty() ? 0 : ids.front();
}

void message_index::above(conversation conversation, change_id after, std::vector<change_id>& ids) {
  ids.clear();
  index_memtable& t = memtable();
  if (after < t.checkpoint().of(conversation)) above_in_rows(conversation, after, ids);
  if (ids.empty()) t.above(conversation, after, ids_in_block, ids);
}

void message_index::below(conversation conversation, change_id before,
                          std::vector<change_id>& ids) {
  ids.clear();
  memtable().below(conversation, before, ids_in_block, ids);
  if (ids.empty()) below_in_rows(conversation, before, ids);
}

void message_index::above_in_rows(conversation conversation, change_id after,
                                  std::vector<change_id>& ids) {
  const auto take = [&](const id_block& from) {
    for (auto id = from.rbegin(); id != from.rend(); ++id) {
      if (*id > after) ids.push_back(*id);
    }
  };
  const recent_row* row = row_of(conversation);
  if (!row || row->newest.id <= after) return;
  // Where the recent row reaches down to the cursor, no block holds more.
  if (row->ids.back() > after + 1) {
    const auto block =
        transaction_.walk(table::older)->at_or_above(keys::older(conversation, after + 1));
    if (is_of(conversation, block)) return take(codec::older(block->key, block->value));
  }
  take(row->ids);
}

void message_index::below_in_rows(conversation conversation, change_id before,
                                  std::vector<change_id>& ids) {
  const auto take = [&](const id_block& from) {
    for (const change_id id : from) {
      if (id < before) ids.push_back(id);
    }
  };
  if (const recent_row* row = row_of(conversation)) take(row->ids);
  if (!ids.empty()) return;
  // The block that holds `before`, and the one below it: `before` may be its first.
  const auto cursor = transaction_.walk(table::older);
  if (const auto at = cursor->at_or_above(keys::older(conversation, before));
      is_of(conversation, at)) {
    take(codec::older(at->key, at->value));
    if (!ids.empty()) return;
  }
  if (const auto at = cursor->below(keys::older(conversation, before)); is_of(conversation, at)) {
    take(codec::older(at->key, at->value));
  }
}

void message_index::for_each_newest(
    const std::function<void(conversation, const message_head&)>& visit) {
  index_memtable& t = memtable();
  t.require_undamaged();
  std::vector<conversation> above = t.conversations();
  std::sort(above.begin(), above.end());
  auto next = above.begin();
  const auto tell_new = [&](conversation in) { visit(in, newest_after(0, in, *t.of(in))); };
  // Each row is verified, even where the tail knows better.
  transaction_.for_each(table::recent, {}, {}, [&](std::string_view key, std::string_view value) {
    const conversation target = keys::conversation_at(key);
    const message_head head = codec::newest(key, value);
    for (; next != above.end() && *next < target; ++next) tell_new(*next);
    const bool goes_on = next != above.end() && *next == target;
    visit(target, goes_on ? newest_after(head.number, target, *t.of(target)) : head);
    if (goes_on) ++next;
    return true;
  });
  for (; next != above.end(); ++next) tell_new(*next);
}

}  // namespace lingerd
