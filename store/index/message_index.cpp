#include "store/index/message_index.hpp"

#include <algorithm>
#include <functional>
#include <queue>

#include "core/base/coverage.hpp"
#include "core/base/log.hpp"
#include "core/base/planted_faults.hpp"
#include "store/codec/keys.hpp"
#include "store/codec/row_codec.hpp"
#include "store/engine/store_error.hpp"

namespace lingerd {
namespace {

// A batch of a busy server writes the rows for 1/8 of the memtable's bound, and for as many
// messages as the batch adds. The bound on a transaction's size is a bound on its memory, and on
// the delay of later changes.
constexpr std::size_t portions = 8;

bool belongs_to(conversation target, const std::optional<kv_pair>& older) {
  return older && keys::conversation_at(older->key) == target;
}

// The last of `heads`, which follow a row with this number of its newest message. Throws
// store_damaged if invariant (6) does not hold.
const message_head& newest_after(std::uint64_t number, conversation conversation,
                                 std::span<const message_head> heads) {
  if (number + heads.size() == heads.back().number) return heads.back();
  throw store_damaged("the " + keys::describe(table::recent, keys::recent(conversation)) +
                      " lacks some: it ends with number " + std::to_string(number) + ", where " +
                      std::to_string(heads.size()) + " lead to " +
                      std::to_string(heads.back().number));
}

}  // namespace

message_index::message_index(kv_transaction& transaction, index_memtable& memtable)
    : transaction_(transaction), memtable_(memtable), is_synced_(true) {
  memtable_.sync_to(transaction_);
}

index_memtable& message_index::memtable() {
  if (!is_synced_) memtable_.sync_to(transaction_);
  is_synced_ = true;
  return memtable_;
}

void message_index::add(conversation target, const message_head& head) {
  memtable().add(target, head);
}

// --- the checkpoint ------------------------------------------------------------------------------

void message_index::advance_checkpoint(std::size_t behind, change_id last) {
  index_memtable& t = memtable();
  t.set_last_id(last);
  if (t.size() <= behind) return;
  t.damage().require_none();
  coverage::hit(coverage::branch::index_checkpointed);
  const std::size_t allowed = behind - behind / portions;
  index_checkpoint checkpoint = t.checkpoint();
  for (std::size_t remaining = t.size(); remaining > allowed;) {
    const bool begins = !checkpoint.is_in_a_pass();
    const std::size_t written = run_pass(checkpoint, remaining - allowed, last);
    remaining -= written;
    if (begins && written == 0)
      break;  // the memtable holds ids that were never assigned: avoids an endless loop
  }
  if (checkpoint.is_in_a_pass()) coverage::hit(coverage::branch::pass_paused);
  cached_conversation_.reset();
  codec::encode_indexed(buffer_, keys::indexed, checkpoint);
  transaction_.put(table::meta, keys::indexed, buffer_);
  // The memtable drops nothing until sync_to() finds the checkpoint committed.
}

// Continues the paused pass, or begins one, until its end or until `minimum` messages are written;
// returns the number written. REQUIRES: minimum > 0. A new pass writes at least one message; a
// continued one may end without any.
std::size_t message_index::run_pass(index_checkpoint& checkpoint, std::size_t minimum,
                                    change_id last) {
  if (!checkpoint.is_in_a_pass()) checkpoint.pass_end = last;
  std::priority_queue<conversation, std::vector<conversation>, std::greater<>> next(
      std::greater<>(), memtable().conversations(checkpoint.position));
  std::size_t written = 0;
  for (; !next.empty(); next.pop()) {
    const conversation target = next.top();
    if (written >= minimum) {
      checkpoint.position = target;
      return written;
    }
    const index_memtable::heads& target_heads = *memtable().heads_of(target);
    const auto begin = index_memtable::first_above(target_heads, checkpoint.complete);
    const auto end = index_memtable::first_above(target_heads, checkpoint.pass_end);
    if (begin == end) continue;
    written += static_cast<std::size_t>(end - begin);
    if (planted::is(planted::fault::checkpoint_skips_one) && next.size() == 1) continue;
    try {
      write_rows(target, {begin, end});
    } catch (const store_damaged& e) {
      log::error(e.what());
      memtable().damage().quarantine(target);
      quarantine_row(transaction_, target, buffer_);
    }
  }
  checkpoint.complete = checkpoint.pass_end;
  checkpoint.position = {};
  return written;
}

void message_index::write_rows(conversation conversation, std::span<const message_head> added) {
  const keys::key key = keys::recent(conversation);
  recent_row row;
  if (const auto value = transaction_.get(table::recent, key)) row = codec::recent(key, *value);
  row.newest = newest_after(row.newest.number, conversation, added);
  for (const message_head& head : added) {
    if (row.ids.size() == ids_in_block) {
      const keys::key full_key = keys::older(conversation, row.ids.front());
      codec::encode(buffer_, full_key, row.ids);
      transaction_.put(table::older, full_key, buffer_);
      row.ids.clear();
    }
    row.ids.insert(row.ids.begin(), head.id);
  }
  codec::encode(buffer_, key, row);
  transaction_.put(table::recent, key, buffer_);
}

// --- reading -------------------------------------------------------------------------------------

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
  if (cached_conversation_ == conversation) return &cached_row_;
  const keys::key key = keys::recent(conversation);
  const auto value = transaction_.get(table::recent, key);
  if (!value) return nullptr;
  cached_conversation_.reset();
  cached_row_ = codec::recent(key, *value);
  cached_conversation_ = conversation;
  return &cached_row_;
}

