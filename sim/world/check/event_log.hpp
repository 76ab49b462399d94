#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <utility>

#include "core/loop/clock.hpp"

namespace lingerd::sim {

// The last things that happened in a world, in words: what is shown of one that failed. Worlds that
// nobody looks at keep none.
class notes {
 public:
  explicit notes(std::size_t most) : most_(most) {}

  bool are_kept() const { return most_ > 0; }
  void add(instant at, std::string what) {
    if (most_ == 0) return;
    if (all_.size() == most_) all_.pop_front();
    all_.emplace_back(at, std::move(what));
  }
  const std::deque<std::pair<instant, std::string>>& all() const { return all_; }

 private:
  const std::size_t most_;
  std::deque<std::pair<instant, std::string>> all_;
};

}  // namespace lingerd::sim
