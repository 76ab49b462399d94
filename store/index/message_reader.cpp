#include "store/index/message_reader.hpp"

#include <algorithm>
#include <functional>

#include "core/base/planted_faults.hpp"

namespace lingerd {
namespace {

// A range being merged, and the position in it.
struct source {
  const message_range* range = nullptr;
  std::vector<change_id> ids;  // the next few, rising; empty until the range is opened
  std::size_t offset = 0;

  change_id id() const { return ids[offset]; }
  // Loads the next few ids above `after`; false if the range holds none.
  bool fetch(message_index& index, change_id after) {
    offset = 0;
    index.ids_above(range->conversation, after, ids);
    return !ids.empty() && ids.front() < range->until;
  }
  // Moves to the next id; false at the end of the range.
  bool advance(message_index& index) {
    if (++offset == ids.size()) return fetch(index, ids.back());
    return id() < range->until;
  }
};

// A source in the heap, by its next message's id; before it is opened, by the least possible id.
struct heap_entry {
  change_id id = 0;
  std::size_t source = 0;
  friend bool operator>(const heap_entry& a, const heap_entry& b) {
    return a.id != b.id ? a.id > b.id : a.source > b.source;
  }
};

class merge {
 public:
  merge(message_index& index, const std::vector<message_range>& ranges) : index_(index) {
    sources_.reserve(ranges.size());
    heap_.reserve(ranges.size());
    for (const message_range& r : ranges) {
      if (r.until <= r.after + 1) continue;
      heap_.push_back({r.after + 1, sources_.size()});
      sources_.emplace_back().range = &r;
    }
    std::make_heap(heap_.begin(), heap_.end(), std::greater<>());
  }

  // The source of the remaining message with the least id; null if no message remains.
  const source* front() {
    while (!heap_.empty()) {
      source& s = sources_[heap_.front().source];
      if (!s.ids.empty()) return &s;
      reposition_front(s.fetch(index_, s.range->after));
    }
    return nullptr;
  }
  void pop() { reposition_front(sources_[heap_.front().source].advance(index_)); }

 private:
  // Restores the heap's order after the front source has moved.
  void reposition_front(bool has_more) {
    const std::size_t moved = heap_.front().source;
    if (heap_.size() == 1 && has_more) {
      heap_.front().id = sources_[moved].id();
      return;
    }
    std::pop_heap(heap_.begin(), heap_.end(), std::greater<>());
    if (!has_more) {
      heap_.pop_back();
      sources_[moved].ids = {};
      return;
    }
    heap_.back().id = sources_[moved].id();
    std::push_heap(heap_.begin(), heap_.end(), std::greater<>());
  }

  message_index& index_;
  std::vector<source> sources_;
  std::vector<heap_entry> heap_;
};

}  // namespace

message_list read_forward(message_index& index, const std::vector<message_range>& ranges,
                          std::size_t limit, std::size_t bytes) {
  message_list list;
  merge merged(index, ranges);
  std::size_t taken_bytes = 0;
  while (const source* entry = merged.front()) {
    if (list.messages.size() >= limit || (taken_bytes >= bytes && !list.messages.empty())) {
      list.truncated = true;
      break;
    }
    // Overlapping ranges list a message twice.
    if (list.messages.empty() || entry->id() != list.messages.back().head.id) {
      list.messages.push_back(index.message(entry->range->conversation, entry->id()));
      taken_bytes += list.messages.back().text.size();
    }
    merged.pop();
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
    index.ids_below(conversation, before, ids);
    while (!ids.empty() && !list.truncated) {
      for (const change_id id : ids) {
        if (planted::is(planted::fault::lost_below_a_stay)) before = id;
        if (id <= stay.after) break;  // it may belong to an older stay
        if (list.messages.size() >= limit) {
          list.truncated = true;
          break;
        }
        list.messages.push_back(index.message(conversation, id));
        before = id;
      }
      if (ids.back() <= stay.after) break;
      index.ids_below(conversation, before, ids);
    }
    if (list.truncated) break;
  }
  std::reverse(list.messages.begin(), list.messages.end());
  return list;
}

message_list read_newest(message_index& index, const std::vector<message_range>& ranges) {
  message_list list;
  for (const message_range& r : ranges) {
    if (r.until <= r.after + 1) continue;
    const change_id id = index.id_at_or_below(r.conversation, r.until - 1);
    if (id > r.after) list.messages.push_back(index.message(r.conversation, id));
  }
  return list;
}

}  // namespace lingerd
