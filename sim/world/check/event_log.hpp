#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <utility>

#include "core/loop/clock.hpp"

namespace lingerd::sim {

// The latest events of a world, as text: shown when it has failed. With capacity 0 nothing is kept.
class event_log {
 public:
  explicit event_log(std::size_t capacity) : capacity_(capacity) {}

  bool is_enabled() const { return capacity_ > 0; }
  void add(instant time, std::string text) {
    if (capacity_ == 0) return;
    if (entries_.size() == capacity_) entries_.pop_front();
    entries_.emplace_back(time, std::move(text));
  }
  const std::deque<std::pair<instant, std::string>>& entries() const { return entries_; }

 private:
  const std::size_t capacity_;
  std::deque<std::pair<instant, std::string>> entries_;
};

}  // namespace lingerd::sim
