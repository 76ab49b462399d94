#include "store/message_reading.hpp"

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>

#include "store/keys.hpp"
#include "store/row_codec.hpp"

namespace lingerd {
namespace {

// One range being merged: where it stands.
struct source {
  const message_range* range = nullptr;
  std::unique_ptr<kv_cursor> cursor;  // none until its turn comes
  kv_pair at;

  // Takes the pair it has come to; false if the range is at its end.
  bool stand_at(std::optional<kv_pair> found) {
    if (!found || keys::conversation_at(found->key) != range->in ||
        keys::id_at(found->key) >= range->until) {
      cursor.reset();
      return false;
    }
    at = *found;
    return true;
  }
};

// A source in the heap: its next message's id, or before it is opened the least that it may be.
struct turn {
  change_id id = 0;
  std::size_t source = 0;
  friend bool operator>(const turn& a, const turn& b) {
    return a.id != b.id ? a.id > b.id : a.source > b.source;
  }
};

class merge {
 public:
  merge(kv& from, const std::vector<message_range>& ranges) : from_(from) {
    sources_.reserve(ranges.size());
    turns_.reserve(ranges.size());
    for (const message_range& r : ranges) {
      if (r.until <= r.after + 1) continue;
      turns_.push_back({r.after + 1, sources_.size()});
      sources_.emplace_back().range = &r;
    }
    std::make_heap(turns_.begin(), turns_.end(), std::greater<>());
  }

  // The message with the least id of all that are left.
  const kv_pair* front() {
    while (!turns_.empty()) {
      source& s = sources_[turns_.front().source];
      if (s.cursor) return &s.at;
      s.cursor = from_.walk(table::messages);
      settle(s.stand_at(s.cursor->at_or_above(keys::message(s.range->in, s.range->after + 1))));
    }
    return nullptr;
  }
  void pop() {
    source& s = sources_[turns_.front().source];
    settle(s.stand_at(s.cursor->next()));
  }

 private:
  // Puts the front source where it belongs now.
  void settle(bool has_more) {
    if (turns_.size() == 1 && has_more) {
      turns_.front().id = keys::id_at(sources_[turns_.front().source].at.key);
      return;
    }
    std::pop_heap(turns_.begin(), turns_.end(), std::greater<>());
    if (!has_more) {
      turns_.pop_back();
      return;
    }
    turns_.back().id = keys::id_at(sources_[turns_.back().source].at.key);
    std::push_heap(turns_.begin(), turns_.end(), std::greater<>());
  }

  kv& from_;
  std::vector<source> sources_;
  std::vector<turn> turns_;
};

}  // namespace

message_list read_forward(kv& from, const std::vector<message_range>& ranges, std::size_t limit,
                          std::size_t bytes) {
  message_list list;
  merge all(from, ranges);
  std::size_t taken_bytes = 0;
  while (const kv_pair* at = all.front()) {
    if (list.messages.size() >= limit || (taken_bytes >= bytes && !list.messages.empty())) {
      list.truncated = true;
      break;
    }
    // Ranges that overlap give a message twice.
    if (list.messages.empty() || keys::id_at(at->key) != list.messages.back().head.id) {
      list.messages.push_back(codec::message(at->key, at->value));
      taken_bytes += list.messages.back().text.size();
    }
    all.pop();
  }
  return list;
}

message_list read_backward(kv& from, conversation in, std::vector<message_range> stays,
                           change_id before, std::size_t limit) {
  std::sort(stays.begin(), stays.end(), [](const message_range& a, const message_range& b) {
    return a.until > b.until;
  });
  message_list list;
  const auto cursor = from.walk(table::messages);
  for (const message_range& stay : stays) {
    const change_id upper = std::min(stay.until, before);
    for (auto at = cursor->below(keys::message(in, upper)); at; at = cursor->previous()) {
      const change_id id = keys::id_at(at->key);
      if (keys::conversation_at(at->key) != in || id <= stay.after) break;
      if (list.messages.size() >= limit) {
        list.truncated = true;
        break;
      }
      list.messages.push_back(codec::message(at->key, at->value));
      before = id;
    }
    if (list.truncated) break;
  }
  std::reverse(list.messages.begin(), list.messages.end());
  return list;
}

message_list read_newest(kv& from, const std::vector<message_range>& of) {
  message_list list;
  for (const message_range& r : of) {
    if (r.until <= r.after + 1) continue;
    const auto found = from.last_at_or_below(table::messages, keys::message(r.in, r.until - 1),
                                             keys::messages_of(r.in));
    if (!found || keys::id_at(found->key) <= r.after) continue;
    list.messages.push_back(codec::message(found->key, found->value));
  }
  return list;
}

}  // namespace lingerd
