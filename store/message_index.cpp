#include "store/message_index.hpp"

#include <algorithm>

#include "core/check.hpp"
#include "store/keys.hpp"
#include "store/row_codec.hpp"
#include "store/store_error.hpp"

namespace lingerd {
namespace {

bool is_of(conversation in, const std::optional<kv_pair>& older) {
  return older && keys::conversation_at(older->key) == in;
}

}  // namespace

message_row message_listed(kv& from, conversation in, change_id id) {
  const keys::key key = keys::message(id);
  const auto value = from.get(table::messages, key);
  if (!value) throw store_damaged(keys::describe(table::messages, key) + " is missing");
  message_row m = codec::message(key, *value);
  if (m.in != in) throw store_damaged(keys::describe(table::messages, key) + " is not where it is listed");
  return m;
}

const recent_row* message_index::row_of(conversation in) {
  if (last_in_ == in) return &last_;
  const keys::key key = keys::recent(in);
  const auto found = kv_.get(table::recent, key);
  if (!found) return nullptr;
  last_ = codec::recent(key, *found);
  last_in_ = in;
  return &last_;
}

void message_index::add(conversation in, const message_head& head) {
  if (!row_of(in)) {
    last_ = {};
    last_in_ = in;
  }
  CHECK(head.id > last_.newest.id);
  if (last_.ids.size() == ids_in_block) {
    const keys::key full = keys::older(in, last_.newest.id);
    codec::encode(buffer_, full, last_.ids);
    kv_.put(table::older, full, buffer_);
    last_.ids.clear();
  }
  last_.newest = head;
  last_.ids.insert(last_.ids.begin(), head.id);
  const keys::key key = keys::recent(in);
  codec::encode(buffer_, key, last_);
  kv_.put(table::recent, key, buffer_);
}

std::optional<message_head> message_index::newest(conversation in) {
  const recent_row* row = row_of(in);
  if (!row) return std::nullopt;
  return row->newest;
}

change_id message_index::at_or_below(conversation in, change_id at) {
  const recent_row* row = row_of(in);
  if (!row) return 0;
  if (row->newest.id <= at) return row->newest.id;
  std::vector<change_id> ids;
  below(in, at + 1, ids);
  return ids.empty() ? 0 : ids.front();
}

void message_index::above(conversation in, change_id after, std::vector<change_id>& ids) {
  ids.clear();
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

void message_index::below(conversation in, change_id before, std::vector<change_id>& ids) {
  ids.clear();
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
  kv_.for_each(table::recent, {}, {}, [&](std::string_view key, std::string_view value) {
    visit(keys::conversation_at(key), codec::newest(key, value));
    return true;
  });
}

}  // namespace lingerd
