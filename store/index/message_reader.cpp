#include "store/index/message_reader.hpp"

#include <algorithm>
#include <functional>

#include "core/base/planted_faults.hpp"

namespace lingerd {
namespace {

// One range being merged: where it stands.
struct source {
  const message_range* range = nullptr;
  std::vector<change_id> ids;  // the next few, rising; none until its turn comes
  std::size_t at = 0;

  change_id id() const { return ids[at]; }
  // Takes the few above `after`; false if the range holds none.
  bool go_on(message_index& index, change_id after) {
    at = 0;
    index.above(range->conversation, after, ids);
    return !ids.empty() && ids.front() < range->until;
  }
  // Steps on; false at the range's end.
  bool step(message_index& index) {
    if (++at == ids.size()) return go_on(index, ids.back());
    return id() < range->until;
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
  merge(message_index& from, const std::vector<message_range>& ranges) : index_(from) {
    sources_.reserve(ranges.size());
    turns_.reserve(ranges.size());
    for (const message_range& r : ranges) {
      if (r.until <= r.after + 1) continue;
      turns_.push_back({r.after + 1, sources_.size()});
      sources_.emplace_back().range = &r;
    }
    std::make_heap(turns_.begin(), turns_.end(), std::greater<>());
  }

  // Where the message with the least id of all that are left is listed; none if none is left.
  const source* front() {
    while (!turns_.empty()) {
      source& s = sources_[turns_.front().source];
      if (!s.ids.empty()) return &s;
      settle(s.go_on(index_, s.range->after));
    }
    return nullptr;
  }
  void pop() { settle(sources_[turns_.front().source].step(index_)); }

 private:
  // Puts the front source where it belongs now.
  void settle(bool has_more) {
    const std::size_t moved = turns_.front().source;
    if (turns_.size() == 1 && has_more) {
      turns_.front().id = sources_[moved].id();
      return;
    }
    std::pop_heap(turns_.begin(), turns_.end(), std::greater<>());
    if (!has_more) {
      turns_.pop_back();
      sources_[moved].ids = {};
      return;
    }
    turns_.back().id = sources_[moved].id();
    std::push_heap(turns_.begin(), turns_.end(), std::greater<>());
  }

  message_index& index_;
  std::vector<source> sources_;
  std::vector<turn> turns_;
};

}  // namespace

message_list read_forward(message_index& index, const std::vector<message_range>& ranges,
                          std::size_t limit, std::size_t bytes) {
  message_list list;
  merge all(index, ranges);
  std::size_t taken_bytes = 0;
  while (const source* entry = all.front()) {
    if (list.messages.size() >= limit || (taken_bytes >= bytes && !list.messages.empty())) {
      list.truncated = true;
      break;
    }
    // Ranges that overlap give a message twice.
    if (list.messages.empty() || entry->id() != list.messages.back().head.id) {
      list.messages.push_back(index.message(entry->range->conversation, entry->id()));
      taken_bytes += list.messages.back().text.size();
    }
    all.pop();
  }
  return list;
}

message_list read_backward(message_index& index, conversation conversation,
                           std::vector<message_range> stays, change_id before, std::size_t limit) {
  std::sort(stays.begin(), stays.end(),
            [](const message_range& a, const message_range& b) { return a.until > b.until; });
  message_list list;
  std::vector<change_id> ids;
  for (const message_range& stay : stays) {
    before = std::min(before, stay.until);
    index.below(conversation, before, ids);
    while (!ids.empty() && !list.truncated) {
      for (const change_id id : ids) {
        if (planted::is(planted::fault::lost_below_a_stay)) before = id;
        if (id <= stay.after) break;  // it may be an older stay's
        if (list.messages.size() >= limit) {
          list.truncated = true;
          break;
        }
        list.messages.push_back(index.message(conversation, id));
        before = id;
      }
      if (ids.back() <= stay.after) break;
      index.below(conversation, before, ids);
    }
    if (list.truncated) break;
  }
  std::reverse(list.messages.begin(), list.messages.end());
  return list;
}

message_list read_newest(message_index& index, const std::vector<message_range>& of) {
  message_list list;
  for (const message_range& r : of) {
    if (r.until <= r.after + 1) continue;
    const change_id id = index.at_or_below(r.conversation, r.until - 1);
    if (id > r.after) list.messages.push_back(index.message(r.conversation, id));
  }
  return list;
}

}  // namespace lingerd