std::optional<message_head> message_index::newest(conversation conversation) {
  index_memtable& t = memtable();
  t.damage().require_none();
  t.damage().require_not_quarantined(conversation);
  if (const message_head* const head = t.newest(conversation)) return *head;
  const keys::key key = keys::recent(conversation);
  const auto value = transaction_.get(table::recent, key);
  if (!value) return std::nullopt;
  return codec::newest(key, *value);
}

change_id message_index::id_at_or_below(conversation conversation, change_id id) {
  if (const change_id newest = memtable().id_at_or_below(conversation, id)) return newest;
  const recent_row* row = row_of(conversation);
  if (!row) return 0;
  if (row->newest.id <= id) return row->newest.id;
  std::vector<change_id> ids;
  add_ids_below(conversation, id + 1, ids);
  return ids.empty() ? 0 : ids.front();
}

void message_index::ids_above(conversation conversation, change_id after,
                              std::vector<change_id>& ids) {
  ids.clear();
  index_memtable& t = memtable();
  if (after < t.checkpoint().complete_for(conversation)) add_ids_above(conversation, after, ids);
  if (ids.empty()) t.ids_above(conversation, after, ids_in_block, ids);
}

void message_index::ids_below(conversation conversation, change_id before,
                              std::vector<change_id>& ids) {
  ids.clear();
  memtable().ids_below(conversation, before, ids_in_block, ids);
  if (ids.empty()) add_ids_below(conversation, before, ids);
}

void message_index::add_ids_above(conversation conversation, change_id after,
                                  std::vector<change_id>& ids) {
  const auto add_ids = [&](const id_block& block) {
    for (auto id = block.rbegin(); id != block.rend(); ++id) {
      if (*id > after) ids.push_back(*id);
    }
  };
  const recent_row* row = row_of(conversation);
  if (!row || row->newest.id <= after) return;
  // If the recent row reaches down to `after`, no block holds further ids.
  if (row->ids.back() > after + 1) {
    const auto block =
        transaction_.walk(table::older)->seek_at_or_above(keys::older(conversation, after + 1));
    if (belongs_to(conversation, block)) return add_ids(codec::older(block->key, block->value));
  }
  add_ids(row->ids);
}

void message_index::add_ids_below(conversation conversation, change_id before,
                                  std::vector<change_id>& ids) {
  const auto add_ids = [&](const id_block& block) {
    for (const change_id id : block) {
      if (id < before) ids.push_back(id);
    }
  };
  if (const recent_row* row = row_of(conversation)) add_ids(row->ids);
  if (!ids.empty()) return;
  // The block that contains `before`, then the one below it: `before` may be the first of its
  // block.
  const auto cursor = transaction_.walk(table::older);
  if (const auto block = cursor->seek_at_or_above(keys::older(conversation, before));
      belongs_to(conversation, block)) {
    add_ids(codec::older(block->key, block->value));
    if (!ids.empty()) return;
  }
  if (const auto block = cursor->seek_below(keys::older(conversation, before));
      belongs_to(conversation, block)) {
    add_ids(codec::older(block->key, block->value));
  }
}

void message_index::for_each_newest(
    const std::function<void(conversation, const message_head&)>& visit) {
  index_memtable& t = memtable();
  t.damage().require_none();
  std::vector<conversation> unindexed = t.conversations();
  std::sort(unindexed.begin(), unindexed.end());
  auto next = unindexed.begin();
  const auto visit_new = [&](conversation target) {
    visit(target, newest_after(0, target, *t.heads_of(target)));
  };
  // Each row is verified, even if the memtable has a newer message.
  transaction_.for_each(table::recent, {}, {}, [&](std::string_view key, std::string_view value) {
    const conversation target = keys::conversation_at(key);
    const message_head head = codec::newest(key, value);
    for (; next != unindexed.end() && *next < target; ++next) visit_new(*next);
    const bool has_newer = next != unindexed.end() && *next == target;
    visit(target, has_newer ? newest_after(head.number, target, *t.heads_of(target)) : head);
    if (has_newer) ++next;
    return true;
  });
  for (; next != unindexed.end(); ++next) visit_new(*next);
}

}  // namespace lingerd
